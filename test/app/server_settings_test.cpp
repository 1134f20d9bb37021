#include "app/server_settings.h"

#include <doctest/doctest.h>
#include <shaddock/application.h>

using namespace shaddock;
using namespace shaddock::app;

namespace {

ServerInfo frontend(const std::string& id) {
  ServerInfo info;
  info.id = id;
  info.type = "connector";
  info.frontend = true;
  return info;
}

admin::Configuration configuration() {
  admin::Configuration configuration;
  configuration.environment = "development";
  configuration.servers = {frontend("c1")};
  return configuration;
}

}  // namespace

TEST_CASE("settings come from the configure() calls that match, in their order") {
  Application app;
  const auto set = [](int heartbeat) {
    return [heartbeat](Settings& s) { s.connector.heartbeat = std::chrono::seconds(heartbeat); };
  };
  app.configure("all", "all", set(1));
  app.configure("production|development", "connector", set(2));
  app.configure("production", "connector", set(3));
  app.configure("all", "gate", set(4));
  const auto settings = settings_for(app.definition(), configuration(), frontend("c1"), "/base");
  CHECK(settings.connector.heartbeat.count() == 2);
}

TEST_CASE("the listeners of servers.json go before those of the application, with absolute paths") {
  Application app;
  app.configure("all", "all", [](Settings& s) {
    s.connector.listeners.emplace_back().port = 9;
    s.connector.listeners.back().tls.certificate = "/abs/c.pem";
  });
  admin::Configuration files = configuration();
  ListenerSettings listener;
  listener.port = 7;
  listener.tls.certificate = "config/c.pem";
  listener.tls.key = "k.pem";
  files.listeners["c1"] = {listener};
  const auto own = settings_for(app.definition(), files, frontend("c1"), "/base").connector;
  REQUIRE(own.listeners.size() == 2);
  CHECK(own.listeners[0].port == 7);
  CHECK(own.listeners[0].tls.certificate == "/base/config/c.pem");
  CHECK(own.listeners[0].tls.key == "/base/k.pem");
  CHECK(own.listeners[0].tls.password_file.empty());
  CHECK(own.listeners[1].tls.certificate == "/abs/c.pem");
  const auto other = settings_for(app.definition(), files, frontend("c2"), "/base").connector;
  REQUIRE(other.listeners.size() == 1);
  CHECK(other.listeners[0].port == 9);
}

TEST_CASE("frontends of one process share its descriptors") {
  Application app;
  admin::Configuration files = configuration();
  files.servers = {frontend("c1"), frontend("c2"), ServerInfo()};
  const auto limit = [&] {
    return settings_for(app.definition(), files, files.servers[0], "/")
        .connector.limits.connections;
  };
  const auto alone = limit();
  for (const auto isolation : {net::Isolation::thread, net::Isolation::none}) {
    files.master.isolation = isolation;
    CHECK(limit() == alone / 2);
  }
}

TEST_CASE("connections are limited by the application, else by servers.json, else by descriptors") {
  Application app;
  ServerInfo info = frontend("c1");
  const auto limit = [&] {
    return settings_for(app.definition(), configuration(), info, "/").connector.limits.connections;
  };
  const auto by_descriptors = limit();
  CHECK(by_descriptors > 100);
  info.extras.emplace_back("max-connections", "50");
  CHECK(limit() == 50);
  app.configure("all", "all", [](Settings& s) { s.connector.limits.connections = 7; });
  CHECK(limit() == 7);
}

TEST_CASE("the dictionary has the handlers of all types in servers.json, then dictionary.json") {
  Application app;
  const auto nothing = [](FrontendSession&, const Json& body) { return body; };
  app.server("connector").handler("entryHandler").on("enter", nothing);
  app.server("chat").handler("chatHandler").on("send", nothing);
  app.server("gate").handler("gateHandler").on("query", nothing);
  admin::Configuration files = configuration();
  files.servers.push_back(frontend("chat-1"));
  files.servers.back().type = "chat";
  files.protocol.routes = {"onChat"};
  const auto protocol = client_protocol_of(app.definition(), files);
  REQUIRE(protocol.ok());
  const auto& dictionary = (*protocol)->dictionary;
  CHECK(dictionary.code("chat.chatHandler.send") == 1);
  CHECK(dictionary.code("connector.entryHandler.enter") == 2);
  CHECK(dictionary.code("onChat") == 3);
  CHECK_FALSE(dictionary.code("gate.gateHandler.query"));
}

TEST_CASE("a dictionary that cannot be is an error of the configuration") {
  Application app;
  admin::Configuration files = configuration();
  files.protocol.routes = {std::string(300, 'r')};
  CHECK_FALSE(client_protocol_of(app.definition(), files).ok());
}
