#pragma once

// What the files of this program share. After a value come in them, as comments, the commands that run.sh gives to gdb, and what it has to answer.
// Addresses are written 0x... there.

#include <carry/container/flat_map.h>
#include <carry/container/string.h>
#include <carry/container/vector.h>

namespace app {

struct Point {
  int x = 0;
  int y = 0;
};

struct Track {
  carry::string name;
  carry::vector<Point> points;
  carry::flat_map<int, carry::string> labels;
};

struct alignas(32) Aligned {
  int value;
};

}  // namespace app

namespace shown {

template <class T>
void use(const T&) {}

/// Calls the next of the functions below, so that all of their values are there when gdb stops in the last one.
void next();

void vectors();
void strings();
void fixed();
void lists();
void maps_and_sets();
void broken();

}  // namespace shown
