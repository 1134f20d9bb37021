#include "game.h"

#include "back_desks.h"
#include "base/crc32.h"
#include "club_desk.h"
#include "front_desks.h"

namespace shaddock::game {

using namespace std::chrono_literals;

namespace {

const ServerInfo& home_of(const std::string& key, const ServerList& chats) {
  const std::string_view home = game::home_of(key);
  for (const ServerInfo& chat : chats)
    if (chat.id == home) return chat;
  throw Error(code::kNoServer, "the home of this key cannot be asked");
}

// A session's papers lie on two different servers, its room on a third. Live, so that requests are
// tried again; but nobody else takes them, and an end that says so where one ran is noticed.
const ServerInfo& by_service(const Call& call, const ServerList& chats) {
  const Session* session = call.parameter.find_session();
  if (session == nullptr) return home_of(std::string(call.parameter.key()), chats);
  if (call.service == "leftHandler") return home_of(session->uid() + "<", chats);
  if (call.service == "rightHandler") return home_of(session->uid() + ">", chats);
  return home_of(session->get("rid").as_string(), chats);
}

// The players' machines stand for many addresses; how many connect from one is not the subject.
void settings_of_frontends(Settings& settings) {
  settings.connector.heartbeat = 2s;
  settings.connector.resume.keep = 3s;
  settings.connector.limits.trusted = {"10.0.0.0/8", "127.0.0.0/8"};
}

// Shorter than the defaults, so that the game has calls that end by them.
void settings_of_all(Settings& settings) {
  settings.deadlines.request = 6s;
  settings.deadlines.rpc = 1500ms;
}

void describe_chat(Application& app) {
  app.server("chat")
      .handler<RoomHandler>("roomHandler")
      .on<&RoomHandler::enter>("enter")
      .on<&RoomHandler::leave>("leave")
      .on<&RoomHandler::say>("say")
      .on<&RoomHandler::shout>("shout")
      .on<&RoomHandler::write_letter>("letter")
      .on<&RoomHandler::cry>("cry")
      .on<&RoomHandler::think>("think")
      .on<&RoomHandler::count>("count")
      .on<&RoomHandler::kick_me>("kickMe");
  app.server("chat").handler<PaperHandler<0>>("leftHandler").on<&PaperHandler<0>::write>("write");
  app.server("chat").handler<PaperHandler<1>>("rightHandler").on<&PaperHandler<1>::write>("write");
  app.server("chat")
      .remote<ClubRemote>("clubRemote")
      .on<&ClubRemote::join>("join")
      .on<&ClubRemote::leave>("leave");
  app.server("chat")
      .remote<HallRemote>("hallRemote")
      .on<&HallRemote::welcome>("welcome")
      .on<&HallRemote::hail>("hail");
}

Json entry_of(const GameServer& server, int most_connections) {
  Json entry{{"id", server.id}, {"host", server.machine}};
  if (server.port != 0) entry.set("port", server.port);
  if (server.client_port != 0) entry.set("clientPort", server.client_port).set("frontend", true);
  if (std::string(server.type) == "connector") entry.set("max-connections", most_connections);
  return entry;
}

}  // namespace

void describe_game(Application& app, const Rules& rules) {
  app.route("chat", live(by_service));
  app.configure("all", "all", settings_of_all);
  app.configure("all", "gate|connector", settings_of_frontends);
  app.configure("all", "connector", [rules](Settings& settings) {
    settings.connector.single_login = rules.single_login;
    settings.connector.on_resumed = [](Server& server, FrontendSession& session) {
      EntryHandler(server).come_back(session);
    };
  });
  app.server("gate")
      .handler<GateHandler>("gateHandler")
      .on<&GateHandler::query_entry>("queryEntry");
  app.server("connector")
      .handler<EntryHandler>("entryHandler")
      .on<&EntryHandler::login>("login")
      .on<&EntryHandler::look>("look")
      .on<&EntryHandler::look_away>("lookAway")
      .on<&EntryHandler::rebind>("rebind")
      .on<&EntryHandler::kick_uid>("kickUid")
      .on<&EntryHandler::hail_all>("hailAll")
      .on<&EntryHandler::logout>("logout")
      .on<&EntryHandler::count>("count");
  describe_chat(app);
}

std::string_view home_of(const std::string& key) {
  std::vector<const char*> all;
  for (const GameServer& server : kServers)
    if (std::string_view(server.type) == "chat") all.push_back(server.id);
  return all[pomelo_hash(key) % all.size()];
}

const GameServer* find_server(const std::string& id) {
  for (const GameServer& server : kServers)
    if (id == server.id) return &server;
  return nullptr;
}

Json servers_file(std::span<const GameServer> servers, int most_connections, const Json& extras) {
  Json types = Json::object();
  for (const GameServer& server : servers) {
    Json all = types.find(server.type) != nullptr ? types.at(server.type) : Json::array();
    Json entry = entry_of(server, most_connections);
    for (const auto& extra : extras.as_object()) entry.set(extra.name, extra.value);
    types.set(server.type, all.push_back(std::move(entry)));
  }
  return Json{{kEnvironment, types}};
}

std::map<std::string, std::string> configuration_files() {
  const Json master{
      {"id", "master"}, {"host", kMasterMachine}, {"port", 3005}, {"secretFile", "secret"}};
  return {{"servers.json", servers_file(kServers, kMostConnections, Json::object()).dump()},
          {"master.json", Json{{kEnvironment, master}}.dump()},
          {"secret", "the secret of a cluster that exists nowhere"}};
}

}  // namespace shaddock::game
