// Compiles what the page on messages shows. CMakeLists.txt makes the included files.

#include <carry/carry.h>
#include <carry/container/string.h>
#include <carry/container/unordered_map.h>
#include <carry/container/vector.h>
#include <carry/domain/participant.h>
#include <carry/memory/shm_safe.h>
#include <carry/publish_subscribe/publisher.h>
#include <carry/publish_subscribe/subscriber.h>

#include <array>
#include <atomic>
#include <bitset>
#include <chrono>
#include <complex>
#include <cstdint>
#include <iostream>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>
#include <variant>
#include <vector>

// A specialisation of what belongs to carry stands outside of other namespaces.
#include "messages_2.inc"

namespace messages_page {

static_assert(carry::shm_safe<camera::Token>);

#include "messages_1.inc"

static_assert(carry::shm_safe<Frame>);

std::error_code build() {
#include "messages_3.inc"
}

std::error_code join() {
#include "messages_4.inc"
  return {};
}

void look() {
#include "messages_5.inc"
}

float measure();

#include "messages_6.inc"

void take_out(carry::publish_subscribe::Subscriber<Frame>& frames) {
#include "messages_7.inc"
}

#include "messages_8.inc"

static_assert(carry::shm_safe<Position>);

}  // namespace messages_page
