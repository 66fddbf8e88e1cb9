#pragma once

// All that a process needs besides the ports themselves: its dynamic buffer, errors, version.

#include <carry/error.h>
#include <carry/memory/dynamic_buffer.h>
#include <carry/result.h>
#include <carry/utils/founding_names.h>
#include <carry/utils/timestamp.h>
#include <carry/version.h>
