#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "client/client.h"

namespace shaddock::overload {

// Clients that ask one thing: at a rate, whether they are answered or not; or as soon as they are,
// with so many under way. Each request ends in the tally.
class Pressure {
 public:
  using Clock = std::chrono::steady_clock;
  struct Tally {
    std::uint64_t asked = 0;
    std::map<int, std::uint64_t> ends;  // by code
    std::vector<double> times;          // of those with 200, in milliseconds
    Clock::time_point last_failure{};   // the last end that was no 200
    double percentile(double share);    // of the times
    std::uint64_t good() const { return ends.contains(200) ? ends.at(200) : 0; }
  };

  Pressure(net::Host& host, const net::Address& address, std::size_t clients, std::string route,
           Json body);

  bool all_open() const;
  int lost() const { return lost_; }  // connections
  std::size_t unanswered() const;
  void ask_at(double per_second);
  void keep_asking(std::size_t under_way);
  void rest();
  // What has ended since it was taken last.
  Tally take() { return std::exchange(tally_, {}); }

 private:
  void tick();
  void ask();

  net::Host& host_;
  const std::string route_;
  const Json body_;
  std::vector<std::unique_ptr<client::Client>> clients_;
  std::size_t next_ = 0;
  double rate_ = 0;
  bool again_ = false;
  Clock::time_point since_{};
  std::uint64_t due_done_ = 0;
  int lost_ = 0;
  Tally tally_;
  net::Timer ticks_;
};

}  // namespace shaddock::overload
