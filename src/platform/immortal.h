#pragma once

#include <cstddef>
#include <new>

namespace carry::platform {

/// A static object that is never destroyed: threads, ports and containers may outlive every other one. Takes no memory from operator new.
template <class T>
class Immortal {
 public:
  Immortal() noexcept : value_(*new(place_) T) {}
  Immortal(const Immortal&) = delete;
  Immortal& operator=(const Immortal&) = delete;
  ~Immortal() = default;

  T& get() noexcept { return value_; }

 private:
  alignas(T) std::byte place_[sizeof(T)];
  T& value_;
};

}  // namespace carry::platform
