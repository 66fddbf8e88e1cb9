#include <carry/async/detail/driver.h>

namespace carry::async::detail {

Result<std::unique_ptr<Driver>> Driver::make(async::driver wanted, domain::Bell& bell) {
  switch (wanted) {
    case async::driver::epoll: return make_epoll_driver(bell);
    case async::driver::io_uring: return make_io_uring_driver(bell);
    case async::driver::automatic: break;
    case async::driver::event: return Failure{std::make_error_code(std::errc::not_supported)};
  }
  if (auto driver = make_io_uring_driver(bell)) return driver;
  return make_epoll_driver(bell);
}

}  // namespace carry::async::detail
