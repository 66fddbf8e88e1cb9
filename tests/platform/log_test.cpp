// Whose log carry writes to.

#include "support/captured_log.h"
#include "support/catch.h"

#include <carry/error.h>
#include <carry/publish_subscribe/publisher.h>

#include <spdlog/sinks/ostream_sink.h>
#include <spdlog/spdlog.h>

#include <memory>
#include <sstream>

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
  CHECK(log.text().find("\"T\xc3\xbcr??[2J? ??2J ? \xe2\x82\xac\"") != std::string::npos);
}
