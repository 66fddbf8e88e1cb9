// Whose log carry writes to.

#include "support/captured_log.h"
#include "support/catch.h"

#include <carry/error.h>
#include <carry/publish_subscribe/publisher.h>
#include <carry/utils/printable.h>

#include <spdlog/sinks/ostream_sink.h>
#include <spdlog/spdlog.h>

#include <memory>
#include <sstream>
#include <string>

TEST_CASE("carry writes to the logger that has its name, and else to the default one", "[platform]") {
  const carry::test::CapturedLog log;
  carry::publish_subscribe::Publisher<int> nameless("");
  std::ostringstream own;
  spdlog::register_logger(std::make_shared<spdlog::logger>("carry", std::make_shared<spdlog::sinks::ostream_sink_mt>(own)));
  CHECK(nameless.initialize() == carry::Errc::invalid_option);
  CHECK(own.str().find("a topic's name") != std::string::npos);
  CHECK(log.text().empty());
  spdlog::drop("carry");
  CHECK(nameless.initialize() == carry::Errc::invalid_option);
  CHECK(log.text().find("a topic's name") != std::string::npos);
}

TEST_CASE("what others name their topics moves no cursor and begins no line", "[platform]") {
  const carry::test::CapturedLog log;
  carry::publish_subscribe::Publisher<int> publisher(
      "T\xc3\xbcr\n\033[2J\x7f \xc2\x9b"
      "2J \x9b \xe2\x82\xac",
      {.capacity = 0});
  CHECK(publisher.initialize() == carry::Errc::invalid_option);
  INFO(log.text());
  CHECK(log.text().find("\"T\xc3\xbcr??[2J? ?2J ? \xe2\x82\xac\"") != std::string::npos);
}

TEST_CASE("what is no well-formed UTF-8 is not printable", "[platform]") {
  using carry::utils::printable;
  for (const char* whole : {"", "plain ~", "\xc2\xa0 \xdf\xbf", "\xe0\xa0\x80 \xed\x9f\xbf \xef\xbf\xbf", "\xf0\x90\x80\x80 \xf4\x8f\xbf\xbf"}) {
    CHECK(printable(whole) == whole);
  }
  for (const char* broken :
       {"\x80", "\x9b", "\xbf", "\xc0", "\xc2", "\xdf", "\xe0", "\xef", "\xf4", "\xf8", "\xff", "\x1b", "\x7f", "\xc2\x80", "\xc2\x9f"}) {
    CHECK(printable("a" + std::string(broken) + "b") == "a?b");
  }
  for (const char* broken : {"\xff\x9b", "\xf8\x9b", "\xc0\x9b", "\xc1\xbf", "\xe0\x9b", "\xe2\x82", "\xf0\x8f", "\xf4\x90"}) {
    CHECK(printable(std::string(broken) + "2J") == "??2J");
  }
  for (const char* broken : {"\xe0\x82\x9b", "\xed\xa0\x80", "\xf0\x90\x80", "\xf5\x80\x80"}) CHECK(printable(broken) == "???");
}
