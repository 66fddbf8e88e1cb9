#include "mutations.h"

#include "execution.h"

#include <algorithm>
#include <filesystem>
#include <tuple>

namespace carry::explorer {

namespace {

std::vector<Order> weaker_orders(Order order, Kind kind) {
  if (order == Order::relaxed) return {};
  if (order == Order::acq_rel) return {Order::acquire, Order::release, Order::relaxed};
  if (order != Order::seq_cst) return {Order::relaxed};
  switch (kind) {
    case Kind::load: return {Order::acquire, Order::relaxed};
    case Kind::store: return {Order::release, Order::relaxed};
    default: return {Order::acq_rel, Order::relaxed};
  }
}

std::vector<Place> places_of_sites() {
  std::vector<std::uintptr_t> pcs;
  for (const Site& site : execution().sites().all()) pcs.push_back(site.pc);
  return places_of(pcs);
}

}  // namespace

void Mutation::Applied::use(Order used) const {
  for (const std::size_t site : mutation_.sites) execution().sites().all()[site].used_order = used;
}

std::vector<Mutation> all_mutations() {
  const auto& sites = execution().sites().all();
  const std::vector<Place> places = places_of_sites();
  std::vector<Mutation> mutations;
  for (std::size_t i = 0; i != sites.size(); ++i) {
    if (places[i].file.empty()) continue;
    for (const Order weaker : weaker_orders(sites[i].order, sites[i].kind)) {
      const auto same = [&](const Mutation& other) {
        return other.place.file == places[i].file && other.place.line == places[i].line && other.kind == sites[i].kind &&
               other.order == sites[i].order && other.weaker == weaker;
      };
      const auto found = std::ranges::find_if(mutations, same);
      if (found != mutations.end()) found->sites.push_back(i);
      else mutations.push_back({.sites = {i}, .place = places[i], .kind = sites[i].kind, .order = sites[i].order, .weaker = weaker});
    }
  }
  std::ranges::sort(mutations, {}, [](const Mutation& m) { return std::tie(m.place.file, m.place.line, m.kind, m.order, m.weaker); });
  return mutations;
}

std::vector<Place> lines_never_executed() {
  const std::vector<Place> executed = places_of_sites();
  std::vector<std::string> files;
  for (const std::string folder : {"include/carry/ring", "src/ring"}) {
    for (const auto& entry : std::filesystem::directory_iterator(std::string(CARRY_SOURCE_DIR "/") + folder)) {
      files.push_back(folder + "/" + entry.path().filename().string());
    }
  }
  std::ranges::sort(files);
  std::vector<Place> missing;
  for (const std::string& file : files) {
    const auto lines = lines_of(file);
    for (std::size_t i = 0; i != lines.size(); ++i) {
      const std::size_t found = lines[i].find("memory_order_");
      if (found == std::string::npos || lines[i].find("memory_order_relaxed", found) == found) continue;
      const bool known = std::ranges::any_of(executed, [&](const Place& place) { return place.file == file && place.line == i + 1; });
      if (!known) missing.push_back({.file = file, .line = i + 1, .function = {}, .text = lines[i]});
    }
  }
  return missing;
}

}  // namespace carry::explorer
