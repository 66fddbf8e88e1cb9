// The same in one translation unit.

#include "program.cpp"  // NOLINT(bugprone-suspicious-include)

#include "callback.cpp"  // NOLINT(bugprone-suspicious-include)
