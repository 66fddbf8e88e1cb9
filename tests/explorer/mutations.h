#pragma once

// What can be weakened: every atomic operation that was executed with an order stronger than relaxed, made weaker by one step and by all.

#include "order.h"
#include "places.h"

#include <cstddef>
#include <string>
#include <vector>

namespace carry::explorer {

/// One operation of the source, which the compiler may have put into several places of the program.
struct Mutation {
  std::vector<std::size_t> sites;
  Place place;
  Kind kind;
  Order order;
  Order weaker;

  /// While it exists, the operation is executed with the weaker order.
  class Applied {
   public:
    explicit Applied(const Mutation& mutation) : mutation_(mutation) { use(mutation.weaker); }
    Applied(const Applied&) = delete;
    Applied& operator=(const Applied&) = delete;
    ~Applied() { use(mutation_.order); }

   private:
    void use(Order used) const;
    const Mutation& mutation_;
  };

  std::string change() const { return std::string(name_of(order)) + " -> " + std::string(name_of(weaker)); }
};

/// Of what has been executed up to now.
std::vector<Mutation> all_mutations();

/// The lines of the ring's sources that name an order stronger than relaxed and have not been executed.
std::vector<Place> lines_never_executed();

}  // namespace carry::explorer
