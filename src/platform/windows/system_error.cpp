#include "platform/windows/system.h"

namespace carry::platform::windows {

std::error_code system_error(DWORD code) noexcept {
  switch (code) {
    case ERROR_COMMITMENT_LIMIT:
    case ERROR_NOT_ENOUGH_MEMORY:
    case ERROR_NOT_ENOUGH_QUOTA:
    case ERROR_NO_SYSTEM_RESOURCES:
    case ERROR_OUTOFMEMORY:
    case ERROR_PAGEFILE_QUOTA:
    case ERROR_WORKING_SET_QUOTA: return std::make_error_code(std::errc::not_enough_memory);
    case ERROR_TOO_MANY_OPEN_FILES: return std::make_error_code(std::errc::too_many_files_open);
    default: return {static_cast<int>(code), std::system_category()};
  }
}

}  // namespace carry::platform::windows
