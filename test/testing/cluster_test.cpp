#include <doctest/doctest.h>

#include <set>
#include <string>
#include <vector>

#include "testing/tiny_cluster.h"

using namespace std::chrono_literals;

namespace shaddock::testing {
namespace {

std::string start_failure(const Options& options) {
  TinyGame game;
  return failure_of([&] { Cluster cluster(game.app, "nowhere", options); });
}

TEST_CASE("a cluster is ready when it is there, and its servers can be looked at") {
  TinyGame game;
  Cluster cluster(game.app, "nowhere", tiny_options());
  REQUIRE(cluster.server("front") != nullptr);
  CHECK(cluster.server("front")->info().client_port == 3050);
  CHECK(cluster.server("back")->find_server("front")->up());
  cluster.expect_ready("back");
}

TEST_CASE("a wrong configuration is told with every problem") {
  Options options = tiny_options();
  options.files["servers.json"] = R"({"development": {"game": [
      {"id": "back", "host": "127.0.0.1", "port": 99999}, {"id": "back"}]}})";
  const std::string text = start_failure(options);
  CHECK(text.starts_with("the configuration cannot be used:\n  "));
  CHECK(has(text, "nowhere/servers.json"));
  CHECK(has(text, "99999"));
  CHECK(has(text, "host"));

  options.files.clear();
  CHECK(has(start_failure(options), "there is no such file"));
  options = tiny_options();
  options.environment = "production";
  CHECK(has(start_failure(options), "unknown environment \"production\""));
}

TEST_CASE("a server that cannot start is told, with its reason and the trace") {
  Options options = tiny_options();
  TinyGame game;
  game.app.configure("all", "connector", [](Settings& s) {
    ListenerSettings listener;
    listener.tls.certificate = "there/is/none.pem";
    listener.tls.key = "there/is/none.pem";
    s.connector.listeners = {listener};
  });
  const std::string text = failure_of([&] { Cluster cluster(game.app, "nowhere", options); });
  CHECK(text.starts_with("the cluster did not start:\n"));
  CHECK(has(text, "none.pem"));
  CHECK(has(text, "front  complains: front: "));
  CHECK(has(text, "master  ERROR master front ended with status "));
}

TEST_CASE("a server that nobody has configured, or that does not run, is a failure that says so") {
  TinyGame game;
  Cluster cluster(game.app, "nowhere", tiny_options());
  CHECK(failure_of([&] {
          cluster.connect("fromt");
        }).starts_with("no server fromt is configured; there are front, back\n"));
  CHECK(failure_of([&] { cluster.server("x"); }).starts_with("no server x is configured"));
  CHECK(failure_of([&] { cluster.connect("back"); }).starts_with("back accepts no clients\n"));
  CHECK(failure_of([&] {
          cluster.connect("127.0.0.1", 1, "ann");
        }).starts_with("ann expected a connection to 127.0.0.1:1\n"));
  CHECK(failure_of([&] { cluster.address("front"); }).starts_with("a port of front in real time"));

  cluster.kill("back");
  CHECK(cluster.server("back") == nullptr);
  CHECK(failure_of([&] { cluster.kill("back"); }).starts_with("back does not run\n"));
  CHECK(failure_of([&] { cluster.freeze("back"); }).starts_with("back does not run\n"));
}

TEST_CASE("the address that a gate tells leads to the server, and the trace calls it by its id") {
  TinyGame game;
  Cluster cluster(game.app, "nowhere", tiny_options());
  CHECK(cluster.connect("127.0.0.1", 3050, "ann").connected());
  CHECK(has(cluster.trace().back(), "client ann is connected to front"));
}

TEST_CASE("time passes only as it is told to") {
  TinyGame game;
  Cluster cluster(game.app, "nowhere", tiny_options());
  const auto before = cluster.server("front")->now();
  cluster.run_for(1h);
  CHECK(cluster.server("front")->now() - before == 1h);
  cluster.run_until([&] { return cluster.server("front")->now() - before >= 1h + 4s; }, "later");
}

TEST_CASE("a condition that does not come to hold is named") {
  Options options = tiny_options();
  options.patience = 50ms;
  TinyGame game;
  Cluster cluster(game.app, "nowhere", options);
  CHECK(failure_of([&] {
          cluster.run_until([] { return false; }, "the moon is full");
        }).starts_with("expected within 50 ms: the moon is full\n"));
  CHECK_THROWS_AS(cluster.run_until([]() -> bool { throw std::runtime_error("x"); }, "x"),
                  std::runtime_error);
  cluster.run_for(1s);
}

TEST_CASE("a killed server comes back by itself, a stopped one when it is started") {
  TinyGame game;
  Cluster cluster(game.app, "nowhere", tiny_options());
  Client& ann = cluster.connect("front");
  cluster.kill("back");
  cluster.expect_ready("back");
  CHECK(ann.request("game.game.where") == Json{{"text", "back"}});

  cluster.stop("back");
  cluster.run_for(60s);
  CHECK(cluster.server("back") == nullptr);
  CHECK(ann.request("game.game.where").at("code").as_integer() >= 500);
  cluster.start("back");
  CHECK(ann.request("game.game.where") == Json{{"text", "back"}});
}

TEST_CASE("a frozen server does nothing, and goes on when it is thawed") {
  TinyGame game;
  Cluster cluster(game.app, "nowhere", tiny_options());
  Client& ann = cluster.connect("front");
  cluster.freeze("front");
  ann.notify("connector.front.tell", {{"text", "later"}});
  ann.expect_none("onTold", 1s);
  cluster.thaw("front");
  CHECK(ann.expect("onTold") == Json{{"text", "later"}});
}

TEST_CASE("a cut keeps two servers apart until it is mended") {
  TinyGame game;
  Cluster cluster(game.app, "nowhere", tiny_options());
  Client& ann = cluster.connect("front");
  cluster.cut("front", "back");
  CHECK(ann.request("game.game.where").at("code").as_integer() >= 500);
  cluster.mend("back", "front");
  cluster.run_for(10s);
  CHECK(ann.request("game.game.where") == Json{{"text", "back"}});
}

// All that happens in a short life, as the trace has it.
std::vector<std::string> life(std::uint64_t seed) {
  Options options = tiny_options();
  options.seed = seed;
  TinyGame game;
  Cluster cluster(game.app, "nowhere", options);
  Client& ann = cluster.connect("front");
  cluster.kill("back");
  cluster.expect_ready("back");
  ann.request("game.game.where");
  cluster.kill("back");
  cluster.kill("front");
  cluster.run_for(10s);
  return cluster.trace();
}

TEST_CASE("the same seed gives the same run, another one another") {
  CHECK(life(7) == life(7));
  CHECK(life(7) != life(8));
}

namespace {

// In which a server that stops sends its twelve clients away.
std::vector<std::string> order_of_leaving(std::uint64_t seed) {
  Options options = tiny_options();
  options.seed = seed;
  TinyGame game;
  Cluster cluster(game.app, "nowhere", options);
  for (int i = 0; i < 12; ++i) cluster.connect("front", "c" + std::to_string(i));
  cluster.stop("front");
  std::vector<std::string> order;
  for (const std::string& line : cluster.trace())
    if (has(line, "is disconnected")) order.push_back(line.substr(line.find("client")));
  return order;
}

}  // namespace

// An order by addresses is another one in each process.
TEST_CASE("a server that stops sends all its clients away, in an order that the seed gives") {
  const std::vector<std::string> order = order_of_leaving(7);
  CHECK(order == order_of_leaving(7));
  CHECK(order != order_of_leaving(8));
  std::set<std::string> expected;
  for (int i = 0; i < 12; ++i)
    expected.insert("client c" + std::to_string(i) + " is disconnected: closed by the server");
  CHECK(std::set(order.begin(), order.end()) == expected);
}

TEST_CASE("the trace has what servers log, and the faults") {
  TinyGame game;
  Cluster cluster(game.app, "nowhere", tiny_options());
  cluster.connect("front").request("game.game.where");
  cluster.cut("front", "back");
  cluster.kill("back");
  std::string all;
  for (const std::string& line : cluster.trace()) all += line + '\n';
  CHECK(has(all, "  back  WARN "));
  CHECK(has(all, "asked where it is\n"));
  CHECK(has(all, "  front  is cut off from back\n"));
  CHECK(has(all, "  back  is killed\n"));
  CHECK(has(all, "  client client-1 is connected to front\n"));
}

}  // namespace
}  // namespace shaddock::testing
