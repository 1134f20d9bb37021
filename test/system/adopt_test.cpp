#include <doctest/doctest.h>

#include <algorithm>
#include <csignal>
#include <map>

#include "base/crc32.h"
#include "system/conversation.h"

// What a killed master, a killed server and a stopped one cost those who play. The figures are
// printed; only what must hold on any machine is checked.
namespace shaddock::system_test {
namespace {

using std::chrono::milliseconds;

const std::vector<std::string> kServerIds = {
    "gate-server-1", "connector-server-1", "connector-server-2", "connector-server-3",
    "chat-server-1", "chat-server-2",      "chat-server-3"};

// A room that the chat server of that number holds.
std::string room_of(std::size_t server) {
  for (int i = 0;; ++i) {
    std::string room = "room" + std::to_string(i);
    if (pomelo_hash(room) % 3 == server) return room;
  }
}

std::map<std::string, admin::Record> records(ChatCluster& cluster) {
  std::map<std::string, admin::Record> all;
  for (const std::string& id : kServerIds)
    if (const auto record = cluster.record(id)) all[id] = *record;
  return all;
}

std::string line_with(const std::string& text, std::string_view word) {
  const auto at = text.find(word);
  return at == std::string::npos ? "" : text.substr(at, text.find('\n', at) - at);
}

// Whoever asks a server of which nobody knows whether it is there: time from the beginning to the
// first answer that a server has given.
class Knocking {
 public:
  Knocking(net::Host& host, Person& person)
      : host_(host), person_(person), next_(host.loop.timers(), [this] { knock(); }) {}

  void begin() {
    served_ = false;
    begin_ = host_.loop.now();
    longest_ = net::Duration(0);
    knock();
  }
  bool served() const { return served_; }
  net::Duration took() const { return took_; }
  net::Duration longest() const { return longest_; }

 private:
  void knock() {
    const auto asked = host_.loop.now();
    person_.say("anybody there?", "*", [this, asked](int code) {
      const auto now = host_.loop.now();
      longest_ = std::max(longest_, now - asked);
      const bool lost = code == 504 || code == 408 || (code >= 521 && code <= 524);
      if (lost) return next_.start(net::Duration(2));
      took_ = now - begin_;
      served_ = true;
    });
  }

  net::Host& host_;
  Person& person_;
  net::Timer next_;
  net::TimePoint begin_{};
  net::Duration took_{0}, longest_{0};
  bool served_ = false;
};

TEST_CASE("the master dies and another one comes: nobody notices, and only the dead are replaced") {
  ChatCluster cluster("production");
  cluster.start();
  Conversation first(cluster, room_of(0)), second(cluster, room_of(1));
  CHECK(first.goes_on(cluster));
  const auto before = records(cluster);
  REQUIRE(before.size() == 7);

  cluster.kill("master-server-1");
  CHECK(first.goes_on(cluster, 300));
  cluster.kill("chat-server-3");
  CHECK(second.goes_on(cluster, 300));
  CHECK(cluster.processes().size() == 6);

  const auto started = cluster.run({"start", "--daemon"});
  INFO(started.output);
  REQUIRE(started.code == 0);
  MESSAGE(line_with(started.output, "ready: "));
  CHECK(started.says("ready: 7 servers in "));
  CHECK(started.says(", 6 of them ran already"));
  CHECK(cluster.processes().size() == 8);
  for (const auto& [id, record] : records(cluster)) {
    CAPTURE(id);
    const bool same =
        record.process == before.at(id).process && record.incarnation == before.at(id).incarnation;
    CHECK(same == (id != "chat-server-3"));
    CHECK(record.incarnation >= before.at(id).incarnation);
  }
  CHECK(first.goes_on(cluster, 300));
  CHECK(second.goes_on(cluster, 300));
  Conversation third(cluster, room_of(2));
  CHECK(third.goes_on(cluster));
  for (const auto* conversation : {&first, &second, &third})
    CHECK(conversation->faults() == std::vector<std::string>{});

  const auto twice = cluster.run({"start"});
  CHECK(twice.code == 4);
  CHECK(twice.says("already running: master-server-1"));

  // The new master watches those it has taken over.
  cluster.kill("chat-server-1");
  CHECK(cluster.until([&] {
    const auto now = cluster.record("chat-server-1");
    return now && now->process != before.at("chat-server-1").process;
  }));
  cluster.stop();
}

TEST_CASE("servers that are not configured any more are stopped by the next master, others kept") {
  ChatCluster cluster("production");
  cluster.add_server("chat", "chat-server-4");
  cluster.start();
  const auto before = records(cluster);
  const auto fourth = cluster.record("chat-server-4");
  REQUIRE(fourth);
  const std::string servers = cluster.read(cluster.config("servers.json"));
  cluster.kill("master-server-1");
  Json fewer = parse_json(servers).value();
  for (auto& [environment, types] : fewer.as_object())
    for (auto& [type, entries] : types.as_object())
      if (type == "chat") entries.as_array().pop_back();
  cluster.write(cluster.config("servers.json"), fewer.dump());
  const auto started = cluster.run({"start", "--daemon"});
  INFO(started.output);
  CHECK(started.code == 0);
  CHECK(started.says(", 7 of them ran already"));
  CHECK_FALSE(cluster.host().processes.alive(fourth->process));
  CHECK_FALSE(cluster.record("chat-server-4"));
  for (const auto& [id, record] : records(cluster)) CHECK(record.process == before.at(id).process);
}

TEST_CASE("in development a start right after the master was killed waits for its servers' end") {
  ChatCluster cluster;
  const auto first = cluster.start_in_foreground();
  Conversation conversation(cluster, "r1");
  CHECK(conversation.goes_on(cluster));
  const auto before = records(cluster);
  cluster.kill("master-server-1");
  const auto second = cluster.start_in_foreground();
  CHECK(cluster.output(*second).find("started again") == std::string::npos);
  CHECK(cluster.processes().size() == 8);
  for (const auto& [id, record] : records(cluster)) CHECK(record.process != before.at(id).process);
  Conversation again(cluster, "r1");
  CHECK(again.goes_on(cluster));
}

TEST_CASE("kill -9 of a chat server: how long until the next one serves its rooms") {
  ChatCluster cluster("production");
  cluster.start();
  const auto people = let_in(cluster, {"ann"}, room_of(1));
  Knocking knocking(cluster.host(), *people[0]);
  std::vector<net::Duration::rep> times;
  // Five ends within ten seconds would be too many.
  for (int round = 0; round < 4; ++round) {
    const auto victim = cluster.record("chat-server-2");
    REQUIRE(victim);
    REQUIRE(cluster.host().processes.signal(victim->process, SIGKILL));
    REQUIRE(cluster.until([&] { return !cluster.host().processes.alive(victim->process); }));
    knocking.begin();
    REQUIRE(cluster.until([&] { return knocking.served(); }));
    times.push_back(knocking.took().count());
  }
  std::string text;
  for (const auto time : times) text += ' ' + std::to_string(time);
  MESSAGE("killed to respawned and routed, ms:" << text);
}

TEST_CASE("SIGSTOP of a chat server: nobody waits for long, it is killed and replaced") {
  ChatCluster cluster("production");
  cluster.start();
  const auto people = let_in(cluster, {"ann"}, room_of(1));
  Conversation others(cluster, room_of(0));
  Knocking knocking(cluster.host(), *people[0]);
  const auto victim = cluster.record("chat-server-2");
  REQUIRE(victim);
  REQUIRE(cluster.host().processes.signal(victim->process, SIGSTOP));
  knocking.begin();
  REQUIRE(cluster.until([&] { return knocking.served(); }));
  CHECK_FALSE(cluster.host().processes.alive(victim->process));
  MESSAGE("stopped to replaced " << knocking.took().count() << " ms, longest wait of a client "
                                 << knocking.longest().count() << " ms");
  CHECK(knocking.longest() < milliseconds(4500));
  CHECK(others.goes_on(cluster));
  CHECK(others.faults() == std::vector<std::string>{});
}

}  // namespace
}  // namespace shaddock::system_test
