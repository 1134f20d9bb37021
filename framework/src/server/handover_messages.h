#pragma once

#include <shaddock/fields.h>
#include <shaddock/session.h>

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

// What two frontends of a type say to each other when a client comes back to one of them for its
// session at the other; see handovers.h. Strings may hold any bytes.
namespace shaddock::server {

// Routes are of a type: whoever has them is a frontend of it whose clients may come back.
struct HandoverRoutes {
  explicit HandoverRoutes(const std::string& type)
      : take("sys.resume." + type + ".take"),
        pass("sys.resume." + type + ".pass"),
        all("sys.resume." + type + ".all"),
        kick("sys.resume." + type + ".kick"),
        came("sys.resume." + type + ".came") {}
  const std::string take;  // to the old one: ResumeTake; the answer: HandedSession
  const std::string pass;  // from here on to the new one: PassedPackage
  const std::string all;   // PassedAll
  const std::string kick;  // PassedKick
  const std::string came;  // to the old one: CameSession
};

struct ResumeTake {
  std::string token;
  std::uint64_t received = 0;
  SessionId session = 0;   // that the client has at the new frontend
  std::uint32_t form = 0;  // session::ClientForm::index()
  static void fields(auto& m, auto&& f) {
    f("token", m.token);
    f("received", m.received);
    f("session", m.session);
    f("form", m.form);
  }
};

struct HandedSession {
  bool found = false;
  std::string gone_to;    // not found: another frontend has it by now
  SessionId session = 0;  // at the old frontend
  std::string snapshot, handshake;
  std::optional<std::string> kind;  // as which it owns its uid
  std::uint64_t received = 0;       // packages of the client
  std::uint64_t forgotten = 0;      // packages that it has acknowledged
  std::vector<std::string> packages;
  std::vector<std::string> visited;       // servers that had requests of it
  std::uint32_t spoken = 0, refused = 0;  // of its rate limit: see TokenBucket; refused in a row
  static void fields(auto& m, auto&& f) {
    f("found", m.found);
    f("goneTo", m.gone_to);
    f("session", m.session);
    f("snapshot", m.snapshot);
    f("handshake", m.handshake);
    f("kind", m.kind);
    f("received", m.received);
    f("forgotten", m.forgotten);
    f("packages", m.packages);
    f("visited", m.visited);
    f("spoken", m.spoken);
    f("refused", m.refused);
  }
};

// It has come; the answer to a question that nobody waits for any more is followed by none.
struct CameSession {
  SessionId session = 0;  // at the old frontend
  bool ended = false;     // and has ended since: nothing that is still to come matters any more
  static void fields(auto& m, auto&& f) {
    f("session", m.session);
    f("ended", m.ended);
  }
};

// Numbered from 1 on, so that one that is missing is noticed.
struct PassedPackage {
  SessionId session = 0;
  std::uint64_t number = 0;
  std::string package;
  static void fields(auto& m, auto&& f) {
    f("session", m.session);
    f("number", m.number);
    f("package", m.package);
  }
};

// Nothing comes but answers to requests that run very long; and when those are given, nothing.
struct PassedAll {
  SessionId session = 0;
  std::uint64_t passed = 0;
  std::string snapshot;
  std::vector<std::string> told;  // servers that have heard of the move
  bool over = false;
  static void fields(auto& m, auto&& f) {
    f("session", m.session);
    f("passed", m.passed);
    f("snapshot", m.snapshot);
    f("told", m.told);
    f("over", m.over);
  }
};

struct PassedKick {
  SessionId session = 0;
  std::string reason;
  static void fields(auto& m, auto&& f) {
    f("session", m.session);
    f("reason", m.reason);
  }
};

}  // namespace shaddock::server
