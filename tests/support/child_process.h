#pragma once

// Tests of several processes. A test program is all of them: it starts itself again in another role.
//
//   static const Role crasher{"crasher", [](const Arguments& arguments) { ...; return 0; }};
//   auto child = ChildProcess::start_role("crasher", {"argument"});
//
// A role talks with the test that started it in lines, through its standard input and output (hear() and say()).

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace carry::test {

using Arguments = std::vector<std::string>;

/// Makes a function known under a name. One object per role, at namespace scope.
class Role {
 public:
  using Function = int (*)(const Arguments& arguments);

  Role(const char* name, Function run);
};

/// True if the program was started as `@role arguments...`.
bool is_role(int count, char* arguments[]) noexcept;

/// For main(), before the test framework: runs the role. Returns its result, or 127 for a role that nobody made known.
int run_role(int count, char* arguments[]);

/// In a role, called by run_role(): from now on this process ends when the one that started it does, however that ends.
void end_with_parent();

/// In a role: writes a line to whoever started it.
void say(std::string_view line);

/// In a role: the next line from whoever started it; nothing when that is gone or has no more to say.
std::optional<std::string> hear();

/// A role, or another program, in a process of its own. Throws std::system_error when the system refuses.
///
/// Thread safety: one thread at a time.
class ChildProcess {
 public:
  /// The exit code of a child that was killed is this, plus the signal's number where there are signals.
  static constexpr int killed = 128;

  static ChildProcess start_role(std::string_view role, const Arguments& arguments = {});

  /// Any other program, which ends with this process only on Windows.
  static ChildProcess start_program(std::string_view path, const Arguments& arguments = {});

  ChildProcess(ChildProcess&&) noexcept;
  ChildProcess& operator=(ChildProcess&&) noexcept;
  /// Kills the child if it still runs, and waits for its end.
  ~ChildProcess();

  /// Ends the child without giving it a say (SIGKILL, TerminateProcess) and returns at once; wait() for the end. Idempotent.
  void kill();

  /// Stops all of its threads where they are, as a debugger or a swapping system would; resume() lets them go on. Idempotent.
  void suspend();
  void resume();

  /// Waits until the child has stopped itself (SIGSTOP), or has ended: false. Linux only.
  bool wait_until_stopped();

  /// False once it has ended. Does not wait.
  bool is_running();

  /// Closes the child's standard input, waits for its end and returns its exit code. Idempotent.
  int wait();

  /// Writes a line to the child's standard input. What a child that is gone should have heard is lost.
  void write_line(std::string_view line);

  /// The next line of the child's standard output without its end; nothing when it is closed. Blocks.
  std::optional<std::string> read_line();

 private:
  struct State;
  static ChildProcess start(std::string_view path, const Arguments& arguments);
  explicit ChildProcess(std::unique_ptr<State> state) noexcept;
  std::unique_ptr<State> state_;
};

}  // namespace carry::test
