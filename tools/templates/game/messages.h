#pragma once

#include <string>
#include <vector>

// What clients and servers say: one struct per message, one list of its fields.

struct Join {  // client to connector
  std::string name, team;
  static void fields(auto& m, auto&& f) {
    f("name", m.name);
    f("team", m.team);
  }
};

struct Team {  // its answer
  std::vector<std::string> players;
  static void fields(auto& m, auto&& f) { f("players", m.players); }
};

struct Score {  // client to game server
  int points = 0;
  static void fields(auto& m, auto&& f) { f("points", m.points); }
};

struct Total {  // its answer, and pushed to the team as onScore
  std::string team;
  int points = 0;
  static void fields(auto& m, auto&& f) {
    f("team", m.team);
    f("points", m.points);
  }
};

struct Player {  // connector to game server
  std::string name, connector, team;
  static void fields(auto& m, auto&& f) {
    f("name", m.name);
    f("connector", m.connector);
    f("team", m.team);
  }
};
