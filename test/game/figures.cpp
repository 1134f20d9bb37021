#include "figures.h"

#include "arena.h"
#include "server/running_server.h"

namespace shaddock::game {

namespace {

std::size_t pending_calls(server::RunningServer& server) {
  std::size_t pending = server.rpc_client().pending();
  server.endpoint().for_each([&](cluster::Link& link) { pending += link.calls().pending(); });
  return pending;
}

// Of clubs the attendance knows who may be left.
std::size_t members(ServerLife& life) {
  std::size_t all = 0;
  for (const char* room : kRooms)
    if (const Channel* channel = life.server().channels().find(room)) all += channel->size();
  return all;
}

}  // namespace

Figures figures_of(ServerLife& life) {
  server::RunningServer& server = life.running();
  Figures figures{.life = life.number(), .server = server.id()};
  const auto number = [](std::size_t count) { return static_cast<std::int64_t>(count); };
  figures.connections = number(server.connections());
  if (server.info().frontend) figures.sessions = number(server.sessions().size());
  figures.bound = number(server.bound_sessions());
  figures.waiting_calls = number(pending_calls(server));
  figures.members = number(members(life));
  figures.running_handlers = life.running_handlers;
  return figures;
}

void expect(Findings& findings, const std::string& server, const char* what, std::int64_t found,
            std::int64_t expected) {
  if (found != expected)
    findings.add("G14", server,
                 std::string(what) + ": " + std::to_string(found) + " instead of " +
                     std::to_string(expected));
}

void expect_visitors(Findings& findings, const Figures& figures, std::int64_t visitors) {
  expect(findings, figures.server, "connections while the players rest", figures.connections,
         visitors);
  expect(findings, figures.server, "sessions", figures.sessions, visitors);
  expect(findings, figures.server, "bound uids", figures.bound, visitors);
}

void expect_nobody(Findings& findings, const Figures& figures) {
  const std::string& id = figures.server;
  expect(findings, id, "connections when all have gone", figures.connections, 0);
  expect(findings, id, "sessions when all have gone", figures.sessions, 0);
  expect(findings, id, "bound uids when all have gone", figures.bound, 0);
  expect(findings, id, "calls that wait", figures.waiting_calls, 0);
  expect(findings, id, "members of rooms", figures.members, 0);
  expect(findings, id, "handlers that have not ended", figures.running_handlers, 0);
}

}  // namespace shaddock::game
