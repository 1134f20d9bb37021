// Many logins of few uids at once, at two connectors that are processes: no uid is ever served to
// two sessions. SHADDOCK_LOGINS says how many (3000), for figures 100000 in a release build.
#include <doctest/doctest.h>

#include <chrono>
#include <cstdlib>
#include <map>
#include <memory>
#include <set>
#include <sstream>
#include <string>
#include <vector>

#include "client/client.h"
#include "system/chat_cluster.h"

namespace shaddock::system_test {
namespace {

constexpr int kUids = 100, kRacers = 100;

int logins_wanted() {
  const char* const wish = std::getenv("SHADDOCK_LOGINS");
  return wish != nullptr ? std::atoi(wish) : 3000;
}

ChatCluster::Program turnstile(const std::string& environment) {
  const auto connector = [](const char* id, int port, int client_port) {
    return Json{{"id", id},
                {"host", "127.0.0.1"},
                {"port", port},
                {"clientPort", client_port},
                {"frontend", true}};
  };
  const Json connectors = Json::array()
                              .push_back(connector("connector-1", 4001, 3001))
                              .push_back(connector("connector-2", 4002, 3002));
  const Json master{{"id", "master"}, {"host", "127.0.0.1"}, {"port", 3005}};
  return {TURNSTILE_PROGRAM, Json{{environment, Json{{"connector", connectors}}}},
          Json{{environment, master}}};
}

// How logins ended.
struct Tally {
  int begun = 0, granted = 0, refused = 0, lost = 0, other = 0;
  int ended() const { return granted + refused + lost + other; }
};

class Races {
 public:
  explicit Races(const std::string& environment);
  // So many logins; then everybody leaves.
  bool run(int logins);
  // A login of each uid, one at a time: each must be granted, for nobody is there.
  bool nobody_is_left();
  const Tally& tally() const { return tally_; }
  // Whom of its uid another session was served before, and served again after that one.
  std::vector<std::string> served_twice();
  std::size_t lines() const { return lines_; }

 private:
  // Logs in as one of the uids at one of the connectors, is served a little, and leaves; again and
  // again.
  struct Racer {
    Racer(Races& races, net::Host& host);
    void come();
    void enter();
    void play(int times);

    Races& races;
    client::Client client;
    bool asked = false, idle = true;
  };

  std::uint64_t chance(std::uint64_t of) { return cluster_.host().random.next() % of; }
  std::string diary() { return cluster_.config("diary"); }

  ChatCluster cluster_;
  std::vector<net::Address> connectors_;
  std::vector<std::unique_ptr<Racer>> racers_;
  Tally tally_;
  int wanted_ = 0;
  std::size_t lines_ = 0;
};

Races::Racer::Racer(Races& of, net::Host& host) : races(of), client(host) {
  client.on_open([this] { enter(); });
  client.on_close([this](const std::string&) { come(); });
}

void Races::Racer::come() {
  idle = races.tally_.begun == races.wanted_;
  if (!idle) client.connect(races.connectors_[races.chance(races.connectors_.size())]);
}

void Races::Racer::enter() {
  if (races.tally_.begun == races.wanted_) return client.close();
  ++races.tally_.begun;
  const std::string uid = "u" + std::to_string(races.chance(kUids));
  client.request("connector.door.enter", {{"uid", uid}}, [this](client::Answer answer) {
    Tally& tally = races.tally_;
    ++(answer.code == 200                     ? tally.granted
       : answer.code == 409                   ? tally.refused
       : answer.code == client::Answer::kLost ? tally.lost
                                              : tally.other);
    if (answer.code == 200) return play(static_cast<int>(races.chance(4)));
    client.close();
  });
}

void Races::Racer::play(int times) {
  if (times == 0) return client.close();
  client.request("connector.door.serve", Json::object(), [this, times](client::Answer answer) {
    if (answer.code == 200) play(times - 1);
  });
}

Races::Races(const std::string& environment)
    : cluster_(environment, turnstile(environment), net::Isolation::process) {
  Json servers = parse_json(cluster_.read(cluster_.config("servers.json"))).value();
  for (auto& [name, types] : servers.as_object())
    for (auto& [type, entries] : types.as_object())
      for (Json& entry : entries.as_array()) entry.set("diary", diary());
  cluster_.write(cluster_.config("servers.json"), servers.dump());
  cluster_.start();
  connectors_ = {cluster_.client_address("connector-1"), cluster_.client_address("connector-2")};
  for (int i = 0; i < kRacers; ++i)
    racers_.push_back(std::make_unique<Racer>(*this, cluster_.host()));
}

bool Races::run(int logins) {
  wanted_ = logins;
  for (const auto& racer : racers_) racer->come();
  return cluster_.until(
      [this] {
        for (const auto& racer : racers_)
          if (!racer->idle) return false;
        return tally_.ended() == wanted_;
      },
      std::chrono::seconds(150));
}

bool Races::nobody_is_left() {
  for (int i = 0; i < kUids; ++i) {
    client::Client client(cluster_.host());
    int code = -1;
    client.on_open([&, i] {
      client.request("connector.door.enter", {{"uid", "u" + std::to_string(i)}},
                     [&code](client::Answer answer) { code = answer.code; });
    });
    client.connect(connectors_[static_cast<std::size_t>(i) % connectors_.size()]);
    if (!cluster_.until([&code] { return code != -1; }) || code != 200) return false;
  }
  return true;
}

std::vector<std::string> Races::served_twice() {
  struct Turns {
    std::string now;
    std::set<std::string> before;
  };
  std::map<std::string, Turns> turns;
  std::vector<std::string> twice;
  std::istringstream file(cluster_.read(diary()));
  for (std::string uid, session; file >> uid >> session; ++lines_) {
    Turns& turn = turns[uid];
    if (session == turn.now) continue;
    if (turn.before.contains(session)) twice.push_back(uid + " " + session);
    turn.before.insert(std::exchange(turn.now, session));
  }
  return twice;
}

TEST_CASE("racing logins at two connectors: no uid is ever served to two sessions") {
  std::string environment;
  SUBCASE("the old one is kicked") { environment = "kick"; }
  SUBCASE("the new one is refused") { environment = "refuse"; }
  Races races(environment);
  const int wish = logins_wanted();
  const auto begun = std::chrono::steady_clock::now();
  CHECK(races.run(wish));
  const std::chrono::duration<double> took = std::chrono::steady_clock::now() - begun;
  const Tally tally = races.tally();
  CHECK(tally.ended() == wish);
  CHECK(tally.other == 0);
  CHECK(tally.granted > wish / 10);
  if (environment == "refuse") CHECK(tally.refused > 0);
  const auto twice = races.served_twice();
  CHECK_MESSAGE(twice.empty(), twice.size(), " times, first ", twice.empty() ? "" : twice[0]);
  CHECK(races.lines() >= static_cast<std::size_t>(tally.granted));
  CHECK(races.nobody_is_left());
  MESSAGE(environment, ": ", wish, " logins, ", tally.granted, " granted, ", tally.refused,
          " refused, ", tally.lost, " closed, ", races.lines(), " times served, ",
          static_cast<int>(wish / took.count()), " logins a second");
}

}  // namespace
}  // namespace shaddock::system_test
