#include "app/connection_limit.h"

#include <doctest/doctest.h>

using namespace shaddock;
using namespace shaddock::app;

namespace {

Settings::Connector told(std::size_t connections) {
  Settings::Connector connector;
  connector.limits.connections = connections;
  return connector;
}

}  // namespace

TEST_CASE("a frontend that is told nothing takes its part of 80 % of the descriptors") {
  CHECK(usual_connections(1000, 1) == 800);
  CHECK(usual_connections(1000, 2) == 400);
  CHECK(usual_connections(1000, 0) == 800);
  CHECK(usual_connections(0, 1) == 0);
}

TEST_CASE("what limits.connections says is cut to what the descriptors allow") {
  auto connector = told(10'000);
  const ConnectionLimit limit = fit_connections(connector, 256);
  CHECK(limit.cut());
  CHECK(limit.wished == 10'000);
  CHECK(limit.effective == 204);
  CHECK(connector.limits.connections == 204);
}

TEST_CASE("of many descriptors no fifth is kept from who wishes for more connections") {
  for (const std::uint64_t descriptors : {6'000u, 65'536u, 1'048'576u}) {
    auto connector = told(10'000'000);
    CHECK(fit_connections(connector, descriptors).effective == descriptors - kKeptMost);
  }
}

TEST_CASE("limits.connections stays what it is where the descriptors allow it") {
  for (const std::size_t wished : {1, 50, 204}) {
    auto connector = told(wished);
    CHECK_FALSE(fit_connections(connector, 256).cut());
    CHECK(connector.limits.connections == wished);
  }
  auto usual = told(usual_connections(257, 1));
  CHECK_FALSE(fit_connections(usual, 257).cut());
}

TEST_CASE("limits.connections stays what it is where descriptors have no limit") {
  auto connector = told(10'000'000);
  CHECK_FALSE(fit_connections(connector, 0).cut());
}

TEST_CASE("limits.connections stays what it is where clients come by UDP, which costs none") {
  auto connector = told(10'000);
  connector.listeners.emplace_back().transport = ListenerSettings::Transport::udp;
  CHECK_FALSE(fit_connections(connector, 256).cut());
  CHECK(connector.limits.connections == 10'000);
}
