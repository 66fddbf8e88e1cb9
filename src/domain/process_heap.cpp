// The process's heap and dynamic buffer, as the memory layer declares them: they lie in the participant's segment.

#include <carry/domain/participant.h>
#include <carry/error.h>
#include <carry/memory/dynamic_buffer.h>
#include <carry/memory/process_heap.h>

#include "platform/log.h"

namespace carry {

namespace memory {

void* allocate(std::size_t bytes, std::size_t alignment) noexcept {
  if (auto* participant = domain::Participant::existing()) [[likely]]
    return participant->heap().allocate(bytes, alignment);
  try {
    auto participant = domain::Participant::current();
    return participant ? (*participant)->heap().allocate(bytes, alignment) : nullptr;
  } catch (const std::exception& e) {
    platform::log_error("carry: cannot join the domain: {}", e.what());
    return nullptr;
  }
}

bool resize(void* block, std::size_t bytes) noexcept {
  auto* participant = domain::Participant::existing();
  return participant != nullptr && participant->heap().resize(block, bytes);
}

void deallocate(void* block) noexcept {
  if (auto* participant = domain::Participant::existing()) participant->heap().deallocate(block);
}

}  // namespace memory

Result<void> initialize_dynamic_buffer(const DynamicBufferOptions& options) {
  auto participant = domain::Participant::join(options);
  if (!participant) return Failure{participant.error()};
  return {};
}

std::size_t trim_dynamic_buffer() {
  auto* participant = domain::Participant::existing();
  return participant == nullptr ? 0 : participant->heap().trim();
}

memory::HeapStatistics dynamic_buffer_statistics() {
  auto* participant = domain::Participant::existing();
  return participant == nullptr ? memory::HeapStatistics{} : participant->heap().statistics();
}

bool initialize_dynamic_buffer(std::size_t size_bytes) {
  const auto result = initialize_dynamic_buffer(DynamicBufferOptions{.initial_bytes = size_bytes});
  if (!result) platform::log_error("carry: initialize_dynamic_buffer({}) failed: {}", size_bytes, result.error().message());
  return result.has_value();
}

}  // namespace carry
