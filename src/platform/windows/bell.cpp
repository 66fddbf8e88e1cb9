#include <carry/platform/bell.h>

#include "platform/windows/domain_state.h"
#include "platform/windows/security.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <string_view>
#include <utility>

namespace carry::platform {

namespace {

/// `Local\carry-<id>-bell-<number>`, made without memory.
class BellName {
 public:
  BellName(ParticipantId owner, std::uint64_t number) noexcept {
    std::array<char, 20> decimal;
    const char* decimal_end = std::to_chars(decimal.data(), decimal.data() + decimal.size(), number).ptr;
    const auto digits = owner.digits();
    wchar_t* end = std::ranges::copy(windows::object_prefix, text_.data()).out;
    end = std::ranges::copy(digits, end).out;
    end = std::ranges::copy(std::wstring_view(L"-bell-"), end).out;
    std::copy(std::as_const(decimal).data(), decimal_end, end);
  }
  const wchar_t* c_str() const noexcept { return text_.data(); }

 private:
  std::array<wchar_t, 80> text_{};
};

/// Rounded up: a wait that ends early would spin until its deadline.
DWORD milliseconds_until(std::chrono::steady_clock::time_point deadline) noexcept {
  using namespace std::chrono;
  if (deadline == steady_clock::time_point::max()) return INFINITE;
  const auto now = steady_clock::now();
  if (deadline <= now) return 0;
  const auto left = ceil<milliseconds>(deadline - now).count();
  return static_cast<DWORD>(std::clamp<long long>(left, 0, INFINITE - 1));
}

}  // namespace

struct Bell::State {
  windows::KernelObject event;
  bool rung = false;  // a wait takes the event's signal, and here it stays until drain()
};

Bell::Bell(std::unique_ptr<State> state) noexcept : state_(std::move(state)) {}
Bell::Bell(Bell&&) noexcept = default;
Bell& Bell::operator=(Bell&&) noexcept = default;
Bell::~Bell() = default;

Result<Bell> Bell::make(const DomainDirectory&, ParticipantId owner, std::uint64_t number) {
  auto attributes = windows::private_object();
  if (!attributes) return Failure{attributes.error()};
  constexpr BOOL by_hand = FALSE;
  windows::KernelObject event(CreateEventW(&*attributes, by_hand, FALSE, BellName(owner, number).c_str()));
  const DWORD error = GetLastError();
  if (!event) return Failure{windows::system_error(error)};
  if (error == ERROR_ALREADY_EXISTS) return Failure{std::make_error_code(std::errc::file_exists)};
  return Bell(std::unique_ptr<State>(new State{.event = std::move(event)}));
}

bool Bell::wait(std::chrono::steady_clock::time_point deadline) {
  if (!state_->rung) state_->rung = WaitForSingleObject(state_->event.get(), milliseconds_until(deadline)) == WAIT_OBJECT_0;
  return state_->rung;
}

void Bell::drain() noexcept {
  // The wait took the signal. One that comes in between costs a wake-up for nothing, and asking the system here would cost as much each time.
  state_->rung = false;
}

void Bell::ring() noexcept { SetEvent(state_->event.get()); }

NativeHandle Bell::native_handle() const noexcept { return reinterpret_cast<NativeHandle>(state_->event.get()); }

struct PeerBell::State {
  windows::KernelObject event;
};

PeerBell::PeerBell(std::unique_ptr<State> state) noexcept : state_(std::move(state)) {}
PeerBell::PeerBell(PeerBell&&) noexcept = default;
PeerBell& PeerBell::operator=(PeerBell&&) noexcept = default;
PeerBell::~PeerBell() = default;

Result<PeerBell> PeerBell::open(const DomainDirectory&, ParticipantId owner, std::uint64_t number) {
  windows::KernelObject event(OpenEventW(EVENT_MODIFY_STATE | READ_CONTROL, FALSE, BellName(owner, number).c_str()));
  if (!event) {
    const DWORD error = GetLastError();
    if (error == ERROR_FILE_NOT_FOUND) return Failure{std::make_error_code(std::errc::no_such_file_or_directory)};
    return Failure{windows::system_error(error)};
  }
  if (auto error = windows::check_private(event.get(), SE_KERNEL_OBJECT, "a bell of " + owner.to_string())) return Failure{error};
  return PeerBell(std::unique_ptr<State>(new State{.event = std::move(event)}));
}

void PeerBell::ring() const noexcept { SetEvent(state_->event.get()); }

void PeerBell::prepare_for_shortage(const DomainDirectory&) noexcept {}  // handles are as many as there is memory

bool PeerBell::ring_in_shortage(const DomainDirectory&, ParticipantId owner, std::uint64_t number) noexcept {
  // Whose it is, is not asked, which takes memory: who made something else of that name is woken, and no more.
  const windows::KernelObject event(OpenEventW(EVENT_MODIFY_STATE, FALSE, BellName(owner, number).c_str()));
  return event && SetEvent(event.get());
}

}  // namespace carry::platform
