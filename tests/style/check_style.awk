# The rules of style that one can see line by line. Input: all files to check, with paths relative to the root.
# Prints file:line: reason; with -v list=1 instead every relaxed access of the library with the reason that stands beside it.

BEGIN {
  # A layer includes its own and lower ones.
  split("platform memory container domain ring event publish_subscribe async", names, " ")
  for (i = 1; i in names; ++i) rank[names[i]] = i
  split("utils error result version ensure", names, " ")
  for (i = 1; i in names; ++i) rank[names[i]] = 0
  rank["carry"] = 100

  systems = "_WIN32|_WIN64|__linux|__unix__|__APPLE__|__CYGWIN__|__MINGW|_MSC_VER|__GNUC__|__clang__|__SANITIZE_|__has_feature" \
    "|__x86_64__|__i386__|_M_X64|_M_IX86|__aarch64__|__arm__|_M_ARM|__riscv|__ANDROID__|__GLIBC|_LIBCPP_|__GLIBCXX__"
  system_headers = "<(windows|winsock2|unistd|fcntl|poll|pthread|sched|dirent|signal|spawn)\\.h>|<(sys|linux|arpa|netinet)/"
  extensions = "__int128|__builtin_|__attribute__|typeof *\\(|__PRETTY_FUNCTION__|ssize_t"
  broken_primitives = "std::(latch|barrier|counting_semaphore|binary_semaphore|stop_callback|condition_variable_any)" \
    "|atomic_(wait|notify_one|notify_all)|#include <(latch|barrier|semaphore)>"
}

function report(line, reason) { if (!list) print file ":" line ": " reason }

# The layer of a path below include/carry or src: its folder, or for a file without folder its name.
function layer_of(path) {
  sub(/[\/.].*/, "", path)
  return path
}

function end_file() {
  if (file == "") return
  if (is_code && lines > 300) report(lines, "longer than 300 lines: split the file")
  if (header && !once) report(1, "a header without #pragma once")
}

function begin_file() {
  end_file()
  file = FILENAME
  is_code = file ~ /\.(h|cpp)$/
  header = file ~ /\.h$/
  library = file ~ /^(include|src)\//
  platform = file ~ /^src\/platform\//
  of_one_system = file ~ /\/(posix|linux|windows|io_uring|epoll|iocp)\//
  once = 0; conditions = 0; explained = 0; layer = ""
  split("", atomics)
  if (library && is_code) {
    path = file
    sub(/^(include\/carry|src)\//, "", path)
    layer = layer_of(path)
    if (!(layer in rank)) report(1, "in no known layer: " layer)
  }
}

function check_include(code,    path, other) {
  if (code ~ /#include <asio/ && library) report(FNR, "only adapters/asio includes Asio")
  if (library && !of_one_system && code ~ system_headers) report(FNR, "a header of the operating system outside src/platform")
  if (code ~ /<condition_variable>/) conditions = 1
  if (layer == "" || !match(code, /[<"](carry\/|[a-z_]+\/)[^>"]*[>"]/)) return
  path = substr(code, RSTART + 1, RLENGTH - 2)
  if (code ~ /</ && path !~ /^carry\//) return
  sub(/^carry\//, "", path)
  other = layer_of(path)
  if (!(other in rank) || !(layer in rank)) return
  if (rank[other] > rank[layer] || (rank[other] == 0 && rank[layer] == 0 && layer == "error" && other == "utils"))
    report(FNR, "layer " layer " may not include " other)
}

function check_primitives(code,    name) {
  if (code ~ broken_primitives && FILENAME !~ /src\/platform\/(posix|linux)\//) report(FNR, "loses wake-ups on mingw g++ 12: use a mutex and a condition_variable")
  if (match(code, /atomic(_[a-z]+|<[^;]*>) [a-z_]+/)) {
    name = substr(code, RSTART, RLENGTH)
    sub(/.* /, "", name)
    atomics[name] = 1
  }
  if (match(code, /[a-z_]+(\.|->)wait\(/)) {
    name = substr(code, RSTART, RLENGTH)
    sub(/(\.|->).*/, "", name)
    if (name in atomics) report(FNR, "atomic wait loses wake-ups on mingw g++ 12")
  }
  if (!conditions && code ~ /(\.|->)notify_(one|all)\(/) report(FNR, "notify without <condition_variable>: atomic notify is not used here")
}

FNR == 1 { begin_file() }

{
  lines = FNR
  code = $0
  commented = code ~ /\/\//
  if (commented) comment = code
  sub(/\/\/.*/, "", code)
}

/TODO|FIXME/ { report(FNR, "unfinished: do it, or file an issue") }
/(^|[^A-Za-z0-9_.~}*-])\/(work|home|root)\// { report(FNR, "an absolute path of one machine") }

!is_code { next }

code ~ /^[ \t]*#[ \t]*pragma once/ { once = 1 }
code ~ /^[ \t]*#[ \t]*include/ { check_include(code) }
code ~ /^[ \t]*#[ \t]*(if|elif)/ && code ~ systems && !platform && file !~ /^tests\/support\// {
  report(FNR, "a condition on system, compiler or architecture outside src/platform")
}
header && library && code ~ /^[ \t]*#[ \t]*define/ { report(FNR, "a macro in a header") }
library && !platform && code ~ extensions { report(FNR, "not standard C++: a compiler other than g++ rejects it") }
library { check_primitives(code) }

# A relaxed access says why, on its own line or the one above; accesses in a row share their reason.
library {
  relaxed = code ~ /memory_order_relaxed|memory_order::relaxed/
  if (relaxed && !commented && !explained) report(FNR, "memory_order_relaxed without a comment that says why")
  if (relaxed && list) {
    reason = comment
    sub(/^.*\/\/+ */, "", reason)
    print file ":" FNR ": " reason
  }
  explained = commented || (relaxed && explained)
}

END { end_file() }
