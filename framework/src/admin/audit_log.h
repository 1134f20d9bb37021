#pragma once

#include <shaddock/error.h>
#include <shaddock/log.h>

#include <cstddef>
#include <string>
#include <string_view>

#include "net/host.h"

namespace shaddock::admin {

// What operators ordered: logs/<env>/audit.log (0600), a line when an order is taken and one when
// its end is known. What is refused leaves one line, of which there is one a second at most.
//
//   2026-11-22T03:36:12.123Z order role=console user=alice from=127.0.0.1:51422 verb=restart
//       arguments=chat-server-1 result=begins                                    (one line)
//
// The role is proved, the name is what the console says, the address is the connection's. Whatever
// they contain, they are one value each. A line that cannot be written is told to the log.
class AuditLog {
 public:
  struct Order {
    std::string role, user, address;
    std::string verb, arguments;
  };

  AuditLog(net::Host& host, Logger log, std::string path)
      : host_(host), log_(std::move(log)), path_(std::move(path)) {}

  void begins(const Order& order) { write(order, "begins"); }
  // `problem` is empty when the order was carried out.
  void ended(const Order& order, std::string_view problem);
  // Carried out, or about to be: without a master that could be asked, by signals.
  void by_records(const Order& order, std::string_view result) { write(order, result); }
  void refused(const Order& order, std::string_view why);

  static constexpr std::size_t kLongestValue = 256;

 private:
  void write(const Order& order, std::string_view result, std::size_t untold = 0);

  net::Host& host_;
  Logger log_;
  std::string path_;
  net::TimePoint quiet_until_{};
  std::size_t untold_ = 0;  // refusals without a line of their own
};

}  // namespace shaddock::admin
