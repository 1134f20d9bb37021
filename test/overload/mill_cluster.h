#pragma once

#include <chrono>
#include <string>
#include <string_view>

#include "client/client.h"
#include "net/tls_test_certificate.h"
#include "system/chat_cluster.h"
#include "system/process_figures.h"

namespace shaddock::overload {

// Prints a row: a value that is to be at most, or at least, so much. Whether it is, is no failure
// of the program: what must hold on any machine is checked beside it.
enum class Bound { at_most, at_least };
void print_row(std::string_view id, double value, std::string_view unit, Bound bound,
               double target);

// How long a row is under load.
std::chrono::milliseconds under_load();

// The program of mill.cpp as processes: a master, a connector and a mill, in that environment. With
// a certificate clients come by TLS.
class MillCluster : public system_test::ChatCluster {
 public:
  explicit MillCluster(std::string environment, const net::TestCertificate* certificate = nullptr);

  net::Address door() const { return {"127.0.0.1", port(3050)}; }
  system_test::ProcessFigures figures(const std::string& id) {
    return system_test::ProcessFigures(record(id)->process.pid);
  }
  // Asks and waits, again when it is refused; fails the test when it is not answered with 200.
  Json ask(client::Client& client, std::string_view route, const Json& body = Json::object());
  std::int64_t count(client::Client& client, std::string_view name);
  void open(client::Client& client);
  void pass(net::Duration time);
};

}  // namespace shaddock::overload
