#include "overload/mill_cluster.h"

#include <doctest/doctest.h>

#include <cstdio>
#include <cstdlib>
#include <optional>

namespace shaddock::overload {

namespace {

constexpr std::string_view kPlain, kTls = R"(,"tls":{"certificate":"cert.pem","key":"key.pem"})";

system_test::ChatCluster::Program program(const std::string& environment, std::string_view more) {
  const auto in = [&](Json inside) {
    Json all = Json::object();
    all.set(environment, std::move(inside));
    return all;
  };
  const auto json = [](std::string_view text) { return std::move(parse_json(text)).unwrap(); };
  return {MILL_PROGRAM,
          in(json(R"({"connector":[{"id":"connector-1","host":"127.0.0.1","port":4050,)"
                  R"("clientPort":3050,"frontend":true)" +
                  std::string(more) +
                  R"(}],)"
                  R"("mill":[{"id":"mill-1","host":"127.0.0.1","port":6050}]})")),
          in(json(R"({"id":"master-1","host":"127.0.0.1","port":3005})"))};
}

}  // namespace

void print_row(std::string_view id, double value, std::string_view unit, Bound bound,
               double target) {
  const bool passes = bound == Bound::at_most ? value <= target : value >= target;
  std::printf("%.*s %.1f %.*s %s%g %s\n", static_cast<int>(id.size()), id.data(), value,
              static_cast<int>(unit.size()), unit.data(),
              bound == Bound::at_most ? "<=" : ">=", target, passes ? "pass" : "fail");
  std::fflush(stdout);
}

std::chrono::milliseconds under_load() {
  const char* const seconds = std::getenv("SHADDOCK_OVERLOAD_SECONDS");
  return std::chrono::seconds(seconds == nullptr ? 2 : std::max(1, std::atoi(seconds)));
}

MillCluster::MillCluster(std::string environment, const net::TestCertificate* certificate)
    : ChatCluster(environment, program(environment, certificate == nullptr ? kPlain : kTls),
                  net::Isolation::process) {
  if (certificate != nullptr) {
    write(folder() + "/cert.pem", certificate->certificate());
    write(folder() + "/key.pem", certificate->key());
  }
  start();
}

Json MillCluster::ask(client::Client& client, std::string_view route, const Json& body) {
  std::optional<client::Answer> answered;
  do {
    answered.reset();
    client.request(route, body, [&](client::Answer answer) { answered = std::move(answer); });
    REQUIRE(until([&] { return answered.has_value(); }));
  } while (answered->code == code::kShed);
  REQUIRE(answered->code == code::kOk);
  return std::move(answered->body);
}

std::int64_t MillCluster::count(client::Client& client, std::string_view name) {
  return ask(client, "connector.hall.counts").at(name).as_integer();
}

void MillCluster::open(client::Client& client) {
  client.connect(door());
  REQUIRE(until([&] { return client.open(); }));
}

void MillCluster::pass(net::Duration time) {
  const net::TimePoint end = host().loop.now() + time;
  until([&] { return host().loop.now() >= end; }, time + kPatience);
}

}  // namespace shaddock::overload
