#include "platform/windows/domain_state.h"
#include "platform/windows/security.h"
#include "support/catch.h"
#include "support/environment.h"
#include "support/error_of.h"
#include "support/quiet_log.h"
#include "support/windows/private_runtime.h"

#include <carry/error.h>
#include <carry/platform/bell.h>
#include <carry/platform/epoch_table.h>
#include <carry/platform/own_segment.h>
#include <carry/platform/peer_segment.h>
#include <carry/platform/process.h>

#include <aclapi.h>
#include <sddl.h>

#include <algorithm>
#include <fstream>

using namespace carry;
using namespace carry::platform;
using windows::KernelObject;

namespace {

std::string descriptor_of(HANDLE object, SE_OBJECT_TYPE type) {
  const SECURITY_INFORMATION wanted = OWNER_SECURITY_INFORMATION | DACL_SECURITY_INFORMATION;
  PSECURITY_DESCRIPTOR descriptor = nullptr;
  REQUIRE(GetSecurityInfo(object, type, wanted, nullptr, nullptr, nullptr, nullptr, &descriptor) == ERROR_SUCCESS);
  wchar_t* text = nullptr;
  REQUIRE(ConvertSecurityDescriptorToStringSecurityDescriptorW(descriptor, SDDL_REVISION_1, wanted, &text, nullptr));
  const std::string result = windows::to_utf8(text);
  LocalFree(text);
  LocalFree(descriptor);
  return result;
}

// An object's attributes as written in SDDL, for objects that carry would not make.
class Attributes {
 public:
  explicit Attributes(const std::string& text) {
    REQUIRE(
        ConvertStringSecurityDescriptorToSecurityDescriptorW(windows::to_wide(text).c_str(), SDDL_REVISION_1, &value_.lpSecurityDescriptor, nullptr));
    value_.nLength = sizeof value_;
  }
  Attributes(const Attributes&) = delete;
  Attributes& operator=(const Attributes&) = delete;
  ~Attributes() { LocalFree(value_.lpSecurityDescriptor); }
  SECURITY_ATTRIBUTES* get() { return &value_; }

 private:
  SECURITY_ATTRIBUTES value_{};
};

std::string user() { return current_user(); }

}  // namespace

TEST_CASE("the segment's section belongs to the user and is open to nobody else", "[platform]") {
  const test::PrivateRuntime runtime;
  const auto directory = runtime.open();
  REQUIRE(directory);
  const auto id = ParticipantId::random();
  const auto segment = OwnSegment::create(*directory, id, 1 << 20);
  REQUIRE(segment);
  const KernelObject section(OpenFileMappingW(READ_CONTROL, FALSE, windows::segment_name(id).c_str()));
  REQUIRE(section);
  const std::string descriptor = descriptor_of(section.get(), SE_KERNEL_OBJECT);
  INFO(descriptor);
  // The generic right is written as GA, or as what it stands for.
  CHECK(descriptor.starts_with("O:" + user() + "D:P(A;;"));
  CHECK(descriptor.ends_with(";;;" + user() + ")"));
  CHECK(std::ranges::count(descriptor, '(') == 1);
  CHECK_FALSE(windows::check_private(section.get(), SE_KERNEL_OBJECT, "section"));
}

TEST_CASE("directory and marker belong to the user and are open to nobody else", "[platform]") {
  const test::PrivateRuntime runtime;
  const auto directory = runtime.open();
  REQUIRE(directory);
  const auto id = ParticipantId::random();
  auto segment = OwnSegment::create(*directory, id, 1 << 20);
  REQUIRE(segment);
  REQUIRE_FALSE(segment->make_visible());
  const KernelObject folder = windows::open_directory(directory->state()->wide_path, READ_CONTROL, FILE_SHARE_READ | FILE_SHARE_WRITE);
  REQUIRE(folder);
  const KernelObject marker(CreateFileW(directory->state()->marker_path(id).c_str(), READ_CONTROL,
                                        FILE_SHARE_READ | FILE_SHARE_WRITE | FILE_SHARE_DELETE, nullptr, OPEN_EXISTING, 0, nullptr));
  REQUIRE(marker);
  for (const HANDLE object : {folder.get(), marker.get()}) {
    const std::string descriptor = descriptor_of(object, SE_FILE_OBJECT);
    INFO(descriptor);
    CHECK(descriptor.starts_with("O:" + user()));
    CHECK(descriptor.find(";;;" + user() + ")") != std::string::npos);
    CHECK_FALSE(windows::check_private(object, SE_FILE_OBJECT, "object"));
  }
}

TEST_CASE("a section of the right name but open to others is refused", "[platform]") {
  const test::PrivateRuntime runtime;
  const auto directory = runtime.open();
  REQUIRE(directory);
  const auto id = ParticipantId::random();
  Attributes open_to_all("O:" + user() + "D:P(A;;GA;;;" + user() + ")(A;;GR;;;WD)");
  const KernelObject section(
      CreateFileMappingW(INVALID_HANDLE_VALUE, open_to_all.get(), PAGE_READWRITE, 0, 1 << 16, windows::segment_name(id).c_str()));
  REQUIRE(section);
  std::ofstream(std::filesystem::path(directory->state()->marker_path(id))) << "";

  const auto peer = PeerSegment::open(*directory, id);
  REQUIRE_FALSE(peer);
  CHECK(peer.error() == Errc::not_secure);
  CHECK(OwnSegment::create(*directory, id, 1 << 20).error() == std::errc::file_exists);
}

TEST_CASE("a section that its owner does not let us read is refused", "[platform]") {
  const test::PrivateRuntime runtime;
  const auto directory = runtime.open();
  REQUIRE(directory);
  const auto id = ParticipantId::random();
  Attributes closed("D:P(A;;GA;;;SY)");
  const KernelObject section(CreateFileMappingW(INVALID_HANDLE_VALUE, closed.get(), PAGE_READWRITE, 0, 1 << 16, windows::segment_name(id).c_str()));
  REQUIRE(section);
  std::ofstream(std::filesystem::path(directory->state()->marker_path(id))) << "";
  CHECK(PeerSegment::open(*directory, id).error() == Errc::not_secure);
}

TEST_CASE("a bell belongs to the user, is open to nobody else, and no child inherits it", "[platform]") {
  const test::PrivateRuntime runtime;
  const auto directory = runtime.open();
  REQUIRE(directory);
  const auto bell = Bell::make(*directory, ParticipantId::random(), 1);
  REQUIRE(bell);
  const auto event = reinterpret_cast<HANDLE>(bell->native_handle());
  const std::string descriptor = descriptor_of(event, SE_KERNEL_OBJECT);
  INFO(descriptor);
  CHECK(descriptor.starts_with("O:" + user() + "D:P(A;;"));
  CHECK(descriptor.ends_with(";;;" + user() + ")"));
  CHECK(std::ranges::count(descriptor, '(') == 1);
  DWORD flags = HANDLE_FLAG_INHERIT;
  REQUIRE(GetHandleInformation(event, &flags));
  CHECK((flags & HANDLE_FLAG_INHERIT) == 0);
}

TEST_CASE("what another may have put under a bell's name is refused unless the user alone may touch it", "[platform]") {
  const test::QuietLog quiet;
  const test::PrivateRuntime runtime;
  const auto directory = runtime.open();
  REQUIRE(directory);
  const auto id = ParticipantId::random();
  const auto open_planted = [&](const std::string& text) {
    INFO(text);
    Attributes attributes(text);
    const std::wstring name = windows::segment_name(id) + L"-bell-1";
    const KernelObject event(CreateEventW(attributes.get(), FALSE, FALSE, name.c_str()));
    REQUIRE(event);
    return test::error_of(PeerBell::open(*directory, id, 1));
  };
  const std::string own = "(A;;GA;;;" + user() + ")";
  const std::string owner = "O:" + user();
  CHECK_FALSE(open_planted(owner + "D:P" + own));
  CHECK_FALSE(open_planted(owner + "D:P" + own + "(A;;GA;;;SY)(A;;GA;;;BA)"));  // the system and administrators, who come in anyway
  CHECK_FALSE(open_planted(owner + "D:P(D;;GA;;;AN)" + own));                   // what denies opens nothing
  for (const char* other : {"WD", "AU", "BU", "IU", "AN", "S-1-5-21-1-2-3-4444"}) {
    CHECK(open_planted(owner + "D:P" + own + "(A;;0x1f0003;;;" + other + ")") == Errc::not_secure);
  }
  CHECK(open_planted(owner + "D:NO_ACCESS_CONTROL") == std::errc::permission_denied);  // no list at all: everybody; Wine itself refuses it
  for (const char* other : {"SY", "BA", "WD"}) CHECK(open_planted(std::string("O:") + other + "D:P" + own) == Errc::not_secure);
}

TEST_CASE("a domain of a group is refused, and not taken for the user's", "[platform]") {
  const test::QuietLog quiet;
  const test::PrivateRuntime runtime;
  const auto open = [&](const char* group) {
    return test::error_of(DomainDirectory::open({.runtime_directory = runtime.text(), .domain = "test", .group = group}));
  };
  CHECK(open("Users") == std::errc::not_supported);
  test::set_environment("CARRY_GROUP", "Users");
  CHECK(open("") == std::errc::not_supported);
  test::set_environment("CARRY_GROUP", "");
  CHECK(std::filesystem::is_empty(runtime.path()));
  CHECK_FALSE(open(""));
}

TEST_CASE("a directory that is open to others is refused", "[platform]") {
  const test::PrivateRuntime runtime;
  const auto path = [&] {
    const auto directory = runtime.open();
    REQUIRE(directory);
    return directory->state()->wide_path;
  }();
  REQUIRE(RemoveDirectoryW(path.c_str()));
  Attributes open_to_all("O:" + user() + "D:P(A;OICI;GA;;;" + user() + ")(A;OICI;GA;;;WD)");
  REQUIRE(CreateDirectoryW(path.c_str(), open_to_all.get()));
  const auto directory = runtime.open();
  REQUIRE_FALSE(directory);
  CHECK(directory.error() == Errc::not_secure);
}

TEST_CASE("a file in place of the directory is refused", "[platform]") {
  const test::PrivateRuntime runtime;
  const auto path = runtime.open()->state()->wide_path;
  REQUIRE(RemoveDirectoryW(path.c_str()));
  std::ofstream(std::filesystem::path(path)) << "";
  CHECK(runtime.open().error() == Errc::not_secure);
}

TEST_CASE("the current user is named by a SID", "[platform]") { CHECK(user().starts_with("S-1-5-")); }
