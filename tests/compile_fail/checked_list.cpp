// expect: a list may lead round for ever\): copy\(\) it

#include <carry/container/checked.h>
#include <carry/container/list.h>

auto elements(const carry::Checked<carry::list<int>>& place) { return place.elements(); }
