// A role of the program that has the next layout. What it and the process tests say to each other is in process/next_layout_test.cpp.

#include "process/own_participant.h"
#include "support/captured_log.h"
#include "support/child_process.h"
#include "support/holdings.h"

#include <carry/domain/segment_layout.h>

namespace carry::test {

namespace {

/// neighbour: says its layout, its id, and what it has logged when it had looked at everybody. For each id that it hears: how often it has mapped
/// what is that participant's, after another look.
int live_beside(const Arguments&) {
  const CapturedLog log;
  say(std::to_string(domain::layout_version));
  say(own_participant().id().to_string());
  (void)own_participant().peers();
  say(log.line());
  while (const auto id = hear()) {
    (void)own_participant().peers();
    say(std::to_string(count_mappings_named(*id)));
  }
  return 0;
}

const Role neighbour_role{"neighbour", live_beside};

}  // namespace

}  // namespace carry::test
