#pragma once

#include <carry/platform/domain_directory.h>
#include <carry/result.h>

#include <cstddef>

namespace carry::domain {

/// Removes what dead participants left in a domain, and has the living look again. Returns how many were removed. What `carry clean` does.
///
/// Needs no participant: the caller is a member of the domain only meanwhile, and removes the domain if it is the last one out.
/// Thread safety: any thread. Crash safety: done again, it does the rest. Errors: those of platform::EpochTable::open(). Throws std::bad_alloc.
Result<std::size_t> clean(const platform::DomainDirectory& directory);

}  // namespace carry::domain
