#include "testing/trace.h"

#include <doctest/doctest.h>

namespace shaddock::testing {
namespace {

TEST_CASE("each line of a trace has the time since the beginning") {
  Trace trace;
  trace.add("before there is a clock");
  trace.set_clock([] { return std::chrono::microseconds(1'234'567); });
  trace.add("gate-1", "starts");
  CHECK(trace.lines() == std::vector<std::string>{"    0.000 s  before there is a clock",
                                                  "    1.235 s  gate-1  starts"});
}

TEST_CASE("a long line is cut, and says so") {
  Trace trace;
  trace.add(std::string(Trace::kLongestLine + 1, 'x'));
  CHECK(trace.lines()[0].ends_with("xx..."));
  CHECK(trace.lines()[0].size() == 13 + Trace::kLongestLine + 3);
}

TEST_CASE("the end of a trace says how much is left out") {
  Trace trace;
  for (const char* word : {"one", "two", "three"}) trace.add(word);
  CHECK(trace.end(2) ==
        "the last 2 of 3 lines of the trace:\n    0.000 s  two\n    0.000 s  three\n");
  CHECK(trace.end(3).starts_with("the trace:\n    0.000 s  one\n"));
}

TEST_CASE("what a server logs stands in the trace once, without what the trace says already") {
  Trace trace;
  const auto sink = std::make_shared<TraceLog>(trace, "chat-1");
  const Logger log(sink, "handler");
  log.debug("not for readers");
  log.warn("failed", {{"code", 500}, {"text", "no room"}});
  CHECK(trace.lines() == std::vector<std::string>{
                             "    0.000 s  chat-1  WARN handler failed code=500 text=\"no room\""});
}

TEST_CASE("links that come up fill no trace, links that go down do") {
  Trace trace;
  const Logger log(std::make_shared<TraceLog>(trace, "chat-1"), "link");
  log.info("link up", {{"peer", "gate-1"}});
  log.info("link down", {{"peer", "gate-1"}});
  REQUIRE(trace.lines().size() == 1);
  CHECK(trace.lines()[0] == "    0.000 s  chat-1  INFO link link down peer=gate-1");
}

}  // namespace
}  // namespace shaddock::testing
