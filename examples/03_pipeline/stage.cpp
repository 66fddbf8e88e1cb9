// Frames through three processes: a camera, a filter that publishes what it made of each frame, and a viewer. Nothing is copied between them, and a
// blocking publisher upstream waits for whoever is slow downstream. Each is started on its own, in any order:
//
//   pipeline_stage viewer & pipeline_stage filter & pipeline_stage camera

#include <carry/carry.h>
#include <carry/container/vector.h>
#include <carry/event/bell_observer.h>
#include <carry/publish_subscribe/publisher.h>
#include <carry/publish_subscribe/subscriber.h>

#include <cstdint>
#include <iostream>
#include <numeric>

constexpr std::uint64_t frames = 200;

struct Frame {
  std::uint64_t number = 0;
  std::uint32_t width = 0, height = 0;
  carry::vector<std::uint8_t> pixels;
};
struct Brightness {
  std::uint64_t number = 0;
  double mean = 0;
};

template <class T>
using Parked = carry::publish_subscribe::Subscriber<T, carry::event::BellObserver>;
using carry::publish_subscribe::Publisher;

// Nothing is lost: whoever comes first waits for the others, in its subscription or with linger.
constexpr carry::PublisherOptions waiting{.capacity = 4, .overflow = carry::Overflow::block, .linger = std::chrono::seconds(30)};

int fail(std::error_code error) {
  std::cerr << error.message() << "\n";
  return 1;
}

int camera() {
  Publisher<Frame> out("frames", waiting);
  if (auto error = out.initialize()) return fail(error);
  while (out.num_subscribers() == 0) std::this_thread::yield();
  for (std::uint64_t i = 1; i <= frames; ++i) {
    const auto error = out.publish_in_place([i](Frame& frame) {
      frame.number = i;
      frame.width = 640;
      frame.height = 480;
      frame.pixels.assign(std::size_t{640} * 480, static_cast<std::uint8_t>(i));
    });
    if (error) return fail(error);
  }
  return 0;
}

int filter() {
  Parked<Frame> in("frames");
  Publisher<Brightness> out("brightness", waiting);
  if (auto error = out.initialize()) return fail(error);
  while (out.num_subscribers() == 0) std::this_thread::yield();
  if (auto error = in.initialize()) return fail(error);
  if (auto error = in.subscribe()) return fail(error);
  for (std::uint64_t last = 0; last != frames;) {
    const auto error = in.receive(
        [&](auto& data) {
          const auto frame = data.acquire();
          last = frame->number;
          const auto sum = std::accumulate(frame->pixels.begin(), frame->pixels.end(), std::uint64_t{0});
          return out.publish(Brightness{last, static_cast<double>(sum) / static_cast<double>(frame->pixels.size())});
        },
        std::chrono::seconds(30));
    if (error) return fail(error);
  }
  return 0;
}

int viewer() {
  Parked<Brightness> in("brightness");
  if (auto error = in.initialize()) return fail(error);
  if (auto error = in.subscribe()) return fail(error);
  for (std::uint64_t next = 1; next <= frames; ++next) {
    const auto error = in.receive(
        [&](auto& data) {
          const auto brightness = data.acquire();
          if (brightness->number != next || brightness->mean != static_cast<std::uint8_t>(next)) return std::make_error_code(std::errc::bad_message);
          return std::error_code();
        },
        std::chrono::seconds(30));
    if (error) return fail(error);
  }
  std::cerr << "saw " << frames << " frames\n";
  return 0;
}

int main(int argc, char** argv) {
  const std::string stage = argc == 2 ? argv[1] : "";
  if (stage == "camera") return camera();
  if (stage == "filter") return filter();
  if (stage == "viewer") return viewer();
  std::cerr << "usage: " << argv[0] << " camera | filter | viewer\n";
  return 2;
}
