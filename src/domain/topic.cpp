#include <carry/domain/topic.h>

namespace carry::domain {

std::string TypeIdentity::to_string() const {
  std::string text(name);
  text += " (" + std::to_string(bytes) + " bytes, alignment " + std::to_string(alignment);
  if (version != 0) text += ", version " + std::to_string(version);
  return text + ")";
}

}  // namespace carry::domain
