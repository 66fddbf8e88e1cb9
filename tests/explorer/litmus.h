#pragma once

namespace carry::explorer {

/// Small programs whose possible outcomes the standard says: the model must show those that are allowed, and none that is forbidden.
/// False: it did not, and was told.
bool passes_litmus_tests();

}  // namespace carry::explorer
