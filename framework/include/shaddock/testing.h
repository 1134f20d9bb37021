#pragma once

#include <shaddock/application.h>
#include <shaddock/json.h>

#include <chrono>
#include <cstdint>
#include <functional>
#include <iosfwd>
#include <map>
#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace shaddock {

// So that test frameworks show what was compared.
std::ostream& operator<<(std::ostream& out, const Json& value);

}  // namespace shaddock

// A whole cluster inside a test: the application as it is, its own configuration, clients, and
// control of time and faults. Works in any test framework: an expectation that is not met throws.
// Link the target shaddock_testing.
namespace shaddock::testing {

// What was expected and what came instead; then the trace: the last things that happened, each with
// its time, so that a test which fails can be read.
class Failure : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

// simulated: a virtual clock and a network in memory; a wait costs no time, and the same seed gives
// the same run. real: the real clock and real client ports (chosen by the system), all servers on
// one loop of this thread.
enum class Time { simulated, real };

struct Options {
  Time time = Time::simulated;
  std::string environment = "development";
  std::uint64_t seed = 1;
  // How long an expectation waits, in the cluster's time.
  std::chrono::milliseconds patience{5000};
  // Files in place of those in the configuration folder, or beside them: {"servers.json", text}.
  std::map<std::string, std::string> files;
  std::size_t trace_lines = 60;  // how much of the trace a Failure shows
};

class Cluster;

// A Pomelo client of the cluster, until it is destroyed with it. Every call that waits lets the
// cluster run meanwhile, and throws Failure when its patience ends.
class Client {
 public:
  ~Client();
  Client(const Client&) = delete;
  Client& operator=(const Client&) = delete;

  // The answer, whatever its code. Fails when the connection ends first.
  Json request(std::string_view route, const Json& body = Json::object());
  void notify(std::string_view route, const Json& body = Json::object());
  // The next push of that route which no expectation has taken yet. Others stay.
  Json expect(std::string_view route);
  // None of that route is there, and none comes within that time. Fails, too, when the connection
  // is over: who hears nothing at all shows nothing.
  void expect_none(std::string_view route, std::chrono::milliseconds time);
  // The server ends the connection; says why it did ("kicked: ...").
  std::string expect_closed();

  void close();  // as a client does that leaves
  void drop();   // as when its program ends: the server's system tells it that the connection broke
  // As a cable does: neither side hears anything more, and the server notices by its heartbeat. In
  // real time it is the same as drop().
  void cut();
  bool connected() const;
  // What the server said in its handshake.
  const Json& handshake() const;
  const std::string& name() const;

 private:
  friend class Cluster;
  struct Parts;
  explicit Client(std::unique_ptr<Parts> parts);
  std::unique_ptr<Parts> parts_;
};

class Cluster {
 public:
  // Starts the application's master and all servers of its configuration folder, and waits until
  // they are ready. Logs and records stay in memory. The application is described by then, and
  // outlives the cluster.
  Cluster(const Application& application, std::string configuration_folder, Options options = {});
  ~Cluster();
  Cluster(const Cluster&) = delete;
  Cluster& operator=(const Cluster&) = delete;

  // A client with an open connection. `name` is what the trace calls it.
  Client& connect(std::string_view server_id, std::string name = {});
  // By the address that a gate has told.
  Client& connect(std::string_view host, int port, std::string name = {});

  // Lets time pass.
  void run_for(std::chrono::milliseconds time);
  // Fails when the condition does not hold within the patience; `what` names it.
  void run_until(const std::function<bool()>& condition, std::string_view what);

  // The server of that id; nullptr while it does not run. Only for looking, between calls that let
  // time pass: what a handler would do belongs into handlers.
  Server* server(std::string_view id) const;
  // Ends a server as an operator does, and starts it again.
  void stop(std::string_view id);
  void start(std::string_view id);
  // kill -9: the master starts it again after a while.
  void kill(std::string_view id);
  // Waits until it is ready: linked to the others and, a frontend, open to clients.
  void expect_ready(std::string_view id);

  // Only in simulated time. freeze: the server does nothing, but its connections stay. cut: no byte
  // passes between the two servers until mend().
  void freeze(std::string_view id);
  void thaw(std::string_view id);
  void cut(std::string_view one, std::string_view other);
  void mend(std::string_view one, std::string_view other);

  // All of the trace: starts and ends of servers, faults, what their logs say, and what clients
  // sent and heard.
  const std::vector<std::string>& trace() const;
  // Where a real client finds that server (Time::real).
  std::pair<std::string, int> address(std::string_view server_id) const;

 private:
  struct Parts;
  std::unique_ptr<Parts> parts_;
};

}  // namespace shaddock::testing
