// expect: no matching (member )?function

#include <carry/container/vector.h>

// The literal 0 is a null pointer too, but no position.
void erase_first(carry::vector<int>& values) { values.erase(0); }
