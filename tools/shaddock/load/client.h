#pragma once
// A player as the server sees one: connects, shakes hands, logs in, then asks what the script wants
// and answers heartbeats until it is closed. One life: a script that wants another makes another.
//
//   connecting --> greeting --> logging in, one request at a time --> ready --> ended

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "agreement.h"
#include "connection.h"
#include "id_ring.h"
#include "message_template.h"

namespace shaddock::load {

class Client;

// What clients do before they are ready, and what is known of all of them: one per loop.
struct Plan {
  explicit Plan(const std::vector<Call>& calls) : logins(calls.size()) {
    for (const Call& call : calls) templates.emplace_back(call, protocol::MessageType::request);
  }

  std::size_t logins;
  std::vector<MessageTemplate> templates;
  unsigned most_waiting = 1;  // requests of one client without an answer
  net::Duration ready_limit{15'000};
  // Of the handshake read last: servers say the same to all.
  std::string handshake;
  std::shared_ptr<const Agreement> agreement;
};

// A script. Calls never come from inside a call of the client; none of them may destroy it.
class ClientOwner {
 public:
  virtual void on_ready(Client& client) = 0;
  // The answer to request `asked`, once ready.
  virtual void on_answer(Client& client, const Waiting& asked, std::string_view body) = 0;
  virtual void on_push(Client&, const protocol::MessageHeader&, std::string_view) {}
  // The answer to the last login, before on_ready().
  virtual void on_logged_in(Client&, const Json&) {}
  // The last call: the server closed, refused or failed; also after close(), with an empty text.
  virtual void on_end(Client& client, const std::string& why) = 0;

 protected:
  ~ClientOwner() = default;
};

class Client final : ConnectionEvents {
 public:
  Client(Place& place, Plan& plan, const Numbers& numbers, const Target& target,
         const std::string& source, ClientOwner& owner);

  bool ready() const { return state_ == State::ready; }
  const Numbers& numbers() const { return numbers_; }
  // Whatever its owner finds it by.
  std::uint32_t index = 0;

  const Agreement& agreement() const { return *agreement_; }
  const IdRing& waiting() const { return ring_; }

  // Asks; there must be room among those waiting. `since`: when it should have been asked. False:
  // the body cannot be encoded; the client then ends.
  bool request(MessageTemplate& message, std::uint32_t n, std::int64_t since);
  bool notify(MessageTemplate& message, std::uint32_t n);
  void close();

 private:
  enum class State { connecting, greeting, logging_in, ready, ended };

  void on_open() override;
  void on_package(const protocol::Package& package) override;
  void on_end(const std::string& why) override;
  void on_handshake(std::string_view body);
  void on_data(std::string_view body);
  void on_other_message(std::string_view body);
  void on_login_answer(std::string_view body);
  void log_in();
  void on_heartbeat();
  bool send(MessageTemplate& message, std::uint32_t n, std::uint16_t id);
  void fail(const std::string& why);

  Place& place_;
  Plan& plan_;
  ClientOwner& owner_;
  Numbers numbers_;
  State state_ = State::connecting;
  bool closed_by_us_ = false;
  std::uint32_t login_ = 0;  // the step that is awaited
  std::shared_ptr<const Agreement> agreement_;
  IdRing ring_;
  net::Timer limit_;  // of becoming ready
  std::unique_ptr<net::Timer> beat_;
  std::string failure_;  // why we gave up
  Connection connection_;
};

}  // namespace shaddock::load
