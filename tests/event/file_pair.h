#pragma once

// A notifier and an observer as somebody may write them who knows carry's two concepts and nothing else of it: values are appended to a file.

#include <carry/event/concepts.h>

#include <array>
#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <string>
#include <string_view>
#include <system_error>
#include <thread>
#include <utility>

namespace somebody {

inline std::filesystem::path place_of(std::string_view id) { return std::filesystem::temp_directory_path() / ("notes-" + std::string(id)); }
inline std::filesystem::path values_of(std::string_view id) { return place_of(id) / "values"; }

template <carry::event::Payload P>
class FileNotifier {
 public:
  using value_type = P;

  std::error_code initialize(std::string_view id) {
    if (!id_.empty()) return std::make_error_code(std::errc::already_connected);
    std::error_code error;
    std::filesystem::create_directories(place_of(id), error);
    if (!error) id_ = id;
    return error;
  }

  std::error_code notify_observers(const P& value) noexcept {
    if (id_.empty()) return std::make_error_code(std::errc::operation_not_permitted);
    try {
      std::array<char, sizeof(P)> bytes;
      std::memcpy(bytes.data(), &value, sizeof(P));
      std::ofstream file(values_of(id_), std::ios::binary | std::ios::app);
      file.write(bytes.data(), bytes.size());
      return file.flush() ? std::error_code() : std::make_error_code(std::errc::io_error);
    } catch (...) {
      return std::make_error_code(std::errc::io_error);
    }
  }

  std::size_t num_observers() const {
    std::size_t count = 0;
    for (const auto& entry : std::filesystem::directory_iterator(place_of(id_))) count += entry.path().extension() == ".observer" ? 1 : 0;
    return count;
  }

 private:
  std::string id_;
};

template <carry::event::Payload P>
class FileObserver {
 public:
  using value_type = P;

  FileObserver() = default;
  FileObserver(FileObserver&& other) noexcept
      : id_(std::move(other.id_)), name_(std::exchange(other.name_, {})), offset_(other.offset_), paused_(other.paused_) {}
  FileObserver& operator=(FileObserver&& other) noexcept {
    std::swap(id_, other.id_);
    std::swap(name_, other.name_);
    offset_ = other.offset_;
    paused_ = other.paused_;
    return *this;
  }
  ~FileObserver() { cancel_subscription(); }

  std::error_code initialize(std::string_view id) {
    if (!id_.empty()) return std::make_error_code(std::errc::already_connected);
    id_ = id;
    std::error_code error;
    std::filesystem::create_directories(place_of(id_), error);
    return error;
  }

  std::error_code subscribe() {
    if (id_.empty()) return std::make_error_code(std::errc::operation_not_permitted);
    static std::atomic<unsigned> last = 0;
    name_ = place_of(id_) / (std::to_string(++last) + ".observer");
    std::ofstream(name_).put('x');
    offset_ = end();
    return {};
  }

  void cancel_subscription() noexcept {
    std::error_code ignored;
    if (!name_.empty()) std::filesystem::remove(std::exchange(name_, {}), ignored);
  }

  std::error_code pause_subscription() {
    paused_ = true;
    return {};
  }
  std::error_code resume_subscription() {
    if (std::exchange(paused_, false)) offset_ = end();
    return {};
  }

  template <class Callback>
  std::error_code receive(std::chrono::nanoseconds timeout, Callback&& callback) {
    if (name_.empty() || paused_) return std::make_error_code(std::errc::operation_not_permitted);
    const auto begin = std::chrono::steady_clock::now();
    while (end() < offset_ + sizeof(P)) {
      if (timeout.count() != 0 && std::chrono::steady_clock::now() - begin >= timeout) return std::make_error_code(std::errc::timed_out);
      std::this_thread::yield();
    }
    std::array<char, sizeof(P)> bytes;
    std::ifstream file(values_of(id_), std::ios::binary);
    file.seekg(static_cast<std::streamoff>(offset_));
    if (!file.read(bytes.data(), bytes.size())) return std::make_error_code(std::errc::io_error);
    offset_ += sizeof(P);
    P value;
    std::memcpy(&value, bytes.data(), sizeof(P));
    return callback(std::as_const(value));
  }

 private:
  std::uintmax_t end() const {
    std::error_code none_yet;
    const auto size = std::filesystem::file_size(values_of(id_), none_yet);
    return none_yet ? 0 : size;
  }

  std::string id_;
  std::filesystem::path name_;
  std::uintmax_t offset_ = 0;
  bool paused_ = false;
};

}  // namespace somebody
