#pragma once

#include <string>
#include <string_view>

#include "net/host.h"

namespace shaddock::admin {

// What operators ordered: logs/<env>/audit.log (0600), a line for each order when its end is known,
// also for those that were refused.
//
//   2026-11-22T03:36:12Z console alice 127.0.0.1:51422 restart chat-server-1: done
//
// The role is proved, the name is what the console says, the address is the connection's. A line
// that cannot be written costs nobody anything but the line.
class AuditLog {
 public:
  struct Order {
    std::string role, user, address;
    std::string verb, arguments;
  };

  AuditLog(net::Host& host, std::string path) : host_(host), path_(std::move(path)) {}

  // `problem` is empty when the order was carried out.
  void write(const Order& order, std::string_view problem) const;

  static constexpr std::size_t kLongest = 1000;  // of a line

 private:
  net::Host& host_;
  std::string path_;
};

}  // namespace shaddock::admin
