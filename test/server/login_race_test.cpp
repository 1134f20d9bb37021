// Many logins of few uids at once, with and without disasters: no uid is ever served to two
// sessions, and in the end each has one owner at most. SHADDOCK_LOGINS says how many (5000),
// SHADDOCK_LOGIN_SEEDS how many seeds of disasters (12).
#include <chrono>
#include <cstdlib>
#include <map>
#include <memory>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "server/gate.h"

using namespace shaddock;
using namespace shaddock::server;
using Policy = Settings::Connector::SingleLogin;

namespace {

// Logins of a uid are numbered in the order in which they succeed; who is served must have the last
// number.
struct Record {
  int last = 0;
  bool twice = false;
};

struct Races : Town {
  Races(int connectors, Policy policy, std::uint64_t seed)
      : Town(seed), policy(policy), dice(seed) {
    type("connector")
        .handler("h")
        .on("login",
            [this](FrontendSession& session, const Json& body) { return login(session, body); })
        .on("serve", [this](FrontendSession& session, const Json&) {
          if (session.bound()) serve(session);
          return Json(session.uid());
        });
    for (int i = 1; i <= connectors; ++i) frontend("c-" + std::to_string(i), "connector");
    start(configure());
  }
  Configure configure() const {
    return [policy = policy](const ServerInfo&, Settings& settings) {
      settings.connector.single_login = policy;
      settings.connector.limits.messages_per_second = 0;
    };
  }

  Task<Json> login(FrontendSession& session, const Json& body) {
    auto bound = session.bind(body.at("uid").as_string());
    try {
      co_await bound;
    } catch (const Error& error) {
      ++failed[error.code];
      throw;
    }
    ++granted;
    session.set("number", ++records[session.uid()].last);
    co_return session.uid();
  }
  void serve(FrontendSession& session) {
    Record& record = records[session.uid()];
    record.twice = record.twice || session.get("number").as_integer() != record.last;
    ++served;
  }
  int from_to(int least, int most) { return std::uniform_int_distribution<int>(least, most)(dice); }
  bool runs(const std::string& id) { return info(id).up(); }
  bool any_twice() const {
    for (const auto& [uid, record] : records)
      if (record.twice) return true;
    return false;
  }
  // Of sessions that are bound, by uid.
  std::map<std::string, int> owners() {
    std::map<std::string, int> all;
    for (const ServerInfo& one : entries)
      if (one.up())
        server(one.id).frontend_sessions()->for_each(
            cluster::PushScope::bound,
            [&](detail::FrontendState& state) { ++all[state.data.uid]; });
    return all;
  }

  const Policy policy;
  std::mt19937_64 dice;
  std::map<std::string, Record> records;
  std::map<int, int> failed;  // by code
  int granted = 0, served = 0;
};

// One who logs in again and again, and is served meanwhile.
struct Rival {
  TestClient* client = nullptr;
  std::string at;
  bool asked = false;
};

std::uint64_t number_of(const char* name, std::uint64_t usual) {
  const char* const wish = std::getenv(name);
  return wish != nullptr ? std::strtoull(wish, nullptr, 10) : usual;
}

std::string body_of(int uid) { return R"({"uid":"u)" + std::to_string(uid) + "\"}"; }

}  // namespace

TEST_CASE("racing logins of 100 uids on 2 connectors: never two owners") {
  constexpr int kUids = 100, kAtOnce = 100;
  for (const Policy policy : {Policy::kick_old, Policy::refuse_new}) {
    const auto wish = static_cast<int>(number_of("SHADDOCK_LOGINS", 5000));
    const int all = policy == Policy::kick_old ? wish : wish / 5;
    const auto begun = std::chrono::steady_clock::now();
    auto town = std::make_unique<Races>(2, policy, 7);
    int done = 0;
    while (done < all) {
      std::vector<TestClient*> clients;
      for (int i = 0; i < kAtOnce; ++i)
        clients.push_back(&town->join("c-" + std::to_string(i % 2 + 1)));
      for (TestClient* client : clients) {
        client->request("connector.h.login", body_of(town->from_to(0, kUids - 1)));
        client->request("connector.h.serve", "{}");
        if (++done % 7 == 0) town->world.loop().turn();
      }
      town->settle();
      for (TestClient* client : clients)
        if (!client->ended) client->request("connector.h.serve", "{}");
      town->settle();
      REQUIRE(!town->any_twice());
      for (const auto& [uid, owners] : town->owners()) REQUIRE(owners == 1);
      for (std::size_t i = 0; i < clients.size(); i += policy == Policy::kick_old ? 2 : 1)
        if (!clients[i]->ended) town->hang_up(*clients[i]);
    }
    const std::chrono::duration<double> took = std::chrono::steady_clock::now() - begun;
    MESSAGE(all, " logins, ", town->granted, " granted, ", static_cast<int>(all / took.count()),
            " a second");
    CHECK(town->granted > all / 10);
    CHECK(town->served > 0);
  }
}

namespace {

// What goes wrong, once in a while: a connector is killed, its successor comes later; links fall
// silent for some seconds; the view is late; all are frozen, and wake up before any timer runs.
class Disasters {
 public:
  explicit Disasters(Races& town) : town_(town) {}

  void strike() {
    switch (town_.from_to(0, 6)) {
      case 0:
        return kill();
      case 1:
        return silence();
      case 2:
        return mend();
      case 3:
        return tell();
      case 4:
        return freeze();
      default:
        return bring_back();
    }
  }
  void end() {
    mend();
    bring_back();
    tell();
  }

 private:
  void kill() {
    const std::string id = "c-" + std::to_string(town_.from_to(1, 3));
    if (!town_.runs(id) || !dead_.empty()) return;
    town_.kill(id);
    town_.info(id).state = ServerInfo::State::down;
    dead_ = id;
  }
  // All that is connected now: links, and clients that do not notice.
  void silence() {
    for (const auto& cable : town_.world.network().cables())
      if (town_.from_to(0, 3) == 0) {
        cable->broken = true;
        broken_.push_back(cable);
      }
  }
  void mend() { broken_.clear(); }  // what was broken stays so; it is dialled again
  void freeze() {
    net::TimerWheel& timers = town_.world.loop().timers();
    timers.update(timers.now() + net::Duration(town_.from_to(100, 12'000)));
    town_.settle();
  }
  void tell() { town_.show(); }
  void bring_back() {
    if (dead_.empty()) return;
    tell();  // a master knows that it is dead before it starts another one
    town_.info(dead_).incarnation += 100;
    REQUIRE(town_.open(town_.info(dead_), town_.configure()).ok());
    town_.info(dead_).state = ServerInfo::State::up;
    dead_.clear();
    tell();
  }

  Races& town_;
  std::string dead_;
  std::vector<std::shared_ptr<cluster::MemoryStream::Cable>> broken_;
};

void live(Races& town, Rival& rival) {
  if (rival.client == nullptr || rival.client->ended || !town.runs(rival.at)) {
    rival.at = "c-" + std::to_string(town.from_to(1, 3));
    if (!town.runs(rival.at) || town.server(rival.at).client_address().port == 0) return;
    rival.client = &town.join(rival.at);
    rival.asked = false;
  }
  if (!rival.asked) {
    rival.asked = true;
    rival.client->request("connector.h.login", body_of(town.from_to(0, 5)));
  } else if (town.from_to(0, 9) == 0) {
    town.hang_up(*rival.client);
    rival.client = nullptr;
  } else {
    rival.client->request("connector.h.serve", "{}");
  }
}

}  // namespace

TEST_CASE("whoever dies and whatever falls silent: a uid is never served to two") {
  int granted = 0, served = 0;
  for (std::uint64_t seed = 1; seed <= number_of("SHADDOCK_LOGIN_SEEDS", 12); ++seed) {
    CAPTURE(seed);
    Races town(3, Policy::kick_old, seed);
    Disasters disasters(town);
    std::vector<Rival> rivals(10);
    for (int step = 0; step < 250; ++step) {
      if (step % 10 == 9) disasters.strike();
      for (Rival& rival : rivals)
        if (town.from_to(0, 1) == 0) live(town, rival);
      town.pass(town.from_to(10, 300));
    }
    CHECK(!town.any_twice());
    disasters.end();
    town.pass(15'000);
    for (const auto& [uid, owners] : town.owners()) CHECK(owners == 1);
    granted += town.granted;
    served += town.served;
  }
  MESSAGE(granted, " granted, ", served, " served");
  CHECK(granted > 300);
  CHECK(served > 1000);
}
