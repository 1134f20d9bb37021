#include "cluster/link_table.h"

#include <algorithm>
#include <utility>

namespace shaddock::cluster {

std::string_view LinkTable::refusal_of(const Identity& peer, bool dialled_by_us) const {
  const auto known = incarnations_.find(peer.id);
  if (known != incarnations_.end() && peer.incarnation < known->second)
    return "a newer incarnation of it is known";
  const auto found = links_.find(peer.id);
  if (found == links_.end() || !found->second.link->open()) return {};
  const Entry& there = found->second;
  if (there.link->peer().incarnation < peer.incarnation) return {};
  if (there.link->peer().incarnation > peer.incarnation)
    return "a newer incarnation of it is linked";
  if (there.dialled_by_us == dialled_by_us) return {};
  const bool smaller_dials = dialled_by_us == (self_id_ < peer.id);
  return smaller_dials ? std::string_view{} : "there is a better link to it";
}

void LinkTable::fence(const std::string& id, std::uint64_t incarnation) {
  std::uint64_t& known = incarnations_[id];
  known = std::max(known, incarnation);
}

Link& LinkTable::add(std::unique_ptr<Link> link, bool dialled_by_us) {
  const Identity& peer = link->peer();
  // Consoles come and go under ever new ids, and their incarnations guard nothing.
  if (peer.role != Role::console && peer.role != Role::observer) fence(peer.id, peer.incarnation);
  Entry& entry = links_[peer.id];
  entry = Entry{std::move(link), dialled_by_us};
  return *entry.link;
}

std::unique_ptr<Link> LinkTable::remove(const Link& link) {
  const auto found = links_.find(link.peer().id);
  if (found == links_.end() || found->second.link.get() != &link) return nullptr;
  std::unique_ptr<Link> removed = std::move(found->second.link);
  links_.erase(found);
  return removed;
}

Link* LinkTable::find(std::string_view id) const {
  const auto found = links_.find(id);
  return found == links_.end() ? nullptr : found->second.link.get();
}

void LinkTable::for_each(const std::function<void(Link&)>& visit) const {
  for (const auto& [id, entry] : links_)
    if (entry.link->open()) visit(*entry.link);
}

void LinkTable::clear() { const auto links = std::exchange(links_, {}); }

}  // namespace shaddock::cluster
