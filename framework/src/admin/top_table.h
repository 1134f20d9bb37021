#pragma once

#include <shaddock/json.h>

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "admin/messages.h"
#include "net/files.h"
#include "net/timer_wheel.h"

namespace shaddock::admin {

// What `top` shows: what `list` does, and from the difference of two looks what a server used and
// did in between. What is not known, as at the first look, is "-", and in JSON not there.
//
//   serverId       state  connections  cpu%  rss(M)  requests/s  uptime
//   gate-server-1  up     12           3.5   6.7     120         1h02m
//
// Requests are those that handlers of the server were given: what a frontend forwards counts where
// it is handled.
class TopTable {
 public:
  // `cpu` has for each row the time that its process has used in milliseconds.
  void look(std::vector<RowMessage> rows, const std::vector<std::optional<std::uint64_t>>& cpu,
            net::TimePoint now);
  std::string text() const;
  // {"servers":[{"id":..., ..., "cpu":3.5,"requestRate":120.0}, ...]}
  Json json() const;

 private:
  struct Seen {
    int pid = 0;
    std::optional<std::uint64_t> cpu, requests;
    net::TimePoint when{};
  };
  struct Rates {
    std::optional<double> cpu, requests;  // percent of a core; a second
  };

  std::vector<RowMessage> rows_;
  std::vector<Rates> rates_;
  std::map<std::string, Seen> seen_;  // by id
};

// The time that a process of this machine has used, in milliseconds.
std::optional<std::uint64_t> cpu_time(net::Files& files, int pid);

}  // namespace shaddock::admin
