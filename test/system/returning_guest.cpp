#include "system/returning_guest.h"

#include <utility>

namespace shaddock::system_test {

namespace {

using client::Answer;

constexpr net::Duration kBreath{50}, kAgain{100};
constexpr std::uint64_t kMostJitter = 300;  // milliseconds

client::Client::Settings settings_of(bool resume) {
  client::Client::Settings settings;
  settings.open_limit = std::chrono::seconds(30);
  settings.resume = resume;
  return settings;
}

}  // namespace

ReturningGuest::ReturningGuest(net::Host& host, const net::Address& gate, std::string name,
                               std::string room)
    : host_(host),
      gate_address_(gate),
      name_(std::move(name)),
      room_(std::move(room)),
      connection_(host, settings_of(true)),
      return_(
          host.loop.timers(),
          [this] { ask_gate([this](const net::Address& there) { connection_.connect(there); }); }),
      breath_(host.loop.timers(), [this] { say(); }) {
  connection_.on_push([this](std::string_view route, const Json& body) { on_push(route, body); });
  connection_.on_open([this] { on_open(); });
  connection_.on_close([this](const std::string& why) {
    if (!connection_.may_come_back()) return fault("lost: " + why);
    const bool first = gone_at_ == net::TimePoint::max();
    if (first) gone_at_ = host_.loop.now();
    const auto jitter = static_cast<net::Duration::rep>(host_.random.next() % kMostJitter);
    return_.start(first ? net::Duration(jitter) : kAgain);
  });
}

void ReturningGuest::enter() {
  ask_gate([this](const net::Address& there) { connection_.connect(there); });
}

void ReturningGuest::ask_gate(std::function<void(const net::Address&)> go) {
  gate_ = std::make_unique<client::Client>(host_, settings_of(false));
  gate_->on_open([this, go = std::move(go)] {
    gate_->request("gate.gateHandler.queryEntry", {{"uid", name_}}, [this, go](Answer answer) {
      if (answer.code != 200) return fault("gate: " + answer.body.dump());
      go({answer.body.at("host").as_string(),
          static_cast<int>(answer.body.at("port").as_integer())});
    });
  });
  gate_->connect(gate_address_);
}

void ReturningGuest::on_open() {
  if (entered_) {
    if (!connection_.resumed()) return fault("the session is lost");
    absences_.push_back(host_.loop.now() - std::exchange(gone_at_, net::TimePoint::max()));
    return;
  }
  entered_ = true;
  connection_.request("connector.entryHandler.enter", {{"username", name_}, {"rid", room_}},
                      [this](Answer answer) {
                        if (answer.code != 200) return fault("enter: " + answer.body.dump());
                        inside_ = true;
                      });
}

void ReturningGuest::talk() { breath_.start(kBreath); }

void ReturningGuest::say() {
  if (silent_) return;
  if (!connection_.open()) return talk();  // it is on its way back
  asking_ = true;
  const Json body{
      {"rid", room_}, {"content", std::to_string(++said_)}, {"from", name_}, {"target", "*"}};
  connection_.request("chat.chatHandler.send", body, [this](Answer answer) {
    asking_ = false;
    if (answer.code != 200) fault("answer " + std::to_string(answer.code));
    talk();
  });
}

void ReturningGuest::on_push(std::string_view route, const Json& body) {
  if (route == "onLeave") return fault("heard that " + body.at("user").as_string() + " left");
  if (route != "onChat") return;
  std::int64_t& last = heard_[body.at("from").as_string()];
  const std::string due = std::to_string(++last);
  if (body.at("msg").as_string() != due)
    fault("heard " + body.at("msg").as_string() + " of " + body.at("from").as_string() +
          " instead of " + due + ", after " + std::to_string(absences_.size()) + " absences");
}

}  // namespace shaddock::system_test
