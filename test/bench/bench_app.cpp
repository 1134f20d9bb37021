// What tools/bench measures: an echo on a frontend and on a backend, no heartbeat, nothing else.
#include <shaddock/shaddock.h>

#include <string>

namespace {

struct Text {
  std::string msg;
  static void fields(auto& m, auto&& f) { f("msg", m.msg); }
};

struct Echo {
  int code = 200;
  std::string msg;
  static void fields(auto& m, auto&& f) {
    f("code", m.code);
    f("msg", m.msg);
  }
};

template <class Session>
Echo echo(Session&, const Text& text) {
  return {200, text.msg};
}

}  // namespace

int main(int argc, char** argv) {
  shaddock::Application app;
  app.configure("all", "connector", [](shaddock::Settings& s) {
    s.connector.limits.messages_per_second = 0;  // a session asks as fast as it can
  });
  app.server("connector")
      .handler("echoHandler")
      .on("echo", [](shaddock::FrontendSession& s, const Text& text) { return echo(s, text); });
  app.server("backend")
      .handler("echoHandler")
      .on("echo", [](shaddock::BackendSession& s, const Text& text) { return echo(s, text); });
  return app.run(argc, argv);
}
