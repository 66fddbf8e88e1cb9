#pragma once

#include <cstddef>
#include <new>

namespace carry::platform {

/// A static object that is never destroyed: threads, ports and containers may outlive every other one. Takes no memory from operator new.
template <class T>
class Immortal {
 public:
  Immortal() noexcept { new (static_cast<void*>(place_)) T; }
  Immortal(const Immortal&) = delete;
  Immortal& operator=(const Immortal&) = delete;
  ~Immortal() = default;

  T& get() noexcept { return *std::launder(reinterpret_cast<T*>(place_)); }

 private:
  alignas(T) std::byte place_[sizeof(T)];
};

}  // namespace carry::platform
