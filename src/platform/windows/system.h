#pragma once

// The one way to <windows.h>: WIN32_LEAN_AND_MEAN, NOMINMAX and _WIN32_WINNT come from the command line.
#include <windows.h>

#include <string>
#include <string_view>
#include <system_error>
#include <utility>

namespace carry::platform::windows {

/// Where the system is short of something now, what other layers know such errors by: they try again later. Else an error of the system's category.
std::error_code system_error(DWORD code) noexcept;

/// What GetLastError() says. Call it before anything else touches the system.
inline std::error_code last_error() noexcept { return system_error(GetLastError()); }

/// Text crosses carry's interfaces as UTF-8 and the system's as UTF-16. What cannot be translated becomes U+FFFD.
std::wstring to_wide(std::string_view text);
std::string to_utf8(std::wstring_view text);

/// Owns a HANDLE. The system says "none" sometimes with null and sometimes with INVALID_HANDLE_VALUE; here it is null.
class KernelObject {
 public:
  KernelObject() noexcept = default;
  explicit KernelObject(HANDLE object) noexcept : object_(object == INVALID_HANDLE_VALUE ? nullptr : object) {}
  KernelObject(KernelObject&& other) noexcept : object_(other.release()) {}
  KernelObject& operator=(KernelObject&& other) noexcept {
    if (this != &other) {
      close();
      object_ = other.release();
    }
    return *this;
  }
  ~KernelObject() { close(); }

  explicit operator bool() const noexcept { return object_ != nullptr; }
  HANDLE get() const noexcept { return object_; }

  HANDLE release() noexcept {
    const HANDLE object = object_;
    object_ = nullptr;
    return object;
  }

  void close() noexcept {
    if (object_ != nullptr) CloseHandle(release());
  }

 private:
  HANDLE object_ = nullptr;
};

/// Owns a mapped view of a section.
class View {
 public:
  View() noexcept = default;
  explicit View(void* address) noexcept : address_(address) {}
  View(View&& other) noexcept : address_(other.address_) { other.address_ = nullptr; }
  View& operator=(View&& other) noexcept {
    std::swap(address_, other.address_);
    return *this;
  }
  ~View() {
    if (address_ != nullptr) UnmapViewOfFile(address_);
  }

  explicit operator bool() const noexcept { return address_ != nullptr; }
  void* get() const noexcept { return address_; }

 private:
  void* address_ = nullptr;
};

}  // namespace carry::platform::windows
