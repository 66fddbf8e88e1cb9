#pragma once

#include <asio/associated_allocator.hpp>
#include <asio/recycling_allocator.hpp>

#include <memory>
#include <new>
#include <utility>

namespace carry::asio::detail {

/// The handler's allocator; for one that has none, Asio's own recycled memory, as its own operations use.
template <class Handler>
using HandlerAllocatorOf = ::asio::associated_allocator_t<Handler, ::asio::recycling_allocator<void>>;

template <class Handler>
HandlerAllocatorOf<Handler> allocator_of(const Handler& handler) noexcept {
  return ::asio::get_associated_allocator(handler, ::asio::recycling_allocator<void>());
}

/// Operations lie in memory of their handler's allocator, which gets it back before the handler is called.
template <class Operation, class HandlerAllocator>
struct OperationMemory {
  using Allocator = typename std::allocator_traits<HandlerAllocator>::template rebind_alloc<Operation>;
  using Traits = std::allocator_traits<Allocator>;

  template <class... Arguments>
  static Operation* make(const HandlerAllocator& handlers, Arguments&&... arguments) {
    Allocator allocator(handlers);
    Operation* operation = Traits::allocate(allocator, 1);
    try {
      return ::new (static_cast<void*>(operation)) Operation(std::forward<Arguments>(arguments)...);
    } catch (...) {
      Traits::deallocate(allocator, operation, 1);
      throw;
    }
  }

  static void destroy(const HandlerAllocator& handlers, Operation* operation) noexcept {
    Allocator allocator(handlers);
    operation->~Operation();
    Traits::deallocate(allocator, operation, 1);
  }
};

/// Runs an operation on the handler's executor, and owns it meanwhile: a context that ends without running it destroys it.
template <class Operation>
class Turn {
 public:
  using allocator_type = typename Operation::HandlerAllocator;

  explicit Turn(Operation* operation) noexcept : operation_(operation), allocator_(operation->handler_allocator()) {}
  Turn(Turn&& other) noexcept : operation_(std::exchange(other.operation_, nullptr)), allocator_(other.allocator_) {}
  Turn& operator=(Turn&&) = delete;
  ~Turn() {
    if (operation_ != nullptr) operation_->drop();
  }

  Operation* release() noexcept { return std::exchange(operation_, nullptr); }

  allocator_type get_allocator() const noexcept { return allocator_; }
  template <class... Ignored>
  void operator()(Ignored&&...) {
    release()->run();
  }

 private:
  Operation* operation_;
  allocator_type allocator_;
};

}  // namespace carry::asio::detail
