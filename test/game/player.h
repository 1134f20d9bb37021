#pragma once

#include <memory>
#include <optional>
#include <string>

#include "stay.h"

namespace shaddock::game {

// Comes, asks a gate where to go, stays for a while, goes; and comes back, later and later when
// nobody lets it in.
class Player {
 public:
  Player(Arena& arena, net::Host& host, std::string uid, std::uint64_t seed);

  void pause();    // stays where it is, does and begins nothing
  void go_home();  // leaves, and does not come back
  // The connector that it visits, or nothing.
  std::optional<std::string> visited() const;
  std::size_t unanswered() const { return stay_ ? stay_->unanswered() : 0; }

 private:
  void come();
  void ask_gate();
  void visit(const Entry& entry);
  void come_back(bool was_in);
  Stay::Place place();

  Arena& arena_;
  net::Host& host_;
  const std::string uid_;
  Chance chance_;
  net::Timer coming_;
  std::unique_ptr<client::Client> gate_;
  std::unique_ptr<Stay> stay_;
  std::int64_t failures_ = 0;
  bool idle_ = false;
};

}  // namespace shaddock::game
