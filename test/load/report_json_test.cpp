#include "load/report_json.h"

#include <doctest/doctest.h>
#include <shaddock/error.h>
#include <shaddock/json.h>

#include "load/sample_result.h"

using namespace shaddock::load;
using shaddock::Json;

namespace {

Json json_of(const LoadResult& result) {
  const std::string text = report_json(result);
  CHECK(text.find('\n') == std::string::npos);
  auto json = shaddock::parse_json(text);
  REQUIRE(json);
  return *json;
}

std::vector<std::string> names_of(const Json& object) {
  std::vector<std::string> names;
  for (const Json::Member& member : object.as_object()) names.push_back(member.name);
  return names;
}

}  // namespace

TEST_CASE("the JSON of a closed loop has every key that programs read") {
  const Json json = json_of(sample_result());
  const std::vector<std::string> names{"script",
                                       "route",
                                       "urls",
                                       "clients",
                                       "inflight",
                                       "rate",
                                       "threads",
                                       "seconds",
                                       "count",
                                       "per_second",
                                       "per_cpu_second",
                                       "errors",
                                       "wrong",
                                       "unanswered",
                                       "lost",
                                       "doubled",
                                       "error_texts",
                                       "latency_us",
                                       "messages_per_write",
                                       "messages_per_read",
                                       "bytes_sent",
                                       "bytes_received",
                                       "cpu_seconds",
                                       "load_cpu_seconds",
                                       "servers",
                                       "stolen",
                                       "cpu_busy",
                                       "series"};
  CHECK(names_of(json) == names);
  CHECK(json.at("script").as_string() == "request");
  CHECK(json.at("urls").as_array().at(0).as_string() == "tcp://127.0.0.1:3010");
  CHECK(json.at("count").as_integer() == 300);
  CHECK(json.at("per_second").as_number() == 100);
  CHECK(json.at("per_cpu_second").as_number() == 200);
  CHECK(json.at("messages_per_write").as_number() == 10);
  CHECK(json.at("messages_per_read").as_number() == 5);
  CHECK(json.at("cpu_seconds").as_number() == 1.5);
  CHECK(json.at("load_cpu_seconds").as_number() == 0.75);
}

TEST_CASE("latencies are in microseconds") {
  const Json json = json_of(sample_result());
  const Json& latency = json.at("latency_us");
  CHECK(names_of(latency) ==
        std::vector<std::string>{"count", "min", "mean", "p50", "p90", "p99", "p99_9", "max"});
  CHECK(latency.at("count").as_integer() == 300);
  CHECK(latency.at("min").as_number() == 1000);
  CHECK(latency.at("mean").as_number() == 50'500);
  CHECK(latency.at("p50").as_number() == doctest::Approx(50'000).epsilon(0.002));
  CHECK(latency.at("p90").as_number() == doctest::Approx(90'000).epsilon(0.002));
  CHECK(latency.at("p99").as_number() == doctest::Approx(99'000).epsilon(0.002));
  CHECK(latency.at("max").as_number() == 100'000);
}

TEST_CASE("the series has an entry a second, the servers one a process") {
  const Json json = json_of(sample_result());
  const auto& series = json.at("series").as_array();
  REQUIRE(series.size() == 3);
  CHECK(names_of(series[1]) == std::vector<std::string>{"t", "count", "p50", "p99"});
  CHECK(series[1].at("t").as_integer() == 2);
  CHECK(series[1].at("count").as_integer() == 100);

  const auto& servers = json.at("servers").as_array();
  REQUIRE(servers.size() == 2);
  CHECK(names_of(servers[0]) ==
        std::vector<std::string>{"name", "pid", "cpu_seconds", "rss_bytes", "pss_bytes"});
  CHECK(servers[0].at("name").as_string() == "connector-server-1");
  CHECK(servers[0].at("pid").as_integer() == 11);
  CHECK(servers[0].at("rss_bytes").as_integer() == 14'000'000);
}

TEST_CASE("a server that is gone has no figures") {
  LoadResult result = sample_result();
  result.servers[1] = {"backend-server-1", 12, true, 0, 0, 0, {}};
  const Json json = json_of(result);
  const Json& server = json.at("servers").as_array().at(1);
  CHECK(names_of(server) == std::vector<std::string>{"name", "pid", "gone"});
  CHECK(json.at("cpu_seconds").as_number() == 1);
}

TEST_CASE("what does not apply is absent") {
  const Json json = json_of(sample_idle());
  for (const char* name : {"route", "rooms", "inflight", "rate", "per_second", "per_cpu_second",
                           "latency_us", "messages_per_write", "stolen", "cpu_busy"}) {
    CAPTURE(name);
    CHECK(json.find(name) == nullptr);
  }
  const auto& servers = json.at("servers").as_array();
  CHECK(servers.at(0).at("bytes_per_connection").as_number() == 2048);
  CHECK(json.at("series").as_array().at(0).find("p50") == nullptr);

  const Json nothing = json_of(LoadResult());
  CHECK(nothing.find("servers") == nullptr);
  CHECK(nothing.find("cpu_seconds") == nullptr);
  CHECK(nothing.at("series").size() == 0);
}

TEST_CASE("texts of errors come through as they are") {
  LoadResult result = sample_result();
  result.total.add_error("\"quoted\" \\ <b>");
  const Json json = json_of(result);
  CHECK(json.at("errors").as_integer() == 1);
  CHECK(json.at("error_texts").at("\"quoted\" \\ <b>").as_integer() == 1);
}

TEST_CASE("a room tells its rooms and senders") {
  LoadResult result = sample_result();
  result.script = "room";
  result.rooms = 4;
  result.senders = 2;
  result.total.lost = 5;
  result.total.doubled = 6;
  const Json json = json_of(result);
  CHECK(json.at("rooms").as_integer() == 4);
  CHECK(json.at("senders").as_integer() == 2);
  CHECK(json.at("lost").as_integer() == 5);
  CHECK(json.at("doubled").as_integer() == 6);
}
