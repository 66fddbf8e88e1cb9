#pragma once

#include <carry/error.h>
#include <carry/event/concepts.h>
#include <carry/event/detail/parking.h>
#include <carry/utils/deadline.h>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <stop_token>
#include <system_error>
#include <utility>
#include <vector>

namespace carry::event {

/// Waits for many things at once in one thread, and calls each one's callback: what elsewhere is a wait set. One bell for all of them.
///
///   Multiplexer multiplexer;
///   multiplexer.add(images, [](auto& data) { ...; return std::error_code(); });
///   multiplexer.add(commands, on_command);
///   multiplexer.every(10ms, [] { ...; return std::error_code(); });
///   multiplexer.run(stop_token);
///
/// Thread safety: one thread at a time. What is added outlives it, or is removed first.
/// Errors of a callback end run() and are what it returns.
class Multiplexer {
 public:
  using Id = std::uint64_t;
  using Clock = std::chrono::steady_clock;

  /// A publish_subscribe::Subscriber of any message type and observer. The callback is one for its receive().
  template <class Port, class Callback>
  Id add(Port& port, Callback callback) {
    return add(std::make_shared<PortSource<Port, Callback>>(port, std::move(callback)));
  }

  /// As add(), and calls `missed` whenever no message came for that long since the last one, or since it was called last.
  template <class Port, class Callback>
  Id add(Port& port, Callback callback, std::chrono::nanoseconds expected_every, std::function<std::error_code()> missed) {
    const Id id = add(port, std::move(callback));
    Source& source = *sources_.back().source;
    source.interval = std::max(expected_every, std::chrono::nanoseconds(1));
    source.due = utils::deadline_after(source.interval);
    source.at_due = std::move(missed);
    source.message_defers = true;
    return id;
  }

  /// Calls `callback` at fixed distances from now on. One that came too late is not made up for.
  Id every(std::chrono::nanoseconds interval, std::function<std::error_code()> callback);

  /// Takes away what add() or every() gave the id to. True if it was there. Callbacks may do it, too, with themselves and with others; what a callback
  /// removed is not looked at any more.
  bool remove(Id id);

  /// Waits until something is there or due, and calls each such callback once, or more often where several messages are there (64 at most).
  /// Errors: Errc::timeout; Errc::cancelled; a callback's; those of the ports; what keeps it from parking.
  std::error_code wait(const WaitLimit& limit = {});

  /// wait() until a stop is requested (no error) or an error comes.
  std::error_code run(std::stop_token stop = {});

 private:
  struct Source {
    virtual ~Source() = default;
    virtual bool look() { return false; }
    virtual std::error_code serve() { return {}; }
    virtual std::error_code arm(const domain::Bell&) { return {}; }
    virtual void disarm() noexcept {}
    virtual std::chrono::nanoseconds look_every() const noexcept { return std::chrono::nanoseconds::max(); }

    Clock::time_point due = Clock::time_point::max();
    std::chrono::nanoseconds interval{0};
    std::function<std::error_code()> at_due;
    bool message_defers = false;
  };

  template <class Port, class Callback>
  struct PortSource final : Source {
    PortSource(Port& p, Callback c) : port(p), callback(std::move(c)) {}
    bool look() override { return port.has_message(); }
    std::error_code serve() override {
      constexpr std::size_t most_in_a_row = 64;
      const auto count = port.receive_all(callback, most_in_a_row);
      return count ? std::error_code() : count.error();
    }
    std::error_code arm(const domain::Bell& bell) override { return port.arm(bell); }
    void disarm() noexcept override { port.disarm(); }
    std::chrono::nanoseconds look_every() const noexcept override { return port.look_every(); }
    Port& port;
    Callback callback;
  };

  static constexpr Id removed = 0;  // while callbacks were called

  struct Entry {
    Id id;
    std::shared_ptr<Source> source;
  };

  Id add(std::shared_ptr<Source> source);
  void forget_removed() noexcept;
  bool any_ready() const;
  std::error_code serve(bool& served);
  Clock::time_point next_due() const noexcept;
  std::chrono::nanoseconds look_every() const noexcept;

  std::vector<Entry> sources_;
  Id last_id_ = 0;
  int serving_ = 0;  // calls of serve() under way
  detail::ParkingPlace place_;
};

}  // namespace carry::event
