#include "sim/connection.h"

#include <doctest/doctest.h>

#include "sim/process.h"

using namespace shaddock;
using namespace shaddock::sim;

namespace {

struct Kernel {
  Schedule schedule;
  TraceHash hash;
  Process process{schedule, "10.0.0.1", net::ProcessId{1}, 1};
  std::shared_ptr<Fabric> fabric = std::make_shared<Fabric>(schedule, 1, hash);
  std::shared_ptr<Attachment> caller = std::make_shared<Attachment>(fabric, process);

  std::shared_ptr<Connection> connect(const std::string& to) {
    Machine& machine = caller->machine();
    const auto port = machine.listening.lend();
    REQUIRE(port.has_value());
    return std::make_shared<Connection>(
        caller,
        Connection::Ends{machine, *port, fabric->machines.named(to), *net::parse_ip(to), 80});
  }
};

}  // namespace

TEST_CASE("A connection that has gone leaves the list, and its port is lent again") {
  Kernel kernel;
  auto connection = kernel.connect("10.0.0.2");
  const int port = connection->peer(1).port;
  auto& ports = kernel.caller->machine().listening;
  while (ports.lend()) {
  }
  connection.reset();
  CHECK(kernel.fabric->connections.empty());
  CHECK(ports.lend() == port);
}

TEST_CASE("A connection knows whom it joins, in both orders and by a star") {
  Kernel kernel;
  const auto far = kernel.connect("10.0.0.2");
  CHECK(far->between("10.0.0.1", "10.0.0.2"));
  CHECK(far->between("10.0.0.2", "10.0.0.1"));
  CHECK(far->between("*", "10.0.0.2"));
  CHECK_FALSE(far->between("10.0.0.1", "10.0.0.1"));
  CHECK_FALSE(far->between("10.0.0.3", "*"));
  CHECK(far->between("*", "*"));
}

TEST_CASE("What is sent to a port that nobody has is answered by a reset") {
  Kernel kernel;
  const auto connection = kernel.connect("10.0.0.2");
  connection->open();
  while (kernel.schedule.step(Instant(1'000'000))) {
  }
  CHECK(connection->was_reset(0));
  CHECK_FALSE(connection->was_reset(1));
}
