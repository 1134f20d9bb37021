#pragma once

#include <cstddef>
#include <cstdint>
#include <iterator>
#include <list>
#include <unordered_map>

namespace shaddock::session {

// Which server each session was given, for the sessions that asked last. A copy starts empty: it is
// for another server.
class Places {
 public:
  explicit Places(std::size_t most) : most_(most) {}
  Places(const Places& other) : most_(other.most_) {}
  Places& operator=(const Places&) = delete;

  // nullptr: none is known. Makes it the one that asked last.
  const std::uint64_t* find(std::uint64_t session) {
    const auto at = by_session_.find(session);
    if (at == by_session_.end()) return nullptr;
    by_use_.splice(by_use_.begin(), by_use_, at->second);
    return &at->second->server;
  }
  // Forgets the session that has not asked for the longest time, if there are too many.
  void set(std::uint64_t session, std::uint64_t server) {
    if (find(session) != nullptr) {
      by_use_.front().server = server;
      return;
    }
    if (by_session_.size() >= most_) {
      by_session_.erase(by_use_.back().session);
      by_use_.splice(by_use_.begin(), by_use_, std::prev(by_use_.end()));
      by_use_.front() = {session, server};
    } else {
      by_use_.push_front({session, server});
    }
    by_session_.emplace(session, by_use_.begin());
  }
  std::size_t size() const { return by_session_.size(); }

 private:
  struct Place {
    std::uint64_t session, server;
  };

  const std::size_t most_;
  std::list<Place> by_use_;  // the last first
  std::unordered_map<std::uint64_t, std::list<Place>::iterator> by_session_;
};

}  // namespace shaddock::session
