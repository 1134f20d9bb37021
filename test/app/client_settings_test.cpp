// What docs/clients.md quotes: settings of client ports as an application writes them.
#include <doctest/doctest.h>
#include <shaddock/shaddock.h>

#include <string>

#include "app/server_settings.h"

using namespace std::chrono_literals;

namespace {

struct Visitor {
  std::string token;
  static void fields(auto& m, auto&& f) { f("token", m.token); }
};

struct Hello {
  Visitor user;
  static void fields(auto& m, auto&& f) { f("user", m.user); }
};

struct Welcome {
  std::string motd;
  static void fields(auto& m, auto&& f) { f("motd", m.motd); }
};

bool known_token(const std::string& token) { return token == "secret"; }

void configure(shaddock::Application& app) {
  app.configure("all", "connector", [](shaddock::Settings& s) {
    s.connector.heartbeat = 3s;
    s.connector.use_dict = true;
    s.connector.use_protobuf = true;
    s.connector.compress_from = 1024;
  });

  app.configure("all", "connector", [](shaddock::Settings& s) {
    s.connector.check_client = [](std::string_view type, std::string_view version) {
      return type != "js-websocket" || version >= "0.0.1";
    };
    s.connector.handshake([](shaddock::FrontendSession& session, const Hello& hello) {
      if (!known_token(hello.user.token)) throw shaddock::Error(500, "wrong token");
      session.set("guest", false);
      return Welcome{"two new rooms"};
    });
  });

  app.configure("all", "connector", [](shaddock::Settings& s) {
    s.connector.before_login.time = 30s;
    s.connector.before_login.messages = 10;
    s.connector.before_login.check = [](const shaddock::Request& request) {
      if (request.route() != "connector.entryHandler.enter")
        throw shaddock::Error(401, "enter first");
    };
  });

  app.configure("all", "connector", [](shaddock::Settings& s) {
    using WhenSlow = shaddock::Settings::Connector::WhenSlow;
    s.connector.when_slow["onPosition"] = WhenSlow::keep_latest;
    s.connector.when_slow["onTyping"] = WhenSlow::drop;
    s.connector.limits.messages_per_second = 50;
    s.connector.limits.message_burst = 100;
    s.connector.limits.blocked = {"192.0.2.0/24"};
  });

  app.configure("production", "connector", [](shaddock::Settings& s) {
    shaddock::ListenerSettings behind_proxy;
    behind_proxy.port = 3150;
    behind_proxy.proxies = {"10.0.0.0/8"};
    s.connector.listeners.push_back(behind_proxy);
  });
}

shaddock::Settings::Connector settings_of(const std::string& environment) {
  shaddock::Application app;
  configure(app);
  shaddock::admin::Configuration files;
  files.environment = environment;
  shaddock::ServerInfo info;
  info.type = "connector";
  return shaddock::app::settings_for(app.definition(), files, info, "/").connector;
}

}  // namespace

TEST_CASE("the settings that the documents show arrive at the server") {
  const auto settings = settings_of("development");
  CHECK(settings.use_dict);
  CHECK(settings.compress_from == 1024);
  CHECK(settings.check_client("js-websocket", "0.0.1"));
  CHECK_FALSE(settings.check_client("js-websocket", "0.0.0"));
  CHECK(settings.user_handshake);
  CHECK(settings.before_login.messages == 10);
  CHECK(settings.limits.blocked.size() == 1);
  CHECK(settings.listeners.empty());
  REQUIRE(settings_of("production").listeners.size() == 1);
  CHECK(settings_of("production").listeners[0].proxies.size() == 1);
}
