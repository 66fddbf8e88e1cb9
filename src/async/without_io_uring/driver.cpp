#include <carry/async/detail/driver.h>

namespace carry::async::detail {

Result<std::unique_ptr<Driver>> make_io_uring_driver(domain::Bell&) { return Failure{std::make_error_code(std::errc::not_supported)}; }

}  // namespace carry::async::detail
