#pragma once

#include <shaddock/settings.h>

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>

#include "net/host.h"
#include "server/resume_log.h"
#include "server/resume_token.h"

namespace shaddock::server {

class Client;
class ResumeTable;

// What a client that can come back has of its own: it goes with the session from one connection to
// the next. Both sides count the DATA packages of the session from 1 on.
struct Resumable {
  Resumable(ResumeTable& table, Client& owner);
  ~Resumable();
  Resumable(const Resumable&) = delete;
  Resumable& operator=(const Resumable&) = delete;

  // Keeps a package that is sent, as far as there is room for it in this log and in all.
  void keep(const SharedBytes& package);
  [[nodiscard]] bool acknowledge(std::uint32_t received);
  // Whether these are the hex digits of a secret that is good now; as long for every wrong one.
  bool knows(std::string_view secret) const;
  // The next token; the one that was shown stays good until use_up(): the answer may be lost.
  void renew(std::string_view shown_now);
  void use_up();
  std::string token() const;
  // It comes from another frontend, with that token of it, which is good until use_up(), too.
  void came_with(const ResumeToken& token);
  // It has gone to another frontend: no token finds it any more.
  void go(const std::string& frontend, net::TimePoint now);

  ResumeTable& table;
  Client* owner;
  const std::uint64_t number;
  std::string secret, shown;  // of the newest token, and of the one that its holder came back with
  ResumeLog log;
  std::uint64_t received = 0;           // packages of the client
  std::uint64_t told = 0;               // of which it knows that they came
  Buffer answer;                        // the package under construction
  bool counting = false;                // from the first ack on, until the session ends
  bool resumed = false;                 // on the connection that it has now
  std::unique_ptr<std::string> asking;  // the handshake, while another frontend is asked for it

 private:
  void settle(std::size_t bytes_before);
  void forget_tokens();

  std::string came_as_;  // see ResumeTable::came_
};

// All sessions of a frontend that clients can come back to, by the number in their tokens. Bounds
// how many wait for their clients and how many bytes are kept for all. Where sessions went that
// other frontends took over is known for as long as their tokens could be shown again. Outlives its
// Resumables.
class ResumeTable {
 public:
  using Limits = Settings::Connector::Resume;
  ResumeTable(std::string frontend, const Limits& limits, net::Random& random)
      : frontend_(std::move(frontend)), limits_(limits), random_(random) {}

  bool on() const { return limits_.keep.count() > 0; }
  const Limits& limits() const { return limits_; }
  const std::string& frontend() const { return frontend_; }
  // nullptr: no session that is here, or the secret is another.
  Resumable* find(const ResumeToken& token) const;
  Client* owner_of(const ResumeToken& token) const {
    Resumable* const known = find(token);
    return known != nullptr ? known->owner : nullptr;
  }
  // The frontend that the session of that token has gone to; empty: it has not, or long ago.
  std::string gone_to(const ResumeToken& token) const;

  bool has_room() const { return parked_ < limits_.sessions; }
  void park() { ++parked_; }
  void unpark() { --parked_; }
  std::size_t parked() const { return parked_; }
  std::size_t bytes() const { return bytes_; }

 private:
  friend struct Resumable;
  const std::string frontend_;
  const Limits& limits_;
  net::Random& random_;
  std::unordered_map<std::uint64_t, Resumable*> by_number_;
  // Those that came from other frontends, by what of their tokens is not secret.
  std::unordered_map<std::string, Resumable*> came_;
  struct Gone {
    std::string frontend;
    net::TimePoint until;
  };
  static constexpr std::size_t kMostGone = 10'000;
  std::map<std::uint64_t, Gone> gone_;  // by number
  std::uint64_t last_number_ = 0;
  std::size_t parked_ = 0, bytes_ = 0;
};

}  // namespace shaddock::server
