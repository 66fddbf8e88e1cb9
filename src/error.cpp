#include <carry/error.h>

#include <array>
#include <string>

namespace carry {

namespace {

struct Entry {
  Errc error;
  std::errc condition;
  const char* message;
};

constexpr std::array entries{
    Entry{Errc::not_initialized, std::errc::operation_not_permitted, "not initialized: call initialize(), and subscribe() of a subscriber, first"},
    Entry{Errc::already_initialized, std::errc::already_connected, "already initialized"},
    Entry{Errc::forked, std::errc::not_supported,
          "this process was forked from a participant: only the parent takes part; use carry in the child after exec, or join after fork"},
    Entry{Errc::type_mismatch, std::errc::wrong_protocol_type, "the topic is in use with another message type"},
    Entry{Errc::ring_full, std::errc::no_buffer_space, "the ring is full: a subscriber still needs the oldest message"},
    Entry{Errc::no_free_slot, std::errc::resource_unavailable_try_again,
          "subscribers hold samples in every slot: release some, or enlarge the capacity"},
    Entry{Errc::too_many_samples, std::errc::resource_unavailable_try_again, "the subscriber holds max_held samples: release one"},
    Entry{Errc::timeout, std::errc::timed_out, "timed out"},
    Entry{Errc::cancelled, std::errc::operation_canceled, "cancelled"},
    Entry{Errc::heap_exhausted, std::errc::not_enough_memory, "the dynamic buffer is exhausted: enlarge it"},
    Entry{Errc::invalid_option, std::errc::invalid_argument, "an option has a value that cannot work; the log names it"},
    Entry{Errc::loan_outstanding, std::errc::device_or_resource_busy, "the publisher's loan was neither published nor dropped yet"},
    Entry{Errc::not_secure, std::errc::permission_denied,
          "a directory or file of the domain belongs to somebody else or is open to others; the log names it"},
    Entry{Errc::not_shared_memory, std::errc::not_supported, "the runtime directory is not on a memory file system: choose one on tmpfs"},
    Entry{Errc::incompatible_version, std::errc::not_supported,
          "the segment was made by a carry with another layout: rebuild one of the two programs"},
    Entry{Errc::malformed_segment, std::errc::bad_message, "the segment holds values that carry does not write"},
    Entry{Errc::port_table_full, std::errc::too_many_links, "the process has as many ports as a segment holds"},
    Entry{Errc::subscription_paused, std::errc::operation_not_permitted, "the subscription is paused: resume it first"},
    Entry{Errc::publisher_gone, std::errc::owner_dead, "the last publisher of the topic is gone"},
    Entry{Errc::huge_pages_refused, std::errc::not_supported,
          "the system gives no huge pages to the runtime directory: mount it with huge=advise, or do not ask for them"},
    Entry{Errc::memory_lock_refused, std::errc::permission_denied,
          "the process may not lock so much memory: raise its limit (ulimit -l), or ask for less"},
    Entry{Errc::numa_node_refused, std::errc::invalid_argument, "there is no such NUMA node, or the process may not bind memory to one"},
    Entry{Errc::interrupted_join, std::errc::resource_unavailable_try_again,
          "others kept this process from joining, by coming and leaving or by stopping halfway: try again"},
    Entry{Errc::epoch_table_lost, std::errc::bad_message, "somebody made the domain's epoch table shorter: restart the processes of the domain"},
    Entry{Errc::malformed_message, std::errc::bad_message, "the message holds values that carry does not write: its publisher is at fault"},
    Entry{Errc::message_too_large, std::errc::message_size, "the message is larger or deeper than the options allow"},
};

const Entry* find(int value) noexcept {
  for (const Entry& entry : entries) {
    if (static_cast<int>(entry.error) == value) return &entry;
  }
  return nullptr;
}

class Category final : public std::error_category {
 public:
  const char* name() const noexcept override { return "carry"; }
  std::string message(int value) const override {
    const Entry* entry = find(value);
    return entry == nullptr ? "unknown carry error " + std::to_string(value) : entry->message;
  }
  std::error_condition default_error_condition(int value) const noexcept override {
    const Entry* entry = find(value);
    return entry == nullptr ? std::error_condition(value, *this) : std::make_error_condition(entry->condition);
  }
};

}  // namespace

const std::error_category& error_category() noexcept {
  static const Category category;
  return category;
}

std::error_code make_error_code(Errc error) noexcept { return {static_cast<int>(error), error_category()}; }

}  // namespace carry
