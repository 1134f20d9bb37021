#pragma once

#include <array>
#include <cstdint>
#include <cstring>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "cluster/mesh.h"
#include "protocol/client_protocol.h"
#include "server/client_route.h"
#include "server/handler_table.h"
#include "session/frontend_sessions.h"
#include "session/router.h"

namespace shaddock::server {

// A route that clients ask for, with all that a connector looks up to serve it.
struct KnownRoute {
  // A server that may be chosen for it.
  struct Target {
    cluster::Link* link = nullptr;           // nullptr: it cannot be asked now
    std::optional<cluster::RouteCode> code;  // nothing: it has no such handler
    const std::string* server = nullptr;     // as FrontendSessions names it, if it is in the view
    int refusal = code::kNoServer;           // what requests end with when there is no link
  };

  std::string text;
  std::optional<ClientRoute> parts;  // views into the text; nothing: it has not three parts
  bool own = false;                  // of this server's type
  HandlerEntry* handler = nullptr;   // then its handler, if there is one
  const protocol::ProtoMessage* answer = nullptr;  // schema, if there is one

  // Of the servers of another type, as far as was known at that time. See RouteBook::refresh().
  std::uint64_t as_of = 0;
  session::Candidates candidates;
  std::vector<Target> targets;  // in the order of the candidates
};

// What a connector knows of routes, so that nothing is looked up twice for a message: one look at
// the route, or one index by its code, and all is at hand. Only routes that a server has are
// remembered, whatever clients ask for; a stranger costs one look at the server that was chosen.
class RouteBook {
 public:
  RouteBook(const ServerInfo& info, cluster::Mesh& mesh, const session::RouterTable& router,
            session::FrontendSessions& sessions, HandlerTable& handlers,
            const protocol::ClientProtocol* protocol);

  // nullptr: not remembered; then describe() makes it.
  KnownRoute* find(std::string_view route) {
    KnownRoute*& recent = recent_[place(route)];
    if (recent != nullptr && QuickEqual()(recent->text, route)) return recent;
    const auto at = by_text_.find(route);
    return at == by_text_.end() ? nullptr : recent = at->second.get();
  }
  KnownRoute* find(std::uint16_t code) const {
    return code < by_code_.size() ? by_code_[code] : nullptr;
  }
  // Any text, and the code that it came as. A stranger is kept until the next call, or remembered
  // when target() finds that a server has it.
  KnownRoute& describe(std::string_view route, std::optional<std::uint16_t> code = {});

  // Brings candidates and targets up to date. To be called before they are used.
  void refresh(KnownRoute& route) {
    if (route.as_of != router_.as_of()) look_up_servers(route);
  }
  // One of the candidates, or a server that a route function took from elsewhere.
  KnownRoute::Target target(KnownRoute& route, const ServerInfo& server);

 private:
  // What was asked for last stands where its length and two of its letters lead.
  static constexpr std::size_t kRecent = 64;
  static std::size_t place(std::string_view route) {
    if (route.empty()) return 0;
    const auto letter = [route](std::size_t at) { return static_cast<unsigned char>(route[at]); };
    return (route.size() + letter(route.size() - 1) * 7u + letter(route.size() / 2) * 3u) % kRecent;
  }

  // For short texts that nobody chooses who could do harm with them: only routes that servers have
  // are in the map.
  struct QuickHash {
    std::size_t operator()(std::string_view text) const;
  };
  struct QuickEqual {
    bool operator()(std::string_view one, std::string_view other) const;
  };

  std::unique_ptr<KnownRoute> make(std::string_view route) const;
  void look_up_servers(KnownRoute& route);
  KnownRoute::Target look_up(std::string_view text, const ServerInfo& server);
  KnownRoute& remember(std::unique_ptr<KnownRoute> route, std::optional<std::uint16_t> code);
  void note_code(std::uint16_t code, KnownRoute& route);

  const ServerInfo& info_;
  cluster::Mesh& mesh_;
  const session::RouterTable& router_;
  session::FrontendSessions& sessions_;
  HandlerTable& handlers_;
  const protocol::ClientProtocol* protocol_;
  std::unordered_map<std::string_view, std::unique_ptr<KnownRoute>, QuickHash, QuickEqual> by_text_;
  std::array<KnownRoute*, kRecent> recent_{};
  std::vector<KnownRoute*> by_code_;
  std::unique_ptr<KnownRoute> stranger_;  // the last one that was not remembered
  std::optional<std::uint16_t> stranger_code_;
};

inline std::size_t RouteBook::QuickHash::operator()(std::string_view text) const {
  constexpr std::uint64_t kOdd = 0x9E3779B97F4A7C15;
  std::uint64_t hash = text.size() * kOdd;
  std::uint64_t word = 0;
  while (text.size() >= sizeof word) {
    std::memcpy(&word, text.data(), sizeof word);
    hash = (hash ^ word) * kOdd;
    text.remove_prefix(sizeof word);
  }
  word = 0;
  for (const char byte : text) word = word << 8 | static_cast<unsigned char>(byte);
  hash = (hash ^ word) * kOdd;
  return hash ^ hash >> 32;
}

inline bool RouteBook::QuickEqual::operator()(std::string_view one, std::string_view other) const {
  if (one.size() != other.size()) return false;
  std::uint64_t a = 0, b = 0;
  while (one.size() >= sizeof a) {
    std::memcpy(&a, one.data(), sizeof a);
    std::memcpy(&b, other.data(), sizeof b);
    if (a != b) return false;
    one.remove_prefix(sizeof a);
    other.remove_prefix(sizeof b);
  }
  for (std::size_t i = 0; i < one.size(); ++i)
    if (one[i] != other[i]) return false;
  return true;
}

}  // namespace shaddock::server
