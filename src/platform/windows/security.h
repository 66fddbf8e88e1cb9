#pragma once

// Who may touch what carry makes: the current user and nobody else. (Administrators and the system can always let themselves in.)

#include "platform/windows/system.h"

#include <carry/result.h>

#include <accctrl.h>

#include <string>
#include <string_view>
#include <vector>

namespace carry::platform::windows {

/// The user of this process's token.
struct User {
  std::vector<std::byte> sid;  ///< empty if the system would not tell, as is the text
  std::wstring sid_text;
  std::string sid_name;  ///< the text in UTF-8

  /// Read until the system has told it once; thread safe.
  static const User& current();
};

/// Attributes that make `current user: everything, others: nothing` the whole truth about a new object. Not inheritable.
/// Valid for as long as the process lives.
Result<SECURITY_ATTRIBUTES> private_object();

/// The same for a directory and everything that will be made in it.
Result<SECURITY_ATTRIBUTES> private_directory();

/// Checks an object that somebody may have made in our place: owned by the current user, open to nobody else but
/// administrators and the system. `object` needs READ_CONTROL. Else Errc::not_secure; the log says why, with `name`.
std::error_code check_private(HANDLE object, SE_OBJECT_TYPE type, std::string_view name);

}  // namespace carry::platform::windows
