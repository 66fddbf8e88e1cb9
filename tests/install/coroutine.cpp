// What somebody writes who has Asio: a coroutine that awaits a message.

#include <asio/awaitable.hpp>
#include <asio/co_spawn.hpp>
#include <asio/detached.hpp>
#include <asio/io_context.hpp>

#include <carry/asio/subscriber.h>
#include <carry/publish_subscribe/publisher.h>

#include <cstdio>

struct Answer {
  int value;
};

asio::awaitable<void> print_one(carry::asio::Subscriber<Answer>& answers) {
  const carry::Sample<Answer> answer = co_await answers.receive();
  std::printf("received %d\n", answer->value);
}

int main() {
  asio::io_context context;
  carry::asio::Subscriber<Answer> answers(context, "answers");
  carry::publish_subscribe::Publisher<Answer> publisher("answers");
  if (answers.subscribe() || publisher.initialize()) return 1;
  asio::co_spawn(context, print_one(answers), asio::detached);
  publisher.publish(Answer{42});
  context.run();
}
