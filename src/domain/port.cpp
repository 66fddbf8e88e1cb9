// A port of this process, as its owner holds it.

#include <carry/domain/participant.h>
#include <carry/platform/process.h>

#include <utility>

namespace carry::domain {

void Port::set_body(std::uint64_t offset) noexcept {
  view_.body_offset = offset;
  if (participant_ != nullptr) participant_->set_body(*this, offset);
}

void Port::set_birth(std::uint64_t birth) noexcept {
  view_.birth = birth;
  if (participant_ != nullptr) participant_->set_birth(*this, birth);
}

Port& Port::operator=(Port&& other) noexcept {
  if (this != &other) {
    close();
    participant_ = std::exchange(other.participant_, nullptr);
    index_ = other.index_;
    view_ = other.view_;
  }
  return *this;
}

void Port::close() noexcept {
  Participant* participant = std::exchange(participant_, nullptr);
  if (participant != nullptr && !platform::forked()) participant->remove_port(*this);
}

}  // namespace carry::domain
