// Compares two structures, part by part. memory/detail/structure_text.h says how they are written.

#include <carry/domain/segment_layout.h>
#include <carry/domain/type_difference.h>
#include <carry/utils/printable.h>

#include <algorithm>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace carry::domain {

namespace {

/// How deep a difference is sought; structures of others may nest as they like.
constexpr int deepest = 16;

/// What is shown of a part.
constexpr std::size_t shown_bytes = 80;

std::string shown(std::string_view part) {
  std::string text = utils::printable(part.substr(0, shown_bytes));
  if (part.size() > shown_bytes) text += "...";
  return text;
}

/// Splits at the commas that stand in no bracket.
std::vector<std::string_view> split(std::string_view text) {
  std::vector<std::string_view> parts;
  std::size_t begin = 0;
  int depth = 0;
  for (std::size_t at = 0; at != text.size(); ++at) {
    const char c = text[at];
    if (c == '{' || c == '<' || c == '(' || c == '[') ++depth;
    if (c == '}' || c == '>' || c == ')' || c == ']') --depth;
    if (c != ',' || depth != 0) continue;
    parts.push_back(text.substr(begin, at - begin));
    begin = at + 1;
  }
  if (!text.empty()) parts.push_back(text.substr(begin));
  return parts;
}

/// A type that has parts, taken apart: what stands before its parts, the parts, and what stands behind them.
struct Whole {
  std::string_view name;
  std::vector<std::string_view> parts;
  std::string_view end;
  bool has_fields = false;
};

/// Nothing for a type without parts. Of a structure that is cut off the last part is incomplete.
std::optional<Whole> take_apart(std::string_view type) {
  const std::size_t open = type.find_first_of("{<(\"");
  if (open == type.npos || type[open] == '(' || type[open] == '"' || (type[open] == '{' && open != 0)) return std::nullopt;
  std::size_t close = open;
  int depth = 0;
  for (; close != type.size(); ++close) {
    if (type[close] == '{' || type[close] == '<' || type[close] == '(') ++depth;
    if ((type[close] == '}' || type[close] == '>' || type[close] == ')') && --depth == 0) break;
  }
  const std::string_view end = close == type.size() ? std::string_view() : type.substr(close + 1);
  if (end.starts_with("(") || end.starts_with(":")) return std::nullopt;  // a class template's name
  return Whole{.name = type.substr(0, open), .parts = split(type.substr(open + 1, close - open - 1)), .end = end, .has_fields = type[open] == '{'};
}

struct Field {
  std::string_view offset;
  std::string_view type;
};
Field field_of(std::string_view part) {
  const std::size_t colon = std::min(part.find(':'), part.size());
  return {.offset = part.substr(0, colon), .type = part.substr(std::min(colon + 1, part.size()))};
}

/// Finds the first difference of two texts.
class Comparison {
 public:
  explicit Comparison(std::uint64_t there_pid) : there_("in process " + std::to_string(there_pid)) {}

  /// `place` is how one gets to these types: empty for the message itself.
  std::string compare(const std::string& place, std::string_view here, std::string_view there, int depth = 0) const {
    const auto left = take_apart(here);
    const auto right = take_apart(there);
    const bool same_kind = left && right && left->name == right->name && left->has_fields == right->has_fields && left->end == right->end;
    if (!same_kind || depth == deepest) return are(place, here, there);
    return left->has_fields ? compare_fields(place, *left, *right, depth) : compare_parts(place, *left, *right, here, there, depth);
  }

 private:
  std::string are(const std::string& place, std::string_view here, std::string_view there) const {
    return (place.empty() ? "the message" : place) + " is " + shown(here) + " here and " + shown(there) + " " + there_;
  }

  std::string compare_fields(const std::string& place, const Whole& here, const Whole& there, int depth) const {
    const std::string before = place.empty() ? "" : place + ", ";
    const std::size_t common = std::min(here.parts.size(), there.parts.size());
    for (std::size_t i = 0; i != common; ++i) {
      if (here.parts[i] == there.parts[i]) continue;
      const Field left = field_of(here.parts[i]);
      const Field right = field_of(there.parts[i]);
      const std::string field = before + "field " + std::to_string(i + 1);
      if (left.type == right.type)
        return field + " (" + shown(left.type) + ") is at offset " + shown(left.offset) + " here and at " + shown(right.offset) + " " + there_;
      if (left.offset == right.offset) return compare(field + " at offset " + shown(left.offset), left.type, right.type, depth + 1);
      return field + " is " + shown(left.type) + " at offset " + shown(left.offset) + " here and " + shown(right.type) + " at offset " +
             shown(right.offset) + " " + there_;
    }
    if (here.parts.size() == there.parts.size()) return before + "what differs is not written down";
    const bool more_here = here.parts.size() > there.parts.size();
    const Field extra = field_of((more_here ? here : there).parts[common]);
    return before + "field " + std::to_string(common + 1) + " (" + shown(extra.type) + " at offset " + shown(extra.offset) + ") is only " +
           (more_here ? "here, not " + there_ : there_ + ", not here");
  }

  std::string compare_parts(const std::string& place, const Whole& here, const Whole& there, std::string_view whole_here,
                            std::string_view whole_there, int depth) const {
    if (here.parts.size() != there.parts.size()) return are(place, whole_here, whole_there);
    const auto [left, right] = std::ranges::mismatch(here.parts, there.parts);
    if (left == here.parts.end()) return are(place, whole_here, whole_there);
    std::string inside = (place.empty() ? "" : place + ", ") + "in " + shown(here.name);
    if (here.parts.size() != 1) inside += " part " + std::to_string(left - here.parts.begin() + 1);
    return compare(inside, *left, *right, depth + 1);
  }

  std::string there_;
};

}  // namespace

std::string describe_difference(const TypeIdentity& here, const TypeIdentity& there, std::uint64_t there_pid) {
  const std::string process = "in process " + std::to_string(there_pid);
  const auto numbers = [&](const char* what, std::uint64_t left, std::uint64_t right) {
    return std::string(what) + ": " + std::to_string(left) + " here, " + std::to_string(right) + " " + process;
  };
  if (here == there) return "the types are the same";
  if (here.version != there.version) return numbers("the versions differ", here.version, there.version);
  const std::size_t known = std::min({here.structure.size(), there.structure.size(), maximum_structure_bytes});
  const bool cut = here.structure_bytes > known && there.structure_bytes > known;
  if (here.structure_hash != there.structure_hash && !(cut && here.structure.substr(0, known) == there.structure.substr(0, known)))
    return Comparison(there_pid).compare({}, here.structure.substr(0, maximum_structure_bytes), there.structure);
  if (here.bytes != there.bytes) return numbers("the sizes differ", here.bytes, there.bytes);
  if (here.alignment != there.alignment) return numbers("the alignments differ", here.alignment, there.alignment);
  return "the structures differ, behind the first " + std::to_string(known) + " letters";
}

}  // namespace carry::domain
