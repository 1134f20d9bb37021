#include "admin/log_forwarder.h"

#include <doctest/doctest.h>

#include "admin/fake_host.h"

namespace shaddock::admin {
namespace {

struct Trial {
  FakeLoop loop;
  std::vector<LogMessage> sent;
  LogForwarder forwarder{loop.timers(), [this](const LogMessage& m) { sent.push_back(m); }};
};

TEST_CASE("only warnings and errors are forwarded") {
  Trial trial;
  trial.forwarder.set_open(true);
  trial.forwarder.add(LogLevel::debug, "d");
  trial.forwarder.add(LogLevel::info, "i");
  trial.forwarder.add(LogLevel::warn, "w");
  trial.forwarder.add(LogLevel::error, "e");
  REQUIRE(trial.sent.size() == 2);
  CHECK(trial.sent[0].line == "w");
  CHECK(trial.sent[1].line == "e");
  CHECK(trial.sent[1].level == static_cast<int>(LogLevel::error));
}

TEST_CASE("lines wait for the master, those too many are counted") {
  Trial trial;
  for (std::size_t i = 0; i < LogForwarder::kWaiting + 3; ++i)
    trial.forwarder.add(LogLevel::warn, "line");
  CHECK(trial.sent.empty());
  trial.forwarder.set_open(true);
  CHECK(trial.sent.size() == LogForwarder::kPerSecond);
  trial.forwarder.add(LogLevel::warn, "after the loss");
  trial.loop.pass(net::Duration(1000));
  trial.loop.pass(net::Duration(1000));
  REQUIRE(trial.sent.size() == LogForwarder::kWaiting + 1);
  CHECK(trial.sent.back().line == "after the loss");
  CHECK(trial.sent.back().lost == 3);
  CHECK(trial.sent.front().lost == 0);
}

TEST_CASE("no more than so many lines leave in a second") {
  Trial trial;
  trial.forwarder.set_open(true);
  for (std::size_t i = 0; i < LogForwarder::kPerSecond + 1; ++i)
    trial.forwarder.add(LogLevel::warn, "line");
  CHECK(trial.sent.size() == LogForwarder::kPerSecond);
  trial.loop.pass(net::Duration(999));
  CHECK(trial.sent.size() == LogForwarder::kPerSecond);
  trial.loop.pass(net::Duration(1));
  CHECK(trial.sent.size() == LogForwarder::kPerSecond + 1);
}

TEST_CASE("at the end all leaves at once, what waits and what is still to come") {
  Trial trial;
  trial.forwarder.set_open(true);
  for (std::size_t i = 0; i < LogForwarder::kWaiting; ++i)
    trial.forwarder.add(LogLevel::warn, "line");
  trial.forwarder.flush();
  CHECK(trial.sent.size() == LogForwarder::kWaiting);
  trial.forwarder.add(LogLevel::error, "the last");
  CHECK(trial.sent.size() == LogForwarder::kWaiting + 1);
}

TEST_CASE("long lines are cut") {
  Trial trial;
  trial.forwarder.set_open(true);
  trial.forwarder.add(LogLevel::warn, std::string(100'000, 'x'));
  CHECK(trial.sent.at(0).line.size() == LogForwarder::kLongest);
}

}  // namespace
}  // namespace shaddock::admin
