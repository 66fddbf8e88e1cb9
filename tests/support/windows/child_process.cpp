#include "support/child_process.h"

#include "platform/windows/system.h"

#include <system_error>
#include <utility>

namespace carry::test {

using platform::windows::KernelObject;

namespace {

[[noreturn]] void fail(const char* what) { throw std::system_error(platform::windows::last_error(), what); }

// One argument in the quoting that C run-time libraries undo: backslashes count only before a quotation mark.
std::wstring quoted(const std::wstring& argument) {
  std::wstring text = L"\"";
  std::size_t backslashes = 0;
  for (const wchar_t unit : argument) {
    if (unit == L'\\') {
      ++backslashes;
      continue;
    }
    text.append(unit == L'"' ? 2 * backslashes + 1 : backslashes, L'\\');
    backslashes = 0;
    text += unit;
  }
  text.append(2 * backslashes, L'\\');
  return text + L'"';
}

std::wstring own_program() {
  std::wstring path(32768, L'\0');
  path.resize(GetModuleFileNameW(nullptr, path.data(), static_cast<DWORD>(path.size())));
  return path;
}

struct Pipe {
  KernelObject read_end;
  KernelObject write_end;
};

Pipe make_pipe() {
  HANDLE read_end = nullptr;
  HANDLE write_end = nullptr;
  if (!CreatePipe(&read_end, &write_end, nullptr, 1 << 16)) fail("CreatePipe");
  return {KernelObject(read_end), KernelObject(write_end)};
}

// The same object for the child: inheritable.
KernelObject for_child(HANDLE object) {
  HANDLE copy = nullptr;
  if (!DuplicateHandle(GetCurrentProcess(), object, GetCurrentProcess(), &copy, 0, TRUE, DUPLICATE_SAME_ACCESS)) return {};
  return KernelObject(copy);
}

// All children die with this process, however it ends: the job's last handle is closed then.
KernelObject make_job() {
  KernelObject job(CreateJobObjectW(nullptr, nullptr));
  JOBOBJECT_EXTENDED_LIMIT_INFORMATION limits{};
  limits.BasicLimitInformation.LimitFlags = JOB_OBJECT_LIMIT_KILL_ON_JOB_CLOSE;
  if (!job || !SetInformationJobObject(job.get(), JobObjectExtendedLimitInformation, &limits, sizeof limits)) fail("CreateJobObject");
  return job;
}

// Names the only objects that a child inherits: a pipe of another child would otherwise never end.
class InheritanceList {
 public:
  explicit InheritanceList(std::vector<HANDLE> objects) : objects_(std::move(objects)) {
    SIZE_T bytes = 0;
    InitializeProcThreadAttributeList(nullptr, 1, 0, &bytes);
    memory_.resize(bytes);
    if (!InitializeProcThreadAttributeList(get(), 1, 0, &bytes)) fail("InitializeProcThreadAttributeList");
    if (!UpdateProcThreadAttribute(get(), 0, PROC_THREAD_ATTRIBUTE_HANDLE_LIST, objects_.data(), objects_.size() * sizeof(HANDLE), nullptr,
                                   nullptr)) {
      fail("UpdateProcThreadAttribute");
    }
  }
  InheritanceList(const InheritanceList&) = delete;
  InheritanceList& operator=(const InheritanceList&) = delete;
  ~InheritanceList() { DeleteProcThreadAttributeList(get()); }

  LPPROC_THREAD_ATTRIBUTE_LIST get() noexcept { return reinterpret_cast<LPPROC_THREAD_ATTRIBUTE_LIST>(memory_.data()); }

 private:
  std::vector<HANDLE> objects_;
  std::vector<std::byte> memory_;
};

}  // namespace

struct ChildProcess::State {
  KernelObject job = make_job();
  KernelObject process;
  KernelObject input;   // what the child reads
  KernelObject output;  // what it writes
  std::string received;
};

namespace {

void start_process(std::wstring command, HANDLE input, HANDLE output, HANDLE errors, HANDLE job, KernelObject& process) {
  std::vector<HANDLE> inherited{input, output};
  if (errors != nullptr) inherited.push_back(errors);
  InheritanceList list(std::move(inherited));
  STARTUPINFOEXW startup{};
  startup.StartupInfo.cb = sizeof startup;
  startup.StartupInfo.dwFlags = STARTF_USESTDHANDLES;
  startup.StartupInfo.hStdInput = input;
  startup.StartupInfo.hStdOutput = output;
  startup.StartupInfo.hStdError = errors;
  startup.lpAttributeList = list.get();
  PROCESS_INFORMATION made{};
  // Suspended until it is in the job, so that there is no moment in which it could outlive us.
  const DWORD flags = CREATE_SUSPENDED | EXTENDED_STARTUPINFO_PRESENT;
  // Wine fails with an internal error now and then, when many start at once and the machine is slow.
  for (int attempt = 0; !CreateProcessW(nullptr, command.data(), nullptr, nullptr, TRUE, flags, nullptr, nullptr, &startup.StartupInfo, &made);
       ++attempt) {
    if (GetLastError() != ERROR_INTERNAL_ERROR || attempt == 20) fail("CreateProcess");
    Sleep(100);
  }
  process = KernelObject(made.hProcess);
  const KernelObject thread(made.hThread);
  if (!AssignProcessToJobObject(job, process.get())) {
    const auto error = platform::windows::last_error();
    TerminateProcess(process.get(), 1);
    throw std::system_error(error, "AssignProcessToJobObject");
  }
  ResumeThread(thread.get());
}

}  // namespace

void end_with_parent() {}  // The job does it.

ChildProcess::ChildProcess(std::unique_ptr<State> state) noexcept : state_(std::move(state)) {}
ChildProcess::ChildProcess(ChildProcess&&) noexcept = default;
ChildProcess& ChildProcess::operator=(ChildProcess&& other) noexcept {
  state_.swap(other.state_);
  return *this;
}

ChildProcess::~ChildProcess() {
  if (state_ == nullptr) return;
  kill();
  wait();
}

ChildProcess ChildProcess::start_role(std::string_view role, const Arguments& arguments) {
  Arguments words{"@" + std::string(role)};
  words.insert(words.end(), arguments.begin(), arguments.end());
  return start(platform::windows::to_utf8(own_program()), words);
}

ChildProcess ChildProcess::start(std::string_view path, const Arguments& arguments) {
  std::wstring command = quoted(platform::windows::to_wide(path));
  for (const std::string& argument : arguments) command += L" " + quoted(platform::windows::to_wide(argument));
  Pipe input = make_pipe();
  Pipe output = make_pipe();
  const KernelObject child_input = for_child(input.read_end.get());
  const KernelObject child_output = for_child(output.write_end.get());
  const KernelObject child_errors = for_child(GetStdHandle(STD_ERROR_HANDLE));
  auto state = std::make_unique<State>();
  start_process(command, child_input.get(), child_output.get(), child_errors.get(), state->job.get(), state->process);
  state->input = std::move(input.write_end);
  state->output = std::move(output.read_end);
  return ChildProcess(std::move(state));
}

void ChildProcess::kill() { TerminateProcess(state_->process.get(), killed); }

namespace {

/// Functions of the system that are in no header: they take a process, and return 0.
void call_in_ntdll(const char* name, HANDLE process) {
  using Function = LONG(NTAPI*)(HANDLE);
  const auto function = reinterpret_cast<Function>(reinterpret_cast<void*>(GetProcAddress(GetModuleHandleW(L"ntdll.dll"), name)));
  if (function != nullptr) function(process);
}

}  // namespace

void ChildProcess::suspend() { call_in_ntdll("NtSuspendProcess", state_->process.get()); }
void ChildProcess::resume() { call_in_ntdll("NtResumeProcess", state_->process.get()); }

bool ChildProcess::is_running() { return WaitForSingleObject(state_->process.get(), 0) == WAIT_TIMEOUT; }

int ChildProcess::wait() {
  state_->input.close();
  WaitForSingleObject(state_->process.get(), INFINITE);
  DWORD code = 0;
  GetExitCodeProcess(state_->process.get(), &code);
  return static_cast<int>(code);
}

void ChildProcess::write_line(std::string_view line) {
  const std::string text = std::string(line) + '\n';
  DWORD written = 0;
  WriteFile(state_->input.get(), text.data(), static_cast<DWORD>(text.size()), &written, nullptr);
}

std::optional<std::string> ChildProcess::read_line() {
  std::string& received = state_->received;
  std::size_t end = received.find('\n');
  while (end == std::string::npos) {
    char buffer[512];
    DWORD bytes = 0;
    if (!ReadFile(state_->output.get(), buffer, sizeof buffer, &bytes, nullptr) || bytes == 0) return std::nullopt;
    received.append(buffer, bytes);
    end = received.find('\n');
  }
  std::string line = received.substr(0, end);
  received.erase(0, end + 1);
  if (line.ends_with('\r')) line.pop_back();
  return line;
}

}  // namespace carry::test
