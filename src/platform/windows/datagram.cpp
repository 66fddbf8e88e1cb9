#include <carry/platform/datagram.h>

namespace carry::platform {

// Windows knows Unix domain sockets as streams only.

struct DatagramInbox::State {};
DatagramInbox::DatagramInbox(DatagramInbox&&) noexcept = default;
DatagramInbox& DatagramInbox::operator=(DatagramInbox&&) noexcept = default;
DatagramInbox::~DatagramInbox() = default;
Result<DatagramInbox> DatagramInbox::make(const DomainDirectory&, ParticipantId, std::uint64_t) {
  return Failure{std::make_error_code(std::errc::not_supported)};
}
bool DatagramInbox::take(void*, std::size_t) noexcept { return false; }
void DatagramInbox::wait(std::chrono::steady_clock::time_point) {}
void DatagramInbox::ring() noexcept {}
NativeHandle DatagramInbox::native_handle() const noexcept { return -1; }

struct DatagramOutbox::State {};
DatagramOutbox::DatagramOutbox(DatagramOutbox&&) noexcept = default;
DatagramOutbox& DatagramOutbox::operator=(DatagramOutbox&&) noexcept = default;
DatagramOutbox::~DatagramOutbox() = default;
Result<DatagramOutbox> DatagramOutbox::open(const DomainDirectory&, ParticipantId, std::uint64_t) {
  return Failure{std::make_error_code(std::errc::not_supported)};
}
bool DatagramOutbox::send(const void*, std::size_t) noexcept { return false; }

}  // namespace carry::platform
