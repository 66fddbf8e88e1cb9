#include <carry/domain/bell.h>
#include <carry/domain/participant.h>
#include <carry/error.h>

#include <atomic>

namespace carry::domain {

namespace {
constexpr int most_taken_names = 4096;
}

Result<std::unique_ptr<Bell>> Bell::make(Participant& participant) {
  auto record = participant.port_memory().allocate(sizeof(BellRecord));
  if (!record) return failure(Errc::heap_exhausted);
  static std::atomic<std::uint32_t> last_number = 0;
  std::uint64_t number = 0;
  Result<platform::Bell> bell = Failure{std::make_error_code(std::errc::file_exists)};
  // Somebody else may have put something there under the next bells' names.
  for (int attempt = 0; attempt != most_taken_names && !bell && bell.error() == std::errc::file_exists; ++attempt) {
    number = last_number.fetch_add(1, std::memory_order_relaxed) + 1;  // Relaxed: it guards nothing.
    bell = platform::Bell::make(participant.directory(), participant.id(), number);
  }
  if (!bell) return Failure{bell.error()};
  // Relaxed: nobody is told of it before it arms.
  reinterpret_cast<BellRecord*>(record.words())->state.store(BellRecord::first_state(number), std::memory_order_relaxed);
  const std::uint64_t address = participant.offset_of(record.words());
  return std::unique_ptr<Bell>(new Bell(std::move(*bell), std::move(record), address));
}

Bell::Bell(platform::Bell bell, PortBlock record, std::uint64_t address) noexcept
    : bell_(std::move(bell)), record_(std::move(record)), address_(address) {}

void Bell::begin_generation() noexcept {
  SharedWord& state = reinterpret_cast<BellRecord*>(record_.words())->state;
  // Release: after the drain. Relaxed: own word.
  state.store(BellRecord::next_state(state.load(std::memory_order_relaxed)), std::memory_order_release);
  // Seq_cst: either the look that follows finds a message, or its publisher finds this generation. Pairs with the fence in PublisherCore::wake().
  std::atomic_thread_fence(std::memory_order_seq_cst);
}

}  // namespace carry::domain
