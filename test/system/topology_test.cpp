#include <doctest/doctest.h>

#include <filesystem>
#include <map>

#include "base/crc32.h"
#include "system/listed_rows.h"
#include "system/talk.h"

// servers.json changes while the cluster runs and people talk.
namespace shaddock::system_test {
namespace {

using Words = std::vector<std::string>;

constexpr const char* kFourth = "chat-server-4";

// Of so many chat servers the last one.
std::string room_of_the_last(std::size_t servers) {
  for (int i = 0;; ++i) {
    std::string room = "place" + std::to_string(i);
    if (pomelo_hash(room) % servers == servers - 1) return room;
  }
}

Words add_words(const std::string& id, int port) {
  return {"add", "id=" + id, "type=chat", "host=127.0.0.1", "port=" + std::to_string(port)};
}

Words chat_ids(ChatCluster& cluster) {
  Words ids;
  for (const ServerInfo& server : cluster.servers("chat")) ids.push_back(server.id);
  return ids;
}

std::string servers_text(ChatCluster& cluster) {
  return cluster.read(cluster.config("servers.json"));
}
void write_servers(ChatCluster& cluster, const std::string& text) {
  cluster.write(cluster.config("servers.json"), text);
}

// Calls back with the list of chat servers of each environment.
template <class Change>
std::string with_chats(const std::string& text, Change change) {
  Json servers = parse_json(text).value();
  for (auto& [environment, types] : servers.as_object())
    for (auto& [type, entries] : types.as_object())
      if (type == "chat") change(entries);
  return servers.dump();
}

std::map<std::string, net::ProcessId> processes_of(ChatCluster& cluster) {
  std::map<std::string, net::ProcessId> all;
  for (const char* type : {"gate", "connector", "chat"})
    for (const ServerInfo& server : cluster.servers(type))
      if (const auto record = cluster.record(server.id)) all.emplace(server.id, record->process);
  return all;
}

// A server that is gone has left no process, no record and no line.
bool all_gone(ChatCluster& cluster, const std::string& id) {
  return state_of(cluster, id).empty() && !cluster.record(id);
}

TEST_CASE("a chat server is added, asked, and removed while people talk: no request is lost") {
  ChatCluster cluster("production", net::Isolation::process);
  cluster.start();
  Talk talk(cluster, 15);
  REQUIRE(talk.goes_on(cluster));
  const std::string before = servers_text(cluster);

  const auto added = cluster.run(add_words(kFourth, cluster.free_port()));
  INFO(added.output);
  REQUIRE(added.code == 0);
  CHECK(added.says("added chat-server-4"));
  CHECK(state_of(cluster, kFourth) == "up");
  CHECK(chat_ids(cluster) == Words{"chat-server-1", "chat-server-2", "chat-server-3", kFourth});
  REQUIRE(talk.goes_on(cluster));
  {
    Conversation there(cluster, room_of_the_last(4));
    CHECK(there.goes_on(cluster));
    CHECK(there.faults() == Words{});
  }
  CHECK(row_of(cluster, kFourth).at("requests").as_integer() >= 20);

  const auto removed = cluster.run({"remove", kFourth});
  INFO(removed.output);
  REQUIRE(removed.code == 0);
  CHECK(removed.says("removed chat-server-4"));
  CHECK(all_gone(cluster, kFourth));
  CHECK(cluster.processes().size() == 8);
  CHECK(servers_text(cluster) == before);
  REQUIRE(talk.goes_on(cluster));

  // One from the beginning of the list, so that all others move up.
  REQUIRE(cluster.run({"remove", "chat-server-1"}).code == 0);
  CHECK(chat_ids(cluster) == Words{"chat-server-2", "chat-server-3"});
  CHECK(talk.ends(cluster));
  CHECK(talk.everybody_hears(cluster));
  MESSAGE(talk.told());
  CHECK(talk.lost() == 0);
  CHECK(talk.all_inside());
  cluster.stop();
}

TEST_CASE("add and remove refuse what cannot be, say why, and change nothing") {
  ChatCluster cluster("production", net::Isolation::process);
  const int free = cluster.free_port(), taken = cluster.servers("chat")[0].port;
  const auto nothing_runs = cluster.run(add_words(kFourth, free));
  CHECK(nothing_runs.code == 1);
  cluster.start();
  const std::string before = servers_text(cluster);
  const auto refused = [&](const Words& words, const std::string& why, int code = 2) {
    const auto ended = cluster.run(words);
    INFO(ended.output);
    CHECK(ended.code == code);
    CHECK(ended.says(why));
    CHECK(servers_text(cluster) == before);
  };
  refused(add_words("chat-server-1", free), "chat-server-1");
  refused(add_words(kFourth, taken), std::to_string(taken));
  refused(add_words(kFourth, 70000), "servers.json:");
  refused({"add", "id=chat-server-4", "host=127.0.0.1", "port=" + std::to_string(free)}, "type=");
  refused({"add", "type=chat", "host=127.0.0.1"}, "add needs id=", 1);
  refused({"add", "id=chat-server-4", "chat"}, "add needs key=value, not chat", 1);
  refused({"remove", "chat-server-9"}, "there is no server chat-server-9");
  refused({"remove", "chat-server-3", "chat-server-9"}, "there is no server chat-server-9");
  CHECK(cluster.processes().size() == 8);
  cluster.stop();
}

TEST_CASE(
    "an added server that cannot start is told of, the others go on, and it is removed again") {
  ChatCluster cluster("production", net::Isolation::process);
  cluster.start();
  Talk talk(cluster, 6);
  REQUIRE(talk.goes_on(cluster));
  const auto before = processes_of(cluster);
  const std::string text = servers_text(cluster);
  const int port = cluster.free_port();
  const auto stranger =
      cluster.host().network.listen({"127.0.0.1", port}, [](std::unique_ptr<net::Stream>) {});
  REQUIRE(stranger);
  const auto added = cluster.run(add_words(kFourth, port));
  INFO(added.output);
  CHECK(added.code == 1);
  CHECK(added.says(kFourth));
  CHECK(state_of(cluster, kFourth) != "up");
  REQUIRE(talk.goes_on(cluster));
  const auto removed = cluster.run({"remove", kFourth});
  INFO(removed.output);
  CHECK(removed.code == 0);
  CHECK(all_gone(cluster, kFourth));
  CHECK(servers_text(cluster) == text);
  CHECK(cluster.processes().size() == 8);
  for (const auto& [id, process] : processes_of(cluster)) CHECK(process == before.at(id));
  CHECK(talk.ends(cluster));
  CHECK(talk.everybody_hears(cluster));
  CHECK(talk.lost() == 0);
  cluster.stop();
}

TEST_CASE("plan tells what the file would change, and changes nothing; add does all of it then") {
  ChatCluster cluster("production", net::Isolation::process);
  Json master = parse_json(cluster.read(cluster.config("master.json"))).value();
  for (auto& [environment, entry] : master.as_object()) entry.set("watch", false);
  cluster.write(cluster.config("master.json"), master.dump());
  cluster.start();
  CHECK(cluster.run({"plan"}).says("servers.json changes nothing"));

  cluster.add_server("chat", kFourth);
  const auto plan = cluster.run({"plan"});
  INFO(plan.output);
  CHECK(plan.code == 0);
  CHECK(plan.says("start chat-server-4\n"));
  CHECK(plan.says("chat: 7504 of 10000 keys move to another server (75.0 %)\n"));
  CHECK(plan.says("servers.json is not watched"));
  const auto json = parse_json(cluster.run({"plan", "--json"}).output);
  REQUIRE(json);
  CHECK(json->at("started").dump() == "[\"chat-server-4\"]");
  CHECK(json->at("stopped").dump() == "[]");
  CHECK(json->at("restarted").dump() == "[]");
  CHECK(json->at("moved").dump() == "[{\"type\":\"chat\",\"moved\":7504,\"of\":10000}]");
  CHECK(cluster.processes().size() == 8);

  REQUIRE(cluster.run(add_words("chat-server-5", cluster.free_port())).code == 0);
  CHECK(state_of(cluster, kFourth) == "up");
  CHECK(state_of(cluster, "chat-server-5") == "up");
  CHECK(cluster.run({"plan"}).says("servers.json changes nothing"));
  cluster.stop();
}

TEST_CASE("a file with an error is told with its place and changes nothing") {
  ChatCluster cluster("development", net::Isolation::process);
  const auto running = cluster.start_in_foreground();
  Conversation conversation(cluster, "r1");
  CHECK(conversation.goes_on(cluster));
  const auto before = processes_of(cluster);
  const std::string fine = servers_text(cluster);

  const std::string wrong =
      "{\n  \"development\": {\"chat\": [\n    {\"id\": \"chat-server-1\", "
      "\"host\": \"127.0.0.1\", \"port\": 70000}\n  ]}\n}\n";
  const std::string place = "servers.json:3:58: ";
  write_servers(cluster, wrong);
  const auto says = [&](const std::string& text) {
    return cluster.until([&] { return cluster.output(*running).find(text) != std::string::npos; });
  };
  CHECK(says("servers.json was changed, but is wrong"));
  CHECK(says(place));
  const auto plan = cluster.run({"plan"});
  INFO(plan.output);
  CHECK(plan.code == 2);
  CHECK(plan.says(place));
  CHECK(cluster.run(add_words(kFourth, cluster.free_port())).code == 2);
  CHECK(servers_text(cluster) == wrong);
  CHECK(conversation.goes_on(cluster));
  CHECK(conversation.faults() == Words{});

  // By the last file that was right.
  cluster.kill("chat-server-3");
  CHECK(says("chat-server-3 is up"));
  CHECK(cluster.until([&] { return state_of(cluster, "chat-server-3") == "up"; }));
  write_servers(cluster, fine);
  CHECK(cluster.run({"plan"}).says("servers.json changes nothing"));
  for (const auto& [id, process] : processes_of(cluster))
    CHECK((process == before.at(id)) == (id != "chat-server-3"));
  cluster.stop();
}

TEST_CASE("operators who add and remove at once all get what they asked for, one after the other") {
  ChatCluster cluster("production", net::Isolation::process);
  cluster.start();
  Talk talk(cluster, 6);
  REQUIRE(talk.goes_on(cluster));
  const std::vector<std::shared_ptr<ChatCluster::Running>> orders = {
      cluster.begin(add_words(kFourth, cluster.free_port())),
      cluster.begin(add_words("chat-server-5", cluster.free_port())),
      cluster.begin({"remove", "chat-server-2"})};
  for (const auto& order : orders) {
    const auto ended = cluster.end_of(*order);
    INFO(ended.output);
    CHECK(ended.code == 0);
  }
  CHECK(chat_ids(cluster).size() == 4);
  for (const ServerInfo& server : cluster.servers("chat"))
    CHECK(state_of(cluster, server.id) == "up");
  CHECK(all_gone(cluster, "chat-server-2"));
  CHECK(cluster.processes().size() == 9);
  CHECK(cluster.run({"plan"}).says("servers.json changes nothing"));
  CHECK(talk.ends(cluster));
  CHECK(talk.everybody_hears(cluster));
  CHECK(talk.lost() == 0);
  cluster.stop();
}

TEST_CASE("an edit that comes while another is applied waits for its turn") {
  ChatCluster cluster("production", net::Isolation::process);
  cluster.start();
  Talk talk(cluster, 6);
  REQUIRE(talk.goes_on(cluster));
  const std::string three = servers_text(cluster);
  cluster.add_server("chat", kFourth);
  REQUIRE(cluster.until([&] { return cluster.record(kFourth).has_value(); }));
  SUBCASE("which takes back the first, and wants another one") {
    write_servers(cluster, three);
    cluster.add_server("chat", "chat-server-5");
    CHECK(cluster.until([&] { return all_gone(cluster, kFourth); }));
    CHECK(cluster.until([&] { return state_of(cluster, "chat-server-5") == "up"; }));
  }
  SUBCASE("which changes two that run") {
    const auto before = processes_of(cluster);
    const std::string changed = with_chats(servers_text(cluster), [](Json& entries) {
      for (std::size_t i : {0, 1}) entries.as_array()[i].set("weight", 3);
    });
    write_servers(cluster, changed);
    CHECK(cluster.until([&] {
      return cluster.run({"plan"}).says("servers.json changes nothing") &&
             state_of(cluster, kFourth) == "up" && state_of(cluster, "chat-server-2") == "up";
    }));
    for (const auto& [id, process] : processes_of(cluster)) {
      if (id == kFourth) continue;
      CAPTURE(id);
      CHECK((process == before.at(id)) == (id != "chat-server-1" && id != "chat-server-2"));
    }
  }
  CHECK(cluster.processes().size() == 9);
  REQUIRE(talk.goes_on(cluster));
  CHECK(talk.ends(cluster));
  CHECK(talk.everybody_hears(cluster));
  MESSAGE(talk.told());
  CHECK(talk.lost() == 0);
  CHECK(talk.all_inside());
  cluster.stop();
}

TEST_CASE("the master is killed right after an edit: the next one goes by it, nobody runs twice") {
  ChatCluster cluster("production", net::Isolation::process);
  cluster.start();
  Talk talk(cluster, 6);
  REQUIRE(talk.goes_on(cluster));
  const auto before = processes_of(cluster);
  cluster.add_server("chat", kFourth);
  write_servers(cluster, with_chats(servers_text(cluster), [](Json& entries) {
                  entries.as_array()[0].set("weight", 3);
                  entries.as_array().erase(entries.as_array().begin() + 1);
                }));
  SUBCASE("before it has seen it") {
    cluster.kill("master-server-1");
    const auto plan = cluster.run({"plan"});
    INFO(plan.output);
    CHECK(plan.code == 0);
    CHECK(plan.says("by the records of what lives"));
    CHECK(plan.says("start chat-server-4\nstop chat-server-2\nrestart chat-server-1"));
  }
  SUBCASE("while it starts what is new") {
    REQUIRE(cluster.until([&] { return cluster.record(kFourth).has_value(); }));
    cluster.kill("master-server-1");
  }
  SUBCASE("while it stops what has gone") {
    REQUIRE(cluster.until([&] { return state_of(cluster, kFourth) == "up"; }));
    cluster.kill("master-server-1");
  }
  cluster.start();
  CHECK(cluster.until([&] {
    return state_of(cluster, kFourth) == "up" && state_of(cluster, "chat-server-1") == "up" &&
           all_gone(cluster, "chat-server-2");
  }));
  CHECK(cluster.run({"plan"}).says("servers.json changes nothing"));
  CHECK(cluster.processes().size() == 8);
  const auto after = processes_of(cluster);
  CHECK(after.size() == 7);
  for (const auto& [id, process] : after) {
    if (id == kFourth) continue;
    CAPTURE(id);
    CHECK((process == before.at(id)) == (id != "chat-server-1"));
  }
  REQUIRE(talk.goes_on(cluster));
  CHECK(talk.ends(cluster));
  CHECK(talk.everybody_hears(cluster));
  MESSAGE(talk.told());
  CHECK(talk.all_inside());
  cluster.stop();
}

}  // namespace
}  // namespace shaddock::system_test
