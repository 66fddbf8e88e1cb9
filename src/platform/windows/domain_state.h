#pragma once

#include "platform/windows/system.h"

#include <carry/platform/domain_directory.h>

#include <string>
#include <string_view>

namespace carry::platform {

/// Paths only; nothing is held open. Whoever must keep the directory from going away holds an EpochTable.
struct DomainDirectory::State {
  std::wstring wide_path;  ///< absolute, resolved, with the prefix that switches off every interpretation (`\\?\`)
  std::string path;        ///< the same for people: UTF-8, without the prefix

  /// The marker file of a participant: it is there exactly as long as the participant's segment is visible.
  std::wstring marker_path(ParticipantId id) const;
};

namespace windows {

/// What names of a participant's objects begin with; its id follows.
inline constexpr std::wstring_view object_prefix = L"Local\\carry-";

/// Name of the section that holds a participant's segment.
std::wstring segment_name(ParticipantId id);

/// What the kernel says about the owner of a marker file.
///
/// The owner opened it with the right to write and shares only reading, so that asking for the right to write fails with a
/// sharing violation exactly while the owner's handle is open; the kernel closes it when the process ends, however it ends.
/// In doubt: alive.
Liveness marker_liveness(const std::wstring& marker_path) noexcept;

/// A directory opened as an object of its own (links are not followed); `access` may be 0 for its attributes alone.
KernelObject open_directory(const std::wstring& path, DWORD access, DWORD sharing) noexcept;

}  // namespace windows

}  // namespace carry::platform
