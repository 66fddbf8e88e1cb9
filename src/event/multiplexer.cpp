#include <carry/event/multiplexer.h>
#include <carry/utils/deadline.h>

namespace carry::event {

Multiplexer::Id Multiplexer::add(std::shared_ptr<Source> source) {
  sources_.push_back({.id = ++last_id_, .source = std::move(source)});
  return last_id_;
}

Multiplexer::Id Multiplexer::every(std::chrono::nanoseconds interval, std::function<std::error_code()> callback) {
  const Id id = add(std::make_shared<Source>());
  Source& source = *sources_.back().source;
  source.interval = std::max(interval, std::chrono::nanoseconds(1));
  source.due = utils::deadline_after(source.interval);
  source.at_due = std::move(callback);
  return id;
}

bool Multiplexer::remove(Id id) {
  static Source nothing;
  const auto found = std::ranges::find(sources_, id, &Entry::id);
  if (id == removed || found == sources_.end()) return false;
  *found = {.id = removed, .source = std::shared_ptr<Source>(std::shared_ptr<void>(), &nothing)};
  if (serving_ == 0) forget_removed();
  return true;
}

void Multiplexer::forget_removed() noexcept {
  std::erase_if(sources_, [](const Entry& entry) { return entry.id == removed; });
}

bool Multiplexer::any_ready() const {
  return std::ranges::any_of(sources_, [](const Entry& entry) { return entry.source->look(); });
}

Multiplexer::Clock::time_point Multiplexer::next_due() const noexcept {
  Clock::time_point next = Clock::time_point::max();
  for (const Entry& entry : sources_) next = std::min(next, entry.source->due);
  return next;
}

std::chrono::nanoseconds Multiplexer::look_every() const noexcept {
  auto shortest = std::chrono::nanoseconds::max();
  for (const Entry& entry : sources_) shortest = std::min(shortest, entry.source->look_every());
  return shortest;
}

std::error_code Multiplexer::serve(bool& served) {
  struct Serving {
    Multiplexer& own;
    explicit Serving(Multiplexer& m) : own(m) { ++own.serving_; }
    ~Serving() {
      if (--own.serving_ == 0) own.forget_removed();
    }
  } const serving{*this};
  for (std::size_t i = 0; i != sources_.size(); ++i) {  // By index: a callback may add.
    const auto kept = sources_[i].source;               // It may remove, too, itself and others.
    Source& source = *kept;
    if (source.look()) {
      served = true;
      if (auto error = source.serve()) return error;
      if (sources_[i].id == removed) continue;
      if (source.message_defers) source.due = utils::deadline_after(source.interval);
    }
    if (source.due == Clock::time_point::max()) continue;
    const auto now = Clock::now();
    if (now < source.due) continue;
    served = true;
    source.due =
        source.message_defers ? utils::deadline_after(source.interval) : source.due + ((now - source.due) / source.interval + 1) * source.interval;
    if (auto error = source.at_due()) return error;
  }
  return {};
}

std::error_code Multiplexer::wait(const WaitLimit& limit) {
  bool served = false;
  if (auto error = serve(served); error || served) return error;
  if (auto error = place_.open()) return error;
  struct Disarm {
    const std::vector<Entry>& sources;
    ~Disarm() {
      for (const Entry& entry : sources) entry.source->disarm();
    }
  };
  while (!served) {
    {
      const Disarm disarm{sources_};
      for (const Entry& entry : sources_) {
        if (auto error = entry.source->arm(place_.bell())) return error;
      }
      const WaitLimit until{.deadline = std::min(limit.deadline, next_due()), .stop = limit.stop};
      const auto error = place_.wait([this] { return any_ready(); }, until, look_every());
      if (error && (error != Errc::timeout || Clock::now() >= limit.deadline)) return error;
    }
    if (auto error = serve(served)) return error;
  }
  return {};
}

std::error_code Multiplexer::run(std::stop_token stop) {
  for (;;) {
    const auto error = wait({.stop = stop});
    if (error == Errc::cancelled && stop.stop_requested()) return {};
    if (error) return error;
    if (stop.stop_requested()) return {};
  }
}

}  // namespace carry::event
