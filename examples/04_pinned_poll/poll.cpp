// Busy poll with pinned threads: the lowest latency, and a core for each end. Here both are threads of one process; between processes it is the same.

#include <carry/carry.h>
#include <carry/platform/thread.h>
#include <carry/publish_subscribe/publisher.h>
#include <carry/publish_subscribe/subscriber.h>

#include <algorithm>
#include <cstdio>
#include <thread>
#include <vector>

struct Price {
  std::int64_t sent = 0;
  double value = 0;
};

int main() {
  constexpr int count = 100'000;
  std::vector<std::int64_t> latencies;
  latencies.reserve(count);
  carry::publish_subscribe::Publisher<Price> prices("prices", {.capacity = 1024});
  carry::publish_subscribe::Subscriber<Price> received("prices", {.spins_before_yield = 1000});
  if (prices.initialize() || received.initialize() || received.subscribe()) return 1;
  std::jthread receiving([&] {
    carry::platform::pin_to_core(1);
    while (latencies.size() + received.missed() < count) {
      if (const auto price = received.try_receive()) latencies.push_back(carry::utils::timestamp() - price->sent);
      else carry::platform::relax();
    }
  });
  carry::platform::pin_to_core(0);
  for (int i = 0; i != count; ++i) {
    prices.publish(Price{carry::utils::timestamp(), i * 0.01});
    for (int pause = 0; pause != 20; ++pause) carry::platform::relax();
  }
  receiving.join();
  if (latencies.empty()) return 1;
  std::ranges::sort(latencies);
  std::printf("%zu prices, half of them within %lld ns\n", latencies.size(), static_cast<long long>(latencies[latencies.size() / 2]));
}
