#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "client/client.h"

namespace shaddock::system_test {

// Somebody in the chat: asks the gate for a connector, enters a room there, talks and listens. A
// server that is late refuses with 503, which says that nothing ran: gate and connector are asked
// again then, a breath later and so often at most.
class Person {
 public:
  enum class State { away, coming, inside, refused };
  struct Words {
    std::string text, from, target;
    bool operator==(const Words&) const = default;
  };

  static constexpr int kShed = 503, kMostRefusals = 100;
  static constexpr net::Duration kBreath{50};

  Person(net::Host& host, std::string name, std::string room,
         client::Transport transport = client::Transport::tcp);

  // From away or refused. `gate` answers where to go.
  void come(const net::Address& gate);
  void leave() { connection_->close(); }
  // Calls back with the code of the answer.
  void say(const std::string& text, const std::string& target = "*",
           std::function<void(int code)> on_answer = {});

  bool inside() const { return state_ == State::inside; }
  State state() const { return state_; }
  // Of the last answer that refused this person, or of a lost connection.
  const std::string& refusal() const { return refusal_; }
  const std::string& name() const { return name_; }
  const std::string& room() const { return room_; }
  int connector_port() const { return connector_port_; }
  // Who was in the room, as told on entering.
  const std::vector<std::string>& seen() const { return seen_; }

  std::function<void()> on_inside, on_away;
  std::function<void(const Words&)> on_words;
  // "onAdd" or "onLeave", and who.
  std::function<void(const std::string& what, const std::string& who)> on_presence;

 private:
  std::unique_ptr<client::Client> connect(const net::Address& address);
  void ask_gate();
  void go_to(const Json& entry);
  void enter();
  bool asks_again(const client::Answer& answer, void (Person::*step)());
  void refuse(std::string why);
  void hear(std::string_view route, const Json& body);
  void be_away(const std::string& why);

  net::Host& host_;
  std::string name_, room_, refusal_;
  client::Transport transport_;
  State state_ = State::away;
  int connector_port_ = 0;
  std::vector<std::string> seen_;
  std::unique_ptr<client::Client> gate_, connection_;
  int refusals_ = 0;
  void (Person::*step_)() = nullptr;  // to be done again
  net::Timer breath_;
};

}  // namespace shaddock::system_test
