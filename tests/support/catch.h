#pragma once

// Catch2 in whichever version is installed: 2.13 as one header, 3.x as a library.
#if __has_include(<catch2/catch_all.hpp>)
#include <catch2/catch_all.hpp>
#else
#include <catch2/catch.hpp>
#endif
