#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "server/test_client.h"
#include "system/chat_cluster.h"
#include "system/process_figures.h"

namespace shaddock::system_test {

// The program of fortress.cpp with one connector, whose clientPort is kDoor in its configuration.
class Fortress : public ChatCluster {
 public:
  static constexpr int kDoor = 3050;
  static constexpr const char* kServer = "connector-server-1";

  // All JSON, with a comma in front of each: more members of the connector's entry, more
  // connectors, more types of servers.
  explicit Fortress(std::string environment, std::string_view members = {},
                    std::string_view connectors = {}, std::string_view types = {});

  using Visitor = server::TestClient;
  net::Address door(int port = kDoor) const { return {"127.0.0.1", this->port(port)}; }
  std::unique_ptr<Visitor> visitor(int port = kDoor, Visitor::Over over = Visitor::Over::tcp) {
    return std::make_unique<Visitor>(host(), door(port), over);
  }
  // Who is let in, as far as being WORKING; fails the test when somebody is not.
  std::unique_ptr<Visitor> guest(int port = kDoor, Visitor::Over over = Visitor::Over::tcp,
                                 std::string_view hello = Visitor::kHello);
  std::vector<std::unique_ptr<Visitor>> guests(std::size_t count, int port = kDoor,
                                               Visitor::Over over = Visitor::Over::tcp);
  // Fails the test unless this request is answered with its own body.
  void check_served(Visitor& visitor);
  // The server has read all that was sent to it before this call.
  void let_it_read(Visitor& visitor);

  ProcessFigures figures() { return ProcessFigures(record(kServer)->process.pid); }
  std::string log();  // of that server
};

}  // namespace shaddock::system_test
