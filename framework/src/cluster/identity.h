#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace shaddock::cluster {

// An observer is a console that can change nothing (link_proof.h).
enum class Role : std::uint8_t { server, master, console, observer };

// What a side says of itself in HELLO, after both have proved that they know the cluster secret.
struct Identity {
  Role role = Role::server;
  std::string id;  // 1 to 64 of A-Z a-z 0-9 _ -
  std::uint64_t incarnation = 0;
  std::string build;                  // for the eyes of operators
  std::vector<std::string> handlers;  // the code of a route is its index in the receiver's list
  std::vector<std::string> remotes;
  bool protobuf = false;  // a frontend that wants pushes in protobuf where their route has a schema
  // Version of the frames on the link to it, as both have agreed; no part of what it says.
  std::uint32_t wire = 0;
  std::optional<std::string> user{};  // of a console: its operator's name, as it says

  static void fields(auto& m, auto&& f) {
    f("role", m.role);
    f("id", m.id);
    f("incarnation", m.incarnation);
    f("build", m.build);
    f("user", m.user);
    f("handlers", m.handlers);
    f("remotes", m.remotes);
    f("protobuf", m.protobuf);
  }
};

inline constexpr std::size_t kMaxId = 64;

// Whether these bytes can be the id of a server; ids end up in logs, file names and command lines.
inline bool valid_id(std::string_view id) {
  if (id.empty() || id.size() > kMaxId) return false;
  for (const char c : id)
    if (!((c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' ||
          c == '-'))
      return false;
  return true;
}

}  // namespace shaddock::cluster
