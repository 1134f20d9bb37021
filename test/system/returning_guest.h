#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "client/client.h"
#include "system/chat_cluster.h"

namespace shaddock::system_test {

// Somebody in the chat whose session outlives its connections: whenever one drops the guest asks
// the gate where to go, and goes on there. Says one number after the other, and writes down what is
// amiss: an answer that is no success, a number of somebody in the room that is missing, or that
// comes twice or late.
class ReturningGuest {
 public:
  ReturningGuest(net::Host& host, const net::Address& gate, std::string name, std::string room);

  void enter();
  bool inside() const { return inside_; }
  // Says the next number a breath after the answer to the last.
  void talk();
  void fall_silent() { silent_ = true; }
  bool quiet() const { return !asking_ && inside_ && connection_.open(); }

  const std::string& name() const { return name_; }
  std::int64_t said() const { return said_; }
  // How many numbers of that guest have come, each in its turn.
  std::int64_t heard(const std::string& from) const {
    const auto at = heard_.find(from);
    return at == heard_.end() ? 0 : at->second;
  }
  const std::vector<net::Duration>& absences() const { return absences_; }
  const std::vector<std::string>& faults() const { return faults_; }

 private:
  void ask_gate(std::function<void(const net::Address&)> go);
  void on_open();
  void on_push(std::string_view route, const Json& body);
  void say();
  void fault(std::string text) { faults_.push_back(name_ + ": " + std::move(text)); }

  net::Host& host_;
  const net::Address gate_address_;
  const std::string name_, room_;
  std::unique_ptr<client::Client> gate_;
  client::Client connection_;
  net::Timer return_, breath_;
  bool inside_ = false, entered_ = false, asking_ = false, silent_ = false;
  std::int64_t said_ = 0;
  std::map<std::string, std::int64_t> heard_;
  net::TimePoint gone_at_ = net::TimePoint::max();
  std::vector<net::Duration> absences_;
  std::vector<std::string> faults_;
};

}  // namespace shaddock::system_test
