#include "platform/windows/security.h"
#include "platform/log.h"

#include <carry/error.h>

#include <aclapi.h>
#include <sddl.h>

#include <atomic>
#include <memory>

namespace carry::platform::windows {

namespace {

struct LocalMemory {
  void operator()(void* memory) const noexcept { LocalFree(memory); }
};
using Descriptor = std::unique_ptr<void, LocalMemory>;

/// Empty if the system is short of something.
std::wstring text_of(PSID sid) {
  wchar_t* text = nullptr;
  if (!ConvertSidToStringSidW(sid, &text)) return {};
  const std::unique_ptr<wchar_t, LocalMemory> owned(text);
  return text;
}

/// What `make` returned the first time that it was not null; until then it is tried at each call, for the system may be short of something only now.
/// Never destroyed: the process leaves its domain after static objects are gone.
template <class T>
const T* keep(std::atomic<const T*>& kept, auto&& make) {
  const T* there = kept.load(std::memory_order_acquire);  // Acquire: pairs with the release below.
  if (there != nullptr) return there;
  std::unique_ptr<const T> made = make();
  if (made == nullptr) return nullptr;
  return kept.compare_exchange_strong(there, made.get(), std::memory_order_acq_rel, std::memory_order_acquire) ? made.release() : there;
}

std::unique_ptr<const User> read_user() {
  HANDLE raw = nullptr;
  if (!OpenProcessToken(GetCurrentProcess(), TOKEN_QUERY, &raw)) return nullptr;
  const KernelObject token(raw);
  alignas(TOKEN_USER) std::byte buffer[sizeof(TOKEN_USER) + SECURITY_MAX_SID_SIZE];
  DWORD bytes = 0;
  if (!GetTokenInformation(token.get(), TokenUser, buffer, sizeof buffer, &bytes)) return nullptr;
  const PSID sid = reinterpret_cast<const TOKEN_USER*>(buffer)->User.Sid;
  const auto* first = static_cast<const std::byte*>(sid);
  std::wstring text = text_of(sid);
  if (text.empty()) return nullptr;
  std::string name = to_utf8(text);
  return std::make_unique<const User>(User{.sid = {first, first + GetLengthSid(sid)}, .sid_text = std::move(text), .sid_name = std::move(name)});
}

// `flags` of the one entry: what inherits it. The owner is named too: an elevated process would make its group the owner.
std::unique_ptr<const Descriptor> make_descriptor(const wchar_t* flags) {
  const User& user = User::current();
  if (user.sid.empty()) return nullptr;
  const std::wstring text = L"O:" + user.sid_text + L"D:P(A;" + flags + L";GA;;;" + user.sid_text + L")";
  PSECURITY_DESCRIPTOR descriptor = nullptr;
  if (!ConvertStringSecurityDescriptorToSecurityDescriptorW(text.c_str(), SDDL_REVISION_1, &descriptor, nullptr)) return nullptr;
  return std::make_unique<const Descriptor>(descriptor);
}

// Without a descriptor the system would take its defaults, which are open to others: no object then.
Result<SECURITY_ATTRIBUTES> attributes(const Descriptor* descriptor) {
  if (descriptor == nullptr) return failure(Errc::not_secure);
  return SECURITY_ATTRIBUTES{.nLength = sizeof(SECURITY_ATTRIBUTES), .lpSecurityDescriptor = descriptor->get(), .bInheritHandle = FALSE};
}

std::error_code not_secure(std::string_view name, std::string_view reason, PSID who) {
  const std::wstring text = who == nullptr ? L"nobody" : text_of(who);
  platform::log_error("carry: {} is not secure: {} {}", name, reason, text.empty() ? "(unknown)" : to_utf8(text));
  return make_error_code(Errc::not_secure);
}

bool is_trusted(PSID sid, PSID user) noexcept {
  return EqualSid(sid, user) || IsWellKnownSid(sid, WinLocalSystemSid) || IsWellKnownSid(sid, WinBuiltinAdministratorsSid);
}

}  // namespace

const User& User::current() {
  static constinit std::atomic<const User*> kept = nullptr;
  static const User& unknown = *new User();  // Never destroyed: see keep().
  const User* const user = keep(kept, read_user);
  return user == nullptr ? unknown : *user;
}

Result<SECURITY_ATTRIBUTES> private_object() {
  static constinit std::atomic<const Descriptor*> kept = nullptr;
  return attributes(keep(kept, [] { return make_descriptor(L""); }));
}

Result<SECURITY_ATTRIBUTES> private_directory() {
  static constinit std::atomic<const Descriptor*> kept = nullptr;
  return attributes(keep(kept, [] { return make_descriptor(L"OICI"); }));
}

std::error_code check_private(HANDLE object, SE_OBJECT_TYPE type, std::string_view name) {
  PSID owner = nullptr;
  PACL list = nullptr;
  PSECURITY_DESCRIPTOR raw = nullptr;
  const SECURITY_INFORMATION wanted = OWNER_SECURITY_INFORMATION | DACL_SECURITY_INFORMATION;
  if (const DWORD error = GetSecurityInfo(object, type, wanted, &owner, nullptr, &list, nullptr, &raw)) return system_error(error);
  const Descriptor descriptor(raw);
  std::vector<std::byte> user_sid = User::current().sid;
  if (user_sid.empty()) return make_error_code(Errc::not_secure);
  const PSID user = user_sid.data();
  if (owner == nullptr || !EqualSid(owner, user)) return not_secure(name, "its owner is", owner);
  if (list == nullptr) return not_secure(name, "it is open to everybody, its access is restricted to", nullptr);
  for (DWORD index = 0; index != list->AceCount; ++index) {
    void* entry = nullptr;
    if (!GetAce(list, index, &entry)) return last_error();
    const auto* header = static_cast<const ACE_HEADER*>(entry);
    if (header->AceType == ACCESS_DENIED_ACE_TYPE) continue;
    if (header->AceType != ACCESS_ALLOWED_ACE_TYPE) return not_secure(name, "it has an unusual entry of its access list, it should be", user);
    const PSID who = &static_cast<ACCESS_ALLOWED_ACE*>(entry)->SidStart;
    if (!is_trusted(who, user)) return not_secure(name, "it is open to", who);
  }
  return {};
}

}  // namespace carry::platform::windows
