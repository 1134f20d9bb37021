#include "load/request_script.h"

#include <doctest/doctest.h>

#include "load/game_server.h"
#include "load/short_run.h"
#include "net/tls_test_certificate.h"

using namespace shaddock;
using namespace shaddock::load;

namespace {

std::vector<std::string> echo(const std::string& url) {
  return {"request",    "--url",    url,
          "--route",    "echo",     "--body",
          R"({"a":1})", "--expect", R"({"code":200,"a":1})",
          "--clients",  "10"};
}

std::vector<std::string> with(std::vector<std::string> words, std::vector<std::string> more) {
  words.insert(words.end(), more.begin(), more.end());
  return words;
}

std::shared_ptr<net::TlsContext> server_context() {
  const net::TestCertificate made;
  return net::TlsContext::from_pem(made.certificate(), made.key()).unwrap();
}

}  // namespace

TEST_CASE("A closed loop keeps its requests in flight, and all answers are right") {
  GameServer server;
  const auto result = short_run(with(echo(server.url()), {"--inflight", "3"}));
  CHECK_MESSAGE(result.good(), texts_of(result));
  CHECK(result.total.count > 0);
  CHECK(result.total.latency.count() == result.total.count);
  CHECK(server.connections() == 10);
  CHECK(result.series.size() == 1);
  CHECK(result.series[0].count == result.total.count);
  CHECK(result.series[0].in_flight == 30);
  CHECK(result.inflight == 3);
}

TEST_CASE("The same over WebSocket, TLS and both") {
  GameServer plain;
  CHECK(short_run(echo(plain.url("ws") + "/path")).good());
  GameServer secret({.tls = server_context()});
  for (const char* scheme : {"tls", "wss"}) {
    const auto result = short_run(echo(secret.url(scheme)));
    CHECK_MESSAGE(result.good(), texts_of(result));
  }
}

TEST_CASE("Clients are dealt to several servers and several loops") {
  GameServer one, two;
  const auto result = short_run(with(echo(one.url() + "," + two.url("ws")), {"--threads", "3"}));
  CHECK(result.good());
  CHECK(result.threads == 3);
  CHECK(one.connections() == 5);
  CHECK(two.connections() == 5);
}

TEST_CASE("Clients come from as many addresses as asked for") {
  GameServer server;
  CHECK(short_run(with(echo(server.url()), {"--source-addresses", "3"})).good());
  CHECK(server.hosts() ==
        std::map<std::string, int>{{"127.0.1.1", 4}, {"127.0.1.2", 3}, {"127.0.1.3", 3}});
}

TEST_CASE("Bodies and expectations hold numbers") {
  GameServer server;
  const auto result = short_run({"request", "--url", server.url(), "--route", "echo", "--body",
                                 R"({"c":{client},"r":{room},"n":{n}})", "--expect",
                                 R"({"n":{n},"r":{room},"c":{client},"code":200})", "--rooms", "2",
                                 "--clients", "5", "--inflight", "4"});
  CHECK_MESSAGE(result.good(), texts_of(result));
}

TEST_CASE("An open loop asks as often as it should, however the server does") {
  GameServer server;
  const auto result = short_run(with(echo(server.url()), {"--rate", "2000"}), 0.2);
  CHECK_MESSAGE(result.good(), texts_of(result));
  CHECK(result.rate == 2000);
  // Those due in the window: 400, less or more what a busy machine moves over its ends.
  CHECK(result.total.latency.count() > 200);
  CHECK(server.messages() < 800);
}

TEST_CASE("What an open loop could not send counts as unanswered, with what was not answered") {
  GameServer server;
  const auto result = short_run({"request", "--url", server.url(), "--route", "silent", "--clients",
                                 "1", "--rate", "20000", "--drain", "0.01"});
  CHECK(result.total.count == 0);
  CHECK(server.messages() == 256);  // ids
  CHECK(result.total.unanswered > 256);
  CHECK_FALSE(result.good());
}

TEST_CASE("What waited for an id is sent when there is one, and counts from when it was due") {
  GameServer server;
  // Every second request sets two answers free, so all but the last is answered at once.
  const auto result = short_run({"request", "--url", server.url(), "--route", "late", "--clients",
                                 "1", "--rate", "5000", "--drain", "0.01"});
  CHECK(result.total.unanswered <= 1);
  CHECK(result.total.wrong == 0);
}

TEST_CASE("Requests without an answer are told") {
  GameServer server;
  const auto result = short_run({"request", "--url", server.url(), "--route", "silent", "--clients",
                                 "2", "--inflight", "4", "--drain", "0.01"});
  CHECK(result.total.unanswered == 8);
  CHECK(result.total.count == 0);
}

TEST_CASE("Wrong answers are counted and shown") {
  GameServer server;
  const auto result =
      short_run({"request", "--url", server.url(), "--route", "fail", "--clients", "2"});
  CHECK(result.total.wrong >= result.total.count);
  CHECK(result.total.errors == 0);
  CHECK(texts_of(result).find(R"(wrong: {"code":500})") != std::string::npos);
}

TEST_CASE("An answer that comes twice is wrong") {
  GameServer server;
  const auto result =
      short_run({"request", "--url", server.url(), "--route", "twice", "--clients", "1"});
  CHECK(result.total.count > 0);
  CHECK(result.total.wrong > 0);
}

TEST_CASE("A connection that is lost is an error, and its requests are unanswered") {
  GameServer server;
  const auto result = short_run(
      {"request", "--url", server.url(), "--route", "leave", "--clients", "3", "--drain", "0.01"});
  CHECK(result.total.errors == 3);
  CHECK(result.total.unanswered == 3);
}

TEST_CASE("With a schema and a dictionary the same words are sent as the server wants them") {
  // Codes are text for this server, so the route is not one of the dictionary.
  GameServer server(
      {.sys = R"("useProto":true,"routeToCode":{"other":1},"protos":{"server":{},"client":
      {"other":{"a":{"option":"required","type":"uInt32","tag":1}}}})"});
  CHECK(short_run(echo(server.url())).good());
}
