# Cross-compiles for 64-bit Windows with mingw-w64 and runs the results under Wine (Debian: g++-mingw-w64-x86-64-posix, wine64).
# The -posix compiler, because the other thread model of g++ 12 has no std::thread.

set(CMAKE_SYSTEM_NAME Windows)
set(CMAKE_SYSTEM_PROCESSOR x86_64)

set(CMAKE_CXX_COMPILER x86_64-w64-mingw32-g++-posix)
set(CMAKE_RC_COMPILER x86_64-w64-mingw32-windres)

# WIN32_LEAN_AND_MEAN for all: third-party headers that bring <windows.h> would otherwise bring winsock before winsock2.
set(CMAKE_CXX_FLAGS_INIT "-D_WIN32_WINNT=0x0A00 -DWINVER=0x0A00 -DNOMINMAX -DWIN32_LEAN_AND_MEAN -Wa,-mbig-obj")
# -static: nothing of the compiler's own libraries is beside the programs. Multiple definitions: in C++23 type_info::operator==
# is inline in g++ 12's headers and an ordinary function in its library; both are the same.
set(CMAKE_EXE_LINKER_FLAGS_INIT "-static -Wl,--allow-multiple-definition")

# Never the host's packages: they are Linux libraries.
set(CMAKE_FIND_ROOT_PATH /usr/x86_64-w64-mingw32)
set(CMAKE_FIND_ROOT_PATH_MODE_PROGRAM NEVER)
set(CMAKE_FIND_ROOT_PATH_MODE_LIBRARY ONLY)
set(CMAKE_FIND_ROOT_PATH_MODE_INCLUDE ONLY)
set(CMAKE_FIND_ROOT_PATH_MODE_PACKAGE ONLY)

set(CMAKE_CROSSCOMPILING_EMULATOR "${CMAKE_CURRENT_LIST_DIR}/../scripts/wine-run")
