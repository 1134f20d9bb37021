#pragma once

#include <shaddock/function.h>

#include <optional>
#include <string>
#include <vector>

#include "net/host.h"

namespace shaddock::admin {

// Tells when small files are not what they were: each is read twice a second, so that it does not
// matter how they are written: in place, by a rename over them, or on a file system of others. What
// is being written is waited for: a change counts when it has been the same for 300 ms.
class FileWatch {
 public:
  FileWatch(net::Host& host, std::vector<std::string> paths, Function<void()> on_change);

  // The first time what is found then counts as a change.
  void start();
  void stop() { timer_.stop(); }
  // What is there now is known.
  void accept() { known_ = read(); }

  static constexpr net::Duration kPeriod{500}, kSettled{300};

 private:
  using Contents = std::vector<std::optional<std::string>>;

  Contents read() const;
  void look();

  net::Host& host_;
  std::vector<std::string> paths_;
  Function<void()> on_change_;
  std::optional<Contents> known_, seen_;
  net::Timer timer_;
};

}  // namespace shaddock::admin
