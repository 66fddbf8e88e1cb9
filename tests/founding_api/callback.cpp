// The second translation unit: the callback, declared with the observer spelled out.

#include "message.h"

#include <carry/event/shm_atomic_observer.h>
#include <carry/publish_subscribe/subscriber.h>

std::error_code on_founding_message(carry::publish_subscribe::Subscriber<FoundingMessage, carry::event::ShmAtomicObserver>::data_access_type& data) {
  auto v = data.acquire();
  std::string_view text(v->text.data(), v->text.size());
  if (text == "exit") return {1, std::system_category()};
  return v->created > 0 && v->created <= carry::utils::timestamp() ? std::error_code{} : std::make_error_code(std::errc::invalid_argument);
}
