// host SCENARIO PLUGIN OTHER_PLUGIN: loads plugins that use carry, closes them, and goes on to where something of theirs would be called. Does not
// link carry itself. Exit code 0: all went well, and something stayed loaded if it should.

#include <array>
#include <csetjmp>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <thread>

#include <dlfcn.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

namespace {

[[noreturn]] void fail(const std::string& what) {
  std::fprintf(stderr, "host: %s\n", what.c_str());
  std::_Exit(1);
}

class Plugin {
 public:
  explicit Plugin(const char* path) : path_(path), handle_(::dlopen(path, RTLD_NOW | RTLD_LOCAL)) {
    if (handle_ == nullptr) fail(::dlerror());
    call_ = reinterpret_cast<int (*)(const char*)>(::dlsym(handle_, "plugin"));
    if (call_ == nullptr) fail(::dlerror());
  }
  Plugin(const Plugin&) = delete;
  Plugin& operator=(const Plugin&) = delete;
  ~Plugin() { close(); }

  int call(const char* command) const { return call_(command); }
  void operator()(const char* command) const {
    if (const int line = call(command)) fail(std::string(command) + " failed in line " + std::to_string(line));
  }

  /// Whether its code is still there is said in the output, once.
  void close() {
    if (handle_ == nullptr) return;
    if (::dlclose(handle_) != 0) fail(::dlerror());
    handle_ = nullptr;
    void* again = ::dlopen(path_, RTLD_NOW | RTLD_NOLOAD);
    std::printf("%s\n", again != nullptr ? "stays" : "unloaded");
    if (again != nullptr) (void)::dlclose(again);
  }

 private:
  const char* path_;
  void* handle_;
  int (*call_)(const char*) = nullptr;
};

void load_again(const char* path, const char*) {
  for (int i = 0; i != 50; ++i) {
    const Plugin plugin(path);
    plugin("exchange");
  }
}

/// A thread that has used the plugin ends after it was closed.
void end_thread(const char* path, const char*) {
  std::array<int, 2> told{};
  std::array<int, 2> used{};
  if (::pipe(told.data()) != 0 || ::pipe(used.data()) != 0) fail("pipe");
  char byte = 0;
  Plugin plugin(path);
  std::thread thread([&] {
    plugin("exchange");
    char heard = 0;
    if (::write(used[1], &heard, 1) != 1 || ::read(told[0], &heard, 1) != 1) fail("a pipe in the thread");
  });
  if (::read(used[0], &byte, 1) != 1) fail("read");
  plugin.close();
  if (::write(told[1], &byte, 1) != 1) fail("write");
  thread.join();
}

/// A fork after it was closed; the child loads it once more, and is told that it is a child.
void fork_after(const char* path, const char*) {
  {
    const Plugin plugin(path);
    plugin("exchange");
  }
  const pid_t child = ::fork();
  if (child == 0) {
    const Plugin plugin(path);
    std::_Exit(plugin.call("exchange") == -1 ? 0 : 1);
  }
  int status = 0;
  if (child < 0 || ::waitpid(child, &status, 0) != child || status != 0) fail("the child ended with status " + std::to_string(status));
}

sigjmp_buf before_fault;

/// A fault that is the host's own business, after it was closed.
void fault_after(const char* path, const char*) {
  struct sigaction action{};
  action.sa_handler = [](int) { ::siglongjmp(before_fault, 1); };
  if (::sigaction(SIGBUS, &action, nullptr) != 0) fail("sigaction");
  {
    const Plugin plugin(path);
    plugin("exchange");
  }
  const int file = ::memfd_create("short", MFD_CLOEXEC);
  auto* memory = static_cast<volatile char*>(::mmap(nullptr, 4096, PROT_READ, MAP_SHARED, file, 0));
  if (file < 0 || memory == MAP_FAILED) fail("mmap");
  if (::sigsetjmp(before_fault, 1) == 0) {
    (void)memory[0];
    fail("no fault");
  }
}

/// What a plugin has published is read, and destroyed, after it was closed.
void read_after(const char* path, const char* other_path) {
  const Plugin other(other_path);
  {
    const Plugin plugin(path);
    plugin("announce");
    other("subscribe");
    plugin("publish");
  }
  other("take");
  other("release");
  other("exchange");
  const Plugin plugin(path);
  plugin("exchange");
}

struct Scenario {
  const char* name;
  void (*run)(const char* path, const char* other_path);
};

constexpr std::array scenarios{Scenario{"again", load_again}, Scenario{"thread", end_thread}, Scenario{"fork", fork_after},
                               Scenario{"fault", fault_after}, Scenario{"read", read_after}};

}  // namespace

int main(int count, char** arguments) {
  if (count != 4) fail("SCENARIO PLUGIN OTHER_PLUGIN");
  for (const Scenario& scenario : scenarios) {
    if (std::string(arguments[1]) != scenario.name) continue;
    scenario.run(arguments[2], arguments[3]);
    return 0;
  }
  fail("no such scenario");
}
