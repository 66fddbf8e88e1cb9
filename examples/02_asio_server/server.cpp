// An Asio server that tells its TCP clients what is published on a carry topic: one line for each message. Coroutines, one thread, nothing spins.
//
//   asio_server_server PORT         serves until it is ended; anybody publishes Quote on "quotes"
//   asio_server_server --try        is publisher, server and client for a moment

#include <asio/awaitable.hpp>
#include <asio/buffer.hpp>
#include <asio/co_spawn.hpp>
#include <asio/detached.hpp>
#include <asio/io_context.hpp>
#include <asio/ip/tcp.hpp>
#include <asio/read_until.hpp>
#include <asio/redirect_error.hpp>
#include <asio/steady_timer.hpp>
#include <asio/use_awaitable.hpp>
#include <asio/write.hpp>

#include <carry/asio/subscriber.h>
#include <carry/container/string.h>
#include <carry/publish_subscribe/publisher.h>

#include <iostream>
#include <string>
#include <system_error>

using asio::awaitable;
using asio::use_awaitable;
using asio::ip::tcp;

struct Quote {
  carry::string symbol;
  double price = 0;
};

/// One client: a subscriber of its own, so that a slow client misses quotes and holds up nobody.
awaitable<void> serve(tcp::socket client) {
  carry::asio::Subscriber<Quote> quotes(client.get_executor(), "quotes");
  std::error_code error = quotes.subscribe();
  if (error) {
    std::cerr << "cannot subscribe: " << error.message() << "\n";
    co_return;
  }
  auto with_error = asio::redirect_error(use_awaitable, error);
  for (;;) {
    auto quote = co_await quotes.async_receive(with_error);
    if (error) co_return;
    const std::string line = std::string(quote->symbol) + " " + std::to_string(quote->price) + "\n";
    quote.release();  // before the network, which may be slow
    co_await asio::async_write(client, asio::buffer(line), with_error);
    if (error) co_return;
  }
}

awaitable<void> accept(tcp::acceptor& acceptor) {
  for (;;) {
    tcp::socket client = co_await acceptor.async_accept(use_awaitable);
    asio::co_spawn(acceptor.get_executor(), serve(std::move(client)), asio::detached);
  }
}

awaitable<void> publish_quotes(carry::publish_subscribe::Publisher<Quote>& publisher) {
  asio::steady_timer timer(co_await asio::this_coro::executor);
  for (double price = 100;; price += 0.25) {
    publisher.publish(Quote{"CRRY", price});
    timer.expires_after(std::chrono::milliseconds(1));
    co_await timer.async_wait(use_awaitable);
  }
}

awaitable<void> be_client(tcp::endpoint server, asio::io_context& context) {
  tcp::socket socket(context);
  co_await socket.async_connect(server, use_awaitable);
  std::string text;
  for (int i = 0; i != 3; ++i) {
    const std::size_t length = co_await asio::async_read_until(socket, asio::dynamic_buffer(text), '\n', use_awaitable);
    std::cout << "client: " << text.substr(0, length);
    text.erase(0, length);
  }
  context.stop();
}

int main(int argc, char** argv) {
  const bool tries = argc == 2 && std::string(argv[1]) == "--try";
  if (argc != 2) {
    std::cerr << "usage: " << argv[0] << " PORT | --try\n";
    return 2;
  }
  asio::io_context context;
  const auto port = static_cast<unsigned short>(tries ? 0 : std::stoi(argv[1]));
  tcp::acceptor acceptor(context, tcp::endpoint(asio::ip::address_v4::loopback(), port));
  asio::co_spawn(context, accept(acceptor), asio::detached);
  carry::publish_subscribe::Publisher<Quote> publisher("quotes");
  if (tries) {
    if (const auto error = publisher.initialize()) {
      std::cerr << error.message() << "\n";
      return 1;
    }
    asio::co_spawn(context, publish_quotes(publisher), asio::detached);
    asio::co_spawn(context, be_client(acceptor.local_endpoint(), context), asio::detached);
  }
  context.run();
}
