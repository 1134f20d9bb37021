#include <doctest/doctest.h>
#include <shaddock/testing.h>

#include "application.h"

using shaddock::testing::Client;

TEST_CASE("three people talk, one is cut off, and the others are told") {
  shaddock::Application app;
  describe_chat(app);
  shaddock::testing::Cluster cluster(app, SHADDOCK_SOURCE_DIR "/config");

  Client& ann = cluster.connect("connector-server-1", "ann");
  Client& bob = cluster.connect("connector-server-2", "bob");
  Client& cat = cluster.connect("connector-server-3", "cat");
  for (Client* one : {&ann, &bob, &cat})
    one->request("connector.entryHandler.enter", {{"username", one->name()}, {"rid", "lobby"}});

  bob.notify("chat.chatHandler.send", {{"content", "hello"}, {"target", "*"}});
  for (Client* one : {&ann, &bob, &cat}) CHECK(one->expect("onChat").at("msg") == "hello");

  cat.cut();
  cluster.run_for(std::chrono::seconds(6));  // of virtual time: two heartbeats
  for (Client* one : {&ann, &bob}) CHECK(one->expect("onLeave").at("user") == "cat");
}
