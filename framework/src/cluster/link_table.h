#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>

#include "cluster/link.h"

namespace shaddock::cluster {

// The links of an endpoint by peer id, and which incarnation of each server was the last one seen.
// Decides which of two links to the same id stays; the rule stands in endpoint.h.
class LinkTable {
 public:
  explicit LinkTable(std::string self_id) : self_id_(std::move(self_id)) {}

  // Empty, or why a new connection to that peer must not become a link.
  std::string_view refusal_of(const Identity& peer, bool dialled_by_us) const;
  // Raises the incarnation that peers of this id must have.
  void fence(const std::string& id, std::uint64_t incarnation);

  Link& add(std::unique_ptr<Link> link, bool dialled_by_us);
  // Nothing when it is not this very link that stands here.
  std::unique_ptr<Link> remove(const Link& link);
  Link* find(std::string_view id) const;  // closing or not
  void for_each(const std::function<void(Link&)>& visit) const;
  // Links that stand when the table is cleared are no longer found while they are destroyed.
  void clear();

 private:
  struct Entry {
    std::unique_ptr<Link> link;
    bool dialled_by_us;
  };

  std::string self_id_;
  std::map<std::string, Entry, std::less<>> links_;
  std::map<std::string, std::uint64_t, std::less<>> incarnations_;
};

}  // namespace shaddock::cluster
