#pragma once

#include "support/catch.h"

#include <carry/async/event_loop.h>

#include <utility>

namespace carry::test {

/// Every driver that this system has.
inline async::event_loop make_loop() {
  const auto wanted = GENERATE(async::driver::automatic, async::driver::io_uring, async::driver::epoll, async::driver::event);
  auto loop = async::event_loop::make(wanted);
  if (!loop) {
    loop = async::event_loop::make();
  }
  REQUIRE(loop);
  return std::move(*loop);
}

}  // namespace carry::test
