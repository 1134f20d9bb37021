#pragma once

#include <shaddock/shaddock.h>
#include <shaddock/testing.h>

#include <string>
#include <string_view>
#include <vector>

namespace shaddock::testing {

// One connector and one game server, whose configuration exists only in the test.
inline Options tiny_options() {
  Options options;
  options.files["master.json"] = R"({"development": {"id": "master", "host": "127.0.0.1",
      "port": 3005}})";
  options.files["servers.json"] = R"({"development": {
      "connector": [{"id": "front", "host": "127.0.0.1", "port": 4050, "clientPort": 3050,
                     "frontend": true}],
      "game": [{"id": "back", "host": "127.0.0.1", "port": 6050}]}})";
  return options;
}

struct Said {
  std::string text;
  static void fields(auto& m, auto&& f) { f("text", m.text); }
};

// What the connector does with a client:
//   echo {text}    answers the same
//   tell {text}    answers {}, and pushes it as onTold
//   leave {text}   kicks it with that reason
//   never          is not answered, for as long as the connection is there
class Front {
 public:
  explicit Front(Server& server) : server_(server) {}

  Said echo(FrontendSession&, const Said& said) { return said; }
  void tell(FrontendSession& session, const Said& said) {
    const Member who{{}, server_.id(), session.id()};
    server_.channels().push("onTold", said, {&who, 1});
  }
  void leave(FrontendSession& session, const Said& said) { session.kick(said.text); }
  void never(FrontendSession&, const Nothing&, Reply<Nothing> reply) {
    waiting_.push_back(std::move(reply));
  }

 private:
  Server& server_;
  std::vector<Reply<Nothing>> waiting_;
};

class Game {
 public:
  explicit Game(Server& server) : server_(server) {}
  Said where(BackendSession&, const Nothing&) {
    server_.log().warn("asked where it is");
    return {server_.id()};
  }

 private:
  Server& server_;
};

struct TinyGame {
  TinyGame() {
    app.server("connector")
        .handler<Front>("front")
        .on<&Front::echo>("echo")
        .on<&Front::tell>("tell")
        .on<&Front::leave>("leave")
        .on<&Front::never>("never");
    app.server("game").handler<Game>("game").on<&Game::where>("where");
  }

  Application app;
};

// The text of the Failure that a piece of a test ends with; empty if it does not.
template <class Piece>
std::string failure_of(Piece&& piece) {
  try {
    piece();
  } catch (const Failure& failure) {
    return failure.what();
  }
  return {};
}

inline bool has(std::string_view text, std::string_view part) {
  return text.find(part) != std::string_view::npos;
}

}  // namespace shaddock::testing
