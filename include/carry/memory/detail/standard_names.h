#pragma once

// What of the standard library cannot lie in shared memory and is told by its name: so that none of its headers is needed.

#include <carry/memory/detail/obstacle_reason.h>
#include <carry/memory/detail/type_name.h>

#include <string_view>

namespace carry::detail {

struct NamedObstacle {
  std::string_view name;  // without std:: and template arguments
  Obstacle why;
};

inline constexpr NamedObstacle named_obstacles[] = {
    {"mutex", Obstacle::synchronisation},
    {"recursive_mutex", Obstacle::synchronisation},
    {"timed_mutex", Obstacle::synchronisation},
    {"recursive_timed_mutex", Obstacle::synchronisation},
    {"shared_mutex", Obstacle::synchronisation},
    {"shared_timed_mutex", Obstacle::synchronisation},
    {"condition_variable", Obstacle::synchronisation},
    {"condition_variable_any", Obstacle::synchronisation},
    {"thread", Obstacle::synchronisation},
    {"jthread", Obstacle::synchronisation},
    {"counting_semaphore", Obstacle::synchronisation},
    {"latch", Obstacle::synchronisation},
    {"barrier", Obstacle::synchronisation},
    {"once_flag", Obstacle::synchronisation},
    {"future", Obstacle::synchronisation},
    {"shared_future", Obstacle::synchronisation},
    {"promise", Obstacle::synchronisation},
    {"packaged_task", Obstacle::synchronisation},
    {"lock_guard", Obstacle::synchronisation},
    {"scoped_lock", Obstacle::synchronisation},
    {"unique_lock", Obstacle::synchronisation},
    {"shared_lock", Obstacle::synchronisation},
    {"stop_source", Obstacle::synchronisation},
    {"stop_token", Obstacle::synchronisation},
    {"stop_callback", Obstacle::synchronisation},
    {"filesystem::path", Obstacle::foreign_container},
    {"filesystem::directory_entry", Obstacle::foreign_container},
    {"valarray", Obstacle::foreign_container},
    {"gslice", Obstacle::foreign_container},
    {"initializer_list", Obstacle::view},
    {"slice_array", Obstacle::view},
    {"gslice_array", Obstacle::view},
    {"mask_array", Obstacle::view},
    {"indirect_array", Obstacle::view},
    {"sub_match", Obstacle::view},
    {"ranges::subrange", Obstacle::view},
    {"ranges::ref_view", Obstacle::view},
    {"counted_iterator", Obstacle::iterator},
    {"common_iterator", Obstacle::iterator},
    {"move_only_function", Obstacle::function},
    {"copyable_function", Obstacle::function},
    {"function_ref", Obstacle::function},
    {"coroutine_handle", Obstacle::function},
    {"any", Obstacle::erased_type},
    {"error_code", Obstacle::process_object},
    {"error_condition", Obstacle::process_object},
    {"exception_ptr", Obstacle::process_object},
    {"type_index", Obstacle::process_object},
    {"thread::id", Obstacle::process_object},
    {"basic_regex", Obstacle::process_object},
    {"locale", Obstacle::process_object},
    {"source_location", Obstacle::process_object},
    {"random_device", Obstacle::process_object},
    {"pmr::polymorphic_allocator", Obstacle::process_object},
};

/// What is wrong with a class of the standard library, if its name says so. Without find(), which UBSan of g++ 12 makes no constant.
template <class T>
consteval Obstacle obstacle_of_name() {
  std::string_view name = type_name<T>();
  if (!name.starts_with("std::")) return Obstacle::none;
  name.remove_prefix(std::string_view("std::").size());
  for (const auto& [known, why] : named_obstacles) {
    if (name.starts_with(known) && (name.size() == known.size() || name[known.size()] == '<')) return why;
  }
  return Obstacle::none;
}

}  // namespace carry::detail
