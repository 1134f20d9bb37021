#include "system/person.h"

#include <utility>

namespace shaddock::system_test {

using client::Answer;

Person::Person(net::Host& host, std::string name, std::string room, client::Transport transport)
    : host_(host),
      name_(std::move(name)),
      room_(std::move(room)),
      transport_(transport),
      breath_(host.loop.timers(), [this] { (this->*step_)(); }) {}

std::unique_ptr<client::Client> Person::connect(const net::Address& address) {
  client::Client::Settings settings;
  settings.transport = transport_;
  settings.open_limit = std::chrono::seconds(30);
  auto made = std::make_unique<client::Client>(host_, settings);
  made->on_close([this](const std::string& why) { be_away(why); });
  made->connect(address);
  return made;
}

void Person::come(const net::Address& gate) {
  state_ = State::coming;
  refusal_.clear();
  refusals_ = 0;
  gate_ = connect(gate);
  gate_->on_open([this] { ask_gate(); });
}

void Person::ask_gate() {
  gate_->request("gate.gateHandler.queryEntry", {{"uid", name_}}, [this](Answer answer) {
    if (asks_again(answer, &Person::ask_gate)) return;
    if (answer.code != 200) return refuse("gate: " + answer.body.dump());
    go_to(answer.body);
  });
}

void Person::go_to(const Json& entry) {
  gate_.reset();
  connector_port_ = static_cast<int>(entry.at("port").as_integer());
  connection_ = connect({entry.at("host").as_string(), connector_port_});
  connection_->on_push([this](std::string_view route, const Json& body) { hear(route, body); });
  connection_->on_open([this] { enter(); });
}

void Person::enter() {
  const Json body{{"username", name_}, {"rid", room_}};
  connection_->request("connector.entryHandler.enter", body, [this](Answer answer) {
    if (asks_again(answer, &Person::enter)) return;
    if (answer.code != 200) return refuse("connector: " + answer.body.dump());
    seen_.clear();
    for (const Json& user : answer.body.at("users").as_array()) seen_.push_back(user.as_string());
    state_ = State::inside;
    if (on_inside) on_inside();
  });
}

bool Person::asks_again(const Answer& answer, void (Person::*step)()) {
  if (answer.code != kShed || ++refusals_ > kMostRefusals) return false;
  step_ = step;
  breath_.start(kBreath);
  return true;
}

void Person::refuse(std::string why) {
  refusal_ = std::move(why);
  state_ = State::refused;
}

void Person::say(const std::string& text, const std::string& target,
                 std::function<void(int)> on_answer) {
  const Json body{{"rid", room_}, {"content", text}, {"from", name_}, {"target", target}};
  connection_->request("chat.chatHandler.send", body,
                       [on_answer = std::move(on_answer)](Answer answer) {
                         if (on_answer) on_answer(answer.code);
                       });
}

void Person::hear(std::string_view route, const Json& body) {
  if (route == "onChat") {
    if (on_words)
      on_words(
          {body.at("msg").as_string(), body.at("from").as_string(), body.at("target").as_string()});
  } else if (on_presence) {
    on_presence(std::string(route), body.at("user").as_string());
  }
}

void Person::be_away(const std::string& why) {
  state_ = State::away;
  breath_.stop();
  refusal_ = why;
  if (on_away) on_away();
}

}  // namespace shaddock::system_test
