#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "client/client.h"
#include "net/host.h"

namespace shaddock::failures {

// One request of a client, and what became of it.
struct Sample {
  int client = 0, connector = 0;
  net::TimePoint asked{}, ended{};
  std::optional<int> code;  // client::Answer's; nothing: not ended yet
  std::string server;       // who has answered with 200
  std::int64_t life = 0;

  bool fine() const { return code == 200; }
  double milliseconds() const {
    return std::chrono::duration<double, std::milli>(ended - asked).count();
  }
};

// 200 clients who ask for 2,000 pieces of work a second together, whatever comes back, and note
// each. Half of them are at each connector; who loses its connection comes back, each a little
// later than the other.
class Load {
 public:
  Load(net::Host& host, std::vector<net::Address> connectors, std::string ballast);
  ~Load();

  // Of whom everybody is in.
  bool all_in() const;
  std::size_t clients() const { return clients_.size(); }
  // From now on nobody asks anything; what is under way may still end.
  void pause() { paused_ = true; }
  std::size_t unanswered() const { return unanswered_; }
  const std::vector<Sample>& samples() const { return samples_; }
  void forget() { first_ = samples_.size(); }
  std::size_t first() const { return first_; }  // since forget()
  // When each that was away came back, in milliseconds after it had lost its connection.
  const std::vector<double>& absences() const { return absences_; }
  // One more request of the first client that the server answers to.
  void ask(std::size_t client, const std::string& route, const Json& body,
           client::Client::OnAnswer on_answer);

 private:
  struct Guest;
  void work(Guest& guest);
  void come(Guest& guest);
  void lost(Guest& guest);

  net::Host& host_;
  const std::vector<net::Address> connectors_;
  const std::string ballast_;
  bool paused_ = false;
  std::size_t unanswered_ = 0, first_ = 0;
  std::int64_t next_ = 0;
  std::vector<Sample> samples_;
  std::vector<double> absences_;
  std::vector<std::unique_ptr<Guest>> clients_;
};

}  // namespace shaddock::failures
