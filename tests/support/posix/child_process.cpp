#include "support/child_process.h"

#include <array>
#include <cerrno>
#include <system_error>
#include <utility>

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

extern char** environ;

namespace carry::test {

namespace {

/// In the child: the read end of a pipe whose other end only the parent has. Nothing is ever written to it.
constexpr int lifeline_number = 3;

[[noreturn]] void fail(int error, const char* what) { throw std::system_error(error, std::system_category(), what); }

class Descriptor {
 public:
  Descriptor() = default;
  explicit Descriptor(int value) noexcept : value_(value) {}
  Descriptor(Descriptor&& other) noexcept : value_(std::exchange(other.value_, -1)) {}
  Descriptor& operator=(Descriptor&& other) noexcept {
    std::swap(value_, other.value_);
    return *this;
  }
  ~Descriptor() { close(); }

  int get() const noexcept { return value_; }
  void close() noexcept {
    if (value_ >= 0) ::close(std::exchange(value_, -1));
  }

 private:
  int value_ = -1;
};

struct Pipe {
  Descriptor read_end;
  Descriptor write_end;
};

Pipe make_pipe() {
  int ends[2];
  if (::pipe2(ends, O_CLOEXEC) != 0) fail(errno, "pipe2");
  return {Descriptor(ends[0]), Descriptor(ends[1])};
}

/// A pipe that can be written to without SIGPIPE, by send().
Pipe make_silent_pipe() {
  int ends[2];
  if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0) fail(errno, "socketpair");
  return {Descriptor(ends[0]), Descriptor(ends[1])};
}

class FileActions {
 public:
  FileActions() { posix_spawn_file_actions_init(&actions_); }
  FileActions(const FileActions&) = delete;
  FileActions& operator=(const FileActions&) = delete;
  ~FileActions() { posix_spawn_file_actions_destroy(&actions_); }

  void give(const Descriptor& descriptor, int number) { posix_spawn_file_actions_adddup2(&actions_, descriptor.get(), number); }
  const posix_spawn_file_actions_t* get() const noexcept { return &actions_; }

 private:
  posix_spawn_file_actions_t actions_;
};

}  // namespace

struct ChildProcess::State {
  pid_t pid = -1;
  std::optional<int> exit_code;
  Descriptor input;   // what the child reads
  Descriptor output;  // what it writes
  Descriptor lifeline;
  std::string received;
};

void end_with_parent() {
  // The end of the pipe's other end, however it comes about, raises SIGIO here, and that ends this process. Not PR_SET_PDEATHSIG, which goes by
  // the parent's thread. A role that was started by hand has no lifeline.
  pollfd lifeline{.fd = lifeline_number, .events = 0, .revents = 0};
  (void)::fcntl(lifeline_number, F_SETFD, FD_CLOEXEC);
  (void)::fcntl(lifeline_number, F_SETOWN, ::getpid());
  const int flags = ::fcntl(lifeline_number, F_GETFL);
  if (flags >= 0) (void)::fcntl(lifeline_number, F_SETFL, flags | O_ASYNC);
  if (::poll(&lifeline, 1, 0) == 1 && (lifeline.revents & POLLHUP) != 0) ::_exit(ChildProcess::killed);
}

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
  return start("/proc/self/exe", words);
}

ChildProcess ChildProcess::start(std::string_view path, const Arguments& arguments) {
  std::vector<std::string> words{std::string(path)};
  words.insert(words.end(), arguments.begin(), arguments.end());
  std::vector<char*> pointers;
  for (std::string& word : words) pointers.push_back(word.data());
  pointers.push_back(nullptr);

  Pipe input = make_silent_pipe();
  Pipe output = make_pipe();
  Pipe lifeline = make_pipe();
  FileActions actions;
  actions.give(input.read_end, STDIN_FILENO);
  actions.give(output.write_end, STDOUT_FILENO);
  actions.give(lifeline.read_end, lifeline_number);
  auto state = std::make_unique<State>();
  const int error = posix_spawn(&state->pid, words[0].c_str(), actions.get(), nullptr, pointers.data(), environ);
  if (error != 0) fail(error, "posix_spawn");
  state->input = std::move(input.write_end);
  state->output = std::move(output.read_end);
  state->lifeline = std::move(lifeline.write_end);
  return ChildProcess(std::move(state));
}

void ChildProcess::kill() {
  // Not after wait(): the number may be somebody else's by then.
  if (!state_->exit_code) ::kill(state_->pid, SIGKILL);
}

void ChildProcess::suspend() {
  if (!state_->exit_code) ::kill(state_->pid, SIGSTOP);
}

void ChildProcess::resume() {
  if (!state_->exit_code) ::kill(state_->pid, SIGCONT);
}

bool ChildProcess::wait_until_stopped() {
  siginfo_t changed{};
  while (!state_->exit_code && ::waitid(P_PID, static_cast<id_t>(state_->pid), &changed, WSTOPPED | WEXITED | WNOWAIT) != 0) {
    if (errno != EINTR) fail(errno, "waitid");
  }
  return !state_->exit_code && changed.si_code == CLD_STOPPED;
}

bool ChildProcess::is_running() {
  siginfo_t ended{};
  // Leaves it to wait() to take its exit code.
  return !state_->exit_code && (::waitid(P_PID, static_cast<id_t>(state_->pid), &ended, WEXITED | WNOHANG | WNOWAIT) != 0 || ended.si_pid == 0);
}

int ChildProcess::wait() {
  state_->input.close();
  while (!state_->exit_code) {
    int status = 0;
    if (::waitpid(state_->pid, &status, 0) == state_->pid) {
      state_->exit_code = WIFSIGNALED(status) ? killed + WTERMSIG(status) : WEXITSTATUS(status);
    } else if (errno != EINTR) {
      fail(errno, "waitpid");
    }
  }
  return *state_->exit_code;
}

void ChildProcess::write_line(std::string_view line) {
  const std::string text = std::string(line) + '\n';
  std::string_view left = text;
  while (!left.empty()) {
    const auto sent = ::send(state_->input.get(), left.data(), left.size(), MSG_NOSIGNAL);
    if (sent < 0 && errno != EINTR) return;
    if (sent > 0) left.remove_prefix(static_cast<std::size_t>(sent));
  }
}

std::optional<std::string> ChildProcess::read_line() {
  std::string& received = state_->received;
  std::size_t end = received.find('\n');
  while (end == std::string::npos) {
    std::array<char, 512> buffer;
    const auto bytes = ::read(state_->output.get(), buffer.data(), buffer.size());
    if (bytes < 0 && errno == EINTR) continue;
    if (bytes <= 0) return std::nullopt;
    received.append(buffer.data(), static_cast<std::size_t>(bytes));
    end = received.find('\n');
  }
  std::string line = received.substr(0, end);
  received.erase(0, end + 1);
  return line;
}

}  // namespace carry::test
