#pragma once

#include <carry/domain/peer.h>
#include <carry/domain/segment_layout.h>
#include <carry/result.h>

#include <cstddef>
#include <functional>
#include <utility>
#include <vector>

namespace carry::domain {

class Participant;

/// A port of this process while it is visible; its end takes it out of the port table and moves the topic's epoch.
class Port {
 public:
  Port() = default;
  Port(Participant* participant, std::size_t index, const PortView& view) noexcept : participant_(participant), index_(index), view_(view) {}
  Port(Port&& other) noexcept : participant_(std::exchange(other.participant_, nullptr)), index_(other.index_), view_(other.view_) {}
  Port& operator=(Port&& other) noexcept;
  ~Port() { close(); }

  /// Takes the port away now. Idempotent.
  void close() noexcept;

  /// Tells others where the port's record lies, which had none when it was made visible.
  void set_body(std::uint64_t offset) noexcept;

  /// Gives a port that was made visible with not_born_yet its place in the order in which ports come to be.
  void set_birth(std::uint64_t birth) noexcept;

  bool is_visible() const noexcept { return participant_ != nullptr; }
  std::uint64_t id() const noexcept { return view_.port_id; }
  std::size_t index() const noexcept { return index_; }
  std::uint64_t topic_hash() const noexcept { return view_.topic_hash; }

 private:
  Participant* participant_ = nullptr;
  std::size_t index_ = 0;
  PortView view_;
};

/// The own port table: fixed records that are committed as the table fills. Called with the participant's lock held.
class PortTable {
 public:
  using Commit = std::function<std::error_code(std::size_t offset, std::size_t bytes)>;

  PortTable(std::byte* base, Commit commit) noexcept;

  /// Writes a record and makes it visible. Returns its index. Errors: Errc::port_table_full, errors of a commit.
  Result<std::size_t> add(const PortView& port);

  /// The fields of a visible record that may change.
  void set_birth(std::size_t index, std::uint64_t birth) noexcept;
  void set_body(std::size_t index, std::uint64_t offset) noexcept;

  /// Takes a record out of the table. Idempotent.
  void remove(std::size_t index) noexcept;

  /// Takes all records out of the table, at the end of the process.
  void remove_all() noexcept;

 private:
  PortRecord& record(std::size_t index) const noexcept;
  SegmentHeader& header() const noexcept { return *reinterpret_cast<SegmentHeader*>(base_); }

  std::byte* base_;
  Commit commit_;
  std::size_t used_ = 0;
  std::size_t committed_ = 0;
  std::vector<std::size_t> free_;
};

}  // namespace carry::domain
