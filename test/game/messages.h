#pragma once

#include <cstdint>
#include <optional>
#include <string>

// What travels in the game of the simulator.
namespace shaddock::game {

// Every message of a player says whose it is and which one.
struct Ask {
  std::uint64_t visit = 0;
  std::int64_t number = 0;
  std::optional<std::int64_t> value;  // milliseconds to think, or what to write

  static void fields(auto& m, auto&& f) {
    f("visit", m.visit);
    f("number", m.number);
    f("value", m.value);
  }
};

struct Login {
  std::uint64_t visit = 0;
  std::int64_t number = 0;
  std::string uid, kind, room;

  static void fields(auto& m, auto&& f) {
    f("visit", m.visit);
    f("number", m.number);
    f("uid", m.uid);
    f("kind", m.kind);
    f("room", m.room);
  }
};

// What every answer says: which message it is to.
struct Done {
  std::uint64_t visit = 0;
  std::int64_t number = 0;

  static void fields(auto& m, auto&& f) {
    f("visit", m.visit);
    f("number", m.number);
  }
};

// A push. With a uid it was made for that uid on that frontend, or for all if that is empty; else
// for sessions.
struct News {
  std::uint32_t life = 0;
  std::uint64_t number = 0;
  std::optional<std::string> uid, frontend;

  static void fields(auto& m, auto&& f) {
    f("life", m.life);
    f("number", m.number);
    f("uid", m.uid);
    f("frontend", m.frontend);
  }
};

// From gates.
struct Where {
  std::string uid;
  static void fields(auto& m, auto&& f) { f("uid", m.uid); }
};
struct Entry {
  std::string id, host;
  int port = 0;
  static void fields(auto& m, auto&& f) {
    f("id", m.id);
    f("host", m.host);
    f("port", m.port);
  }
};

// Between servers.
struct Welcome {
  std::uint64_t call = 0;
  std::string uid;
  static void fields(auto& m, auto&& f) {
    f("call", m.call);
    f("uid", m.uid);
  }
};

struct ClubGuest {
  std::uint64_t visit = 0;
  std::uint32_t life = 0;  // of the frontend
  int hops = 0;            // of the session, from frontend to frontend
  std::string uid, frontend, club;
  static void fields(auto& m, auto&& f) {
    f("visit", m.visit);
    f("life", m.life);
    f("hops", m.hops);
    f("uid", m.uid);
    f("frontend", m.frontend);
    f("club", m.club);
  }
};

inline constexpr const char* kRooms[] = {"r0", "r1", "r2", "r3", "r4", "r5", "r6", "r7"};
inline std::string club_of(const std::string& room) { return "club-" + room; }
inline constexpr const char* kNewsRoute = "onNews";      // to sessions
inline constexpr const char* kLetterRoute = "onLetter";  // to a uid on a frontend

}  // namespace shaddock::game
