#include "support/child_process.h"

#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

#include <iostream>
#include <map>
#include <memory>

namespace carry::test {

namespace {

/// A function's object: roles in other files may be made before anything of this file is.
std::map<std::string, Role::Function, std::less<>>& roles() {
  static std::map<std::string, Role::Function, std::less<>> all;
  return all;
}

}  // namespace

Role::Role(const char* name, Function run) { roles().emplace(name, run); }

bool is_role(int count, char* arguments[]) noexcept { return count > 1 && arguments[1][0] == '@'; }

int run_role(int count, char* arguments[]) {
  end_with_parent();
  // Standard output is for what the role says.
  spdlog::set_default_logger(std::make_shared<spdlog::logger>("", std::make_shared<spdlog::sinks::stderr_sink_mt>()));
  const auto role = roles().find(std::string_view(arguments[1] + 1));
  if (role == roles().end()) {
    std::cerr << "no role is called " << arguments[1] << std::endl;
    return 127;
  }
  return role->second(Arguments(arguments + 2, arguments + count));
}

ChildProcess ChildProcess::start_program(std::string_view path, const Arguments& arguments) { return start(path, arguments); }

void say(std::string_view line) { std::cout << line << std::endl; }

std::optional<std::string> hear() {
  std::string line;
  if (!std::getline(std::cin, line)) return std::nullopt;
  if (line.ends_with('\r')) line.pop_back();
  return line;
}

}  // namespace carry::test
