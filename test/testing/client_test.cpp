#include <doctest/doctest.h>

#include "testing/tiny_cluster.h"

using namespace std::chrono_literals;

namespace shaddock::testing {
namespace {

struct Tiny : TinyGame {
  explicit Tiny(const Options& options = tiny_options()) : cluster(app, "nowhere", options) {}

  Json tell(const std::string& text) {
    return client.request("connector.front.tell", {{"text", text}});
  }

  Cluster cluster;
  Client& client = cluster.connect("front", "ann");
};

Json said(const std::string& text) { return {{"text", text}}; }

TEST_CASE("a request ends with its answer, whatever the code") {
  Tiny tiny;
  CHECK(tiny.client.request("connector.front.echo", said("hello")) == said("hello"));
  CHECK(tiny.client.request("game.game.where") == said("back"));
  CHECK(tiny.client.request("connector.front.echo") == Json{{"code", 400}});
  CHECK(tiny.client.request("nobody.is.there") == Json{{"code", 500}});
  CHECK(tiny.client.handshake().at("code") == 200);
  CHECK(tiny.client.name() == "ann");
}

TEST_CASE("pushes wait until they are expected, each route in its order") {
  Tiny tiny;
  tiny.tell("one");
  tiny.tell("two");
  tiny.client.notify("connector.front.tell", said("three"));
  CHECK(tiny.client.expect("onTold") == said("one"));
  CHECK(tiny.client.expect("onTold") == said("two"));
  CHECK(tiny.client.expect("onTold") == said("three"));
  tiny.client.expect_none("onTold", 1s);
}

TEST_CASE("an expectation that ends its patience says what came instead") {
  Tiny tiny;
  tiny.tell("hello");
  const std::string text = failure_of([&] { tiny.client.expect("onLeave"); });
  CHECK(
      text.starts_with("ann expected a push onLeave within 5000 ms, and none came\n"
                       "ann is connected to front\n"
                       "unread pushes:\n"
                       "  onTold {\"text\":\"hello\"}\n"
                       "(seed 1)\n"
                       "the trace:\n"
                       "    0.000 s  master  starts\n"));
  CHECK(has(text, "  back  INFO server ready clientPort=0\n"));
  CHECK(has(text, "  client ann -> connector.front.tell {\"text\":\"hello\"}\n"));
  CHECK(has(text, "  client ann <- onTold {\"text\":\"hello\"}\n"));
  CHECK(has(text, "  client ann <- answer of connector.front.tell {}\n"));
}

TEST_CASE("a push that should not come is shown") {
  Tiny tiny;
  tiny.client.notify("connector.front.tell", said("hello"));
  const std::string text = failure_of([&] { tiny.client.expect_none("onTold", 1s); });
  CHECK(text.starts_with("ann expected no push onTold for 1000 ms\n"));
  CHECK(has(text, "\n  onTold {\"text\":\"hello\"}\n"));
}

TEST_CASE("a request that is not answered in time fails, and the trace ends with it") {
  Options options = tiny_options();
  options.patience = 100ms;
  options.trace_lines = 1;
  Tiny tiny(options);
  const std::string text = failure_of([&] { tiny.client.request("connector.front.never"); });
  CHECK(text.starts_with(
      "ann expected an answer of connector.front.never {} within 100 ms, and none came\n"
      "ann is connected to front\n"
      "there are no unread pushes\n"));
  CHECK(has(text, "the last 1 of "));
  CHECK(text.ends_with("  client ann -> connector.front.never {}\n"));
}

TEST_CASE("a client that is kicked is told why, and can do no more") {
  Tiny tiny;
  tiny.client.notify("connector.front.leave", said("enough"));
  CHECK(has(tiny.client.expect_closed(), "enough"));
  CHECK_FALSE(tiny.client.connected());
  CHECK(has(tiny.client.expect_closed(), "enough"));

  CHECK(has(failure_of([&] { tiny.tell("hello"); }), "but it could not be sent\nann is discon"));
  CHECK(has(failure_of([&] { tiny.client.notify("connector.front.tell", said("x")); }),
            "ann expected to send connector.front.tell"));
  CHECK(has(failure_of([&] { tiny.client.expect("onTold"); }), "but hears nothing more\n"));
}

TEST_CASE("a request whose connection ends first fails at once") {
  Tiny tiny;
  tiny.client.notify("connector.front.leave", said("enough"));
  const std::string text = failure_of([&] { tiny.client.request("connector.front.never"); });
  CHECK(has(text, "but the connection ended before the answer came\nann is disconnected"));
}

TEST_CASE("who hears nothing at all has not shown that nothing came") {
  Tiny tiny;
  Client& bob = tiny.cluster.connect("front", "bob");
  bob.cut();
  CHECK(failure_of([&] { bob.expect_none("onTold", 1s); })
            .starts_with("bob expected no push onTold for 1000 ms, but hears nothing at all\n"
                         "bob is cut off from front\n"));
  CHECK(has(failure_of([&] { bob.request("connector.front.echo", said("x")); }),
            "{\"text\":\"x\"}, but hears nothing more\nbob is cut off"));

  tiny.client.notify("connector.front.leave", said("enough"));
  CHECK(has(failure_of([&] { tiny.client.expect_none("onTold", 1s); }), "ann is disconnected"));
}

TEST_CASE("a failure is read by people: a long body is cut") {
  Tiny tiny;
  tiny.tell(std::string(5000, 'p'));
  const std::string long_one(5000, 'x');
  const std::string text =
      failure_of([&] { tiny.client.request("connector.front.never", said(long_one)); });
  CHECK(has(text, "xxx... within 5000 ms, and none came\n"));
  CHECK(has(text, "ppp...\n(seed 1)\n"));
  CHECK_FALSE(has(text, long_one.substr(0, 1000)));
}

TEST_CASE("that a server keeps a connection is a failure where its end is expected") {
  Tiny tiny;
  CHECK(has(failure_of([&] { tiny.client.expect_closed(); }),
            "ann expected that the server ends the connection within 5000 ms"));
}

TEST_CASE("who leaves and who breaks off is gone at once, who is cut off is not") {
  Tiny tiny;
  Client& bob = tiny.cluster.connect("front", "bob");
  Client& cat = tiny.cluster.connect("front", "cat");
  const auto connections = [&] { return tiny.cluster.server("front")->sessions().size(); };
  CHECK(connections() == 3);
  tiny.client.close();
  tiny.client.close();
  tiny.cluster.run_for(10ms);
  CHECK(connections() == 2);
  bob.drop();
  bob.drop();
  tiny.cluster.run_for(10ms);
  CHECK(connections() == 1);

  cat.cut();
  CHECK_FALSE(cat.connected());
  CHECK(has(failure_of([&] { cat.expect("onTold"); }), "cat is cut off from front"));
  CHECK(has(failure_of([&] { cat.request("connector.front.echo", said("x")); }), "cat is cut off"));
  tiny.cluster.run_for(1s);
  CHECK(connections() == 1);
}

}  // namespace
}  // namespace shaddock::testing
