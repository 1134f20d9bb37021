#include <doctest/doctest.h>

#include <stdexcept>

#include "net/uv_host.h"
#include "testing/tiny_cluster.h"

using namespace std::chrono_literals;

namespace shaddock::testing {
namespace {

Options real_options() {
  Options options = tiny_options();
  options.time = Time::real;
  return options;
}

TEST_CASE("the same cluster runs on the real clock") {
  TinyGame game;
  Cluster cluster(game.app, "nowhere", real_options());
  Client& ann = cluster.connect("127.0.0.1", 3050, "ann");
  CHECK(ann.request("connector.front.echo", {{"text", "x"}}) == Json{{"text", "x"}});
  CHECK(ann.request("game.game.where") == Json{{"text", "back"}});
  ann.notify("connector.front.tell", {{"text", "hello"}});
  CHECK(ann.expect("onTold") == Json{{"text", "hello"}});
  ann.expect_none("onTold", 10ms);
  ann.notify("connector.front.leave", {{"text", "enough"}});
  CHECK(has(ann.expect_closed(), "enough"));
}

TEST_CASE("two clusters with one configuration run beside each other, each on ports of its own") {
  TinyGame game;
  Cluster one(game.app, "nowhere", real_options()), other(game.app, "nowhere", real_options());
  CHECK(one.address("front").first == "127.0.0.1");
  CHECK(one.address("front").second != other.address("front").second);
  CHECK(one.connect("front").connected());
  CHECK(other.connect("front").connected());
}

TEST_CASE("a client from elsewhere finds the real port") {
  TinyGame game;
  Cluster cluster(game.app, "nowhere", real_options());
  const auto [host, port] = cluster.address("front");
  net::UvHost outside;
  bool connected = false;
  const auto connecting =
      outside.host().network.connect({host, port}, net::Duration(5000), [&](auto stream) {
        connected = stream.ok();
        outside.host().loop.stop();
      });
  outside.host().loop.run();
  CHECK(connected);
}

TEST_CASE("servers are killed, stopped and started in real time, too") {
  TinyGame game;
  Cluster cluster(game.app, "nowhere", real_options());
  Client& ann = cluster.connect("front");
  cluster.kill("back");
  cluster.expect_ready("back");
  CHECK(ann.request("game.game.where") == Json{{"text", "back"}});
  cluster.stop("back");
  CHECK(cluster.server("back") == nullptr);
  cluster.start("back");
  CHECK(ann.request("game.game.where") == Json{{"text", "back"}});
}

TEST_CASE("what only simulated time has is refused in real time") {
  TinyGame game;
  Cluster cluster(game.app, "nowhere", real_options());
  CHECK(failure_of([&] {
          cluster.freeze("back");
        }).starts_with("to freeze a server is possible in simulated time only\nthe trace:\n"));
  CHECK(has(failure_of([&] { cluster.thaw("back"); }), "in simulated time only"));
  CHECK(has(failure_of([&] { cluster.cut("front", "back"); }), "in simulated time only"));
  CHECK(has(failure_of([&] { cluster.mend("front", "back"); }), "in simulated time only"));
}

TEST_CASE("a client that is cut off in real time is one whose connection breaks") {
  TinyGame game;
  Cluster cluster(game.app, "nowhere", real_options());
  Client& ann = cluster.connect("front");
  ann.cut();
  CHECK_FALSE(ann.connected());
  cluster.run_until([&] { return cluster.server("front")->sessions().size() == 0; }, "it is gone");
}

TEST_CASE("patience and exceptions end a wait in real time") {
  Options options = real_options();
  options.patience = 20ms;
  TinyGame game;
  Cluster cluster(game.app, "nowhere", options);
  CHECK(failure_of([&] {
          cluster.run_until([] { return false; }, "the moon is full");
        }).starts_with("expected within 20 ms: the moon is full\n"));
  int looks = 0;
  const auto second_look_throws = [&]() -> bool {
    if (++looks == 2) throw std::runtime_error("x");
    return false;
  };
  CHECK_THROWS_AS(cluster.run_until(second_look_throws, "x"), std::runtime_error);
  CHECK(cluster.connect("front").connected());
}

TEST_CASE("a server that cannot start in real time is told with its reason") {
  Options options = real_options();
  TinyGame game;
  game.app.configure("all", "connector", [](Settings& s) {
    ListenerSettings listener;
    listener.tls.certificate = listener.tls.key = "there/is/none.pem";
    s.connector.listeners = {listener};
  });
  const std::string text = failure_of([&] { Cluster cluster(game.app, "nowhere", options); });
  CHECK(text.starts_with("the cluster did not start:\n"));
  CHECK(has(text, "none.pem"));
}

}  // namespace
}  // namespace shaddock::testing
