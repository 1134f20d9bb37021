// The routers of routing.h that keep something between calls.
#include <shaddock/error.h>
#include <shaddock/routing.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <utility>

#include "session/peers.h"
#include "session/places.h"

namespace shaddock {

namespace {

using session::Places;

constexpr int kMostWeight = 1000;
constexpr std::size_t kMostPlaces = 100'000;

std::uint64_t mixed(std::uint64_t bits) {
  bits = (bits ^ bits >> 30) * 0xBF58476D1CE4E5B9u;
  bits = (bits ^ bits >> 27) * 0x94D049BB133111EBu;
  return bits ^ bits >> 31;
}

// The same in every process, on every machine.
std::uint64_t hash_of(std::string_view text) {
  std::uint64_t hash = 0xCBF29CE484222325u;
  for (const char byte : text) hash = (hash ^ static_cast<unsigned char>(byte)) * 0x100000001B3u;
  return mixed(hash);
}

int weight_of(const ServerInfo& server) {
  const std::string_view text = server.extra("weight");
  int weight = 0;
  const auto read = std::from_chars(text.data(), text.data() + text.size(), weight);
  if (read.ec != std::errc() || read.ptr != text.data() + text.size() || weight < 0) return 1;
  return std::min(weight, kMostWeight);
}

std::vector<int> weights_of(const ServerList& servers) {
  std::vector<int> weights;
  for (const ServerInfo& server : servers) weights.push_back(weight_of(server));
  // When nobody shall have anything, it is for all to have.
  if (std::all_of(weights.begin(), weights.end(), [](int weight) { return weight == 0; }))
    std::fill(weights.begin(), weights.end(), 1);
  return weights;
}

// What is worked out of a list when it is new, and not for each call.
template <class Made>
class OfList {
 public:
  Made& get(const Call& call, const ServerList& servers) {
    const std::uint64_t version = call.peers != nullptr ? call.peers->version : 0;
    if (version == 0) return for_once_ = Made(servers);
    if (std::exchange(version_, version) != version) made_ = Made(servers);
    return made_;
  }

 private:
  std::uint64_t version_ = 0;
  Made made_, for_once_;
};

// Each server draws a number for the key, from both their names, and the greatest wins: so the
// others keep what they have when one comes or goes. The numbers are spread so that a server of
// twice the weight wins twice as often.
class Draw {
 public:
  Draw() = default;
  explicit Draw(const ServerList& servers) : weights_(weights_of(servers)) {
    for (const ServerInfo& server : servers) names_.push_back(hash_of(server.id));
    equal_ = std::adjacent_find(weights_.begin(), weights_.end(), std::not_equal_to<>()) ==
             weights_.end();
  }

  std::size_t winner(std::string_view key) const {
    const std::uint64_t hash = hash_of(key);
    std::size_t best = 0;
    double most = -1;
    for (std::size_t i = 0; i < names_.size(); ++i) {
      const double number = drawn(mixed(hash ^ names_[i]), weights_[i]);
      if (number > most) best = i, most = number;
    }
    return best;
  }

 private:
  double drawn(std::uint64_t bits, int weight) const {
    const double between_0_and_1 = (static_cast<double>(bits >> 12) + 0.5) * 0x1p-52;
    return equal_ ? between_0_and_1 : weight / -std::log(between_0_and_1);
  }

  std::vector<std::uint64_t> names_;
  std::vector<int> weights_;
  bool equal_ = true;
};

// Whoever has the most credit is next, and pays what all have got together for this turn.
class Turns {
 public:
  Turns() = default;
  explicit Turns(const ServerList& servers)
      : weights_(weights_of(servers)), credit_(servers.size()) {}

  std::size_t next() {
    std::size_t best = 0;
    int all = 0;
    for (std::size_t i = 0; i < credit_.size(); ++i) {
      credit_[i] += weights_[i];
      all += weights_[i];
      if (credit_[i] > credit_[best]) best = i;
    }
    credit_[best] -= all;
    return best;
  }

 private:
  std::vector<int> weights_, credit_;
};

class Names {
 public:
  Names() = default;
  explicit Names(const ServerList& servers) {
    for (const ServerInfo& server : servers) hashes_.push_back(hash_of(server.id));
  }
  std::uint64_t hash(std::size_t place) const { return hashes_[place]; }
  std::size_t place(std::uint64_t hash) const {
    return static_cast<std::size_t>(std::find(hashes_.begin(), hashes_.end(), hash) -
                                    hashes_.begin());
  }

 private:
  std::vector<std::uint64_t> hashes_;
};

struct Sticky {
  explicit Sticky(Router given) : inner(std::move(given)) {}

  const ServerInfo& operator()(const Call& call, const ServerList& servers) {
    const Session* session = call.parameter.find_session();
    const std::uint64_t key = session != nullptr ? session->id() : hash_of(call.parameter.key());
    const Names& known = names.get(call, servers);
    if (const std::uint64_t* server = places.find(key)) {
      const std::size_t place = known.place(*server);
      if (place < servers.size()) return servers[place];
      // It is only left out of the list because it could not take this one call.
      if (call.peers != nullptr && call.peers->version == 0)
        throw Error(code::kNoServer, "the session stays with its server");
    }
    const ServerInfo& chosen = inner.function(call, servers);
    places.set(key, hash_of(chosen.id));
    return chosen;
  }

  Router inner;
  Places places{kMostPlaces};
  OfList<Names> names;
};

}  // namespace

std::size_t Call::unanswered(std::size_t place) const {
  if (peers == nullptr || place >= peers->links.size()) return 0;
  cluster::Link* const link = peers->links[place];
  return link != nullptr ? link->calls().pending() : 0;
}

const ServerInfo& rendezvous(std::string_view key, const ServerList& servers) {
  if (servers.empty()) throw Error(code::kNoServer, "no server to choose");
  return servers[Draw(servers).winner(key)];
}

Router rendezvous() {
  return Router([draw = OfList<Draw>()](const Call& call,
                                        const ServerList& servers) mutable -> const ServerInfo& {
    return servers[draw.get(call, servers).winner(call.parameter.key())];
  });
}

Router round_robin() {
  return live(Router([next = std::size_t{0}](const Call&, const ServerList& servers) mutable
                     -> const ServerInfo& { return servers[next++ % servers.size()]; }));
}

Router weighted() {
  return live(Router([turns = OfList<Turns>()](const Call& call, const ServerList& servers) mutable
                     -> const ServerInfo& { return servers[turns.get(call, servers).next()]; }));
}

Router least_loaded() {
  return live(Router([from = std::size_t{0}](
                         const Call& call, const ServerList& servers) mutable -> const ServerInfo& {
    std::size_t best = from % servers.size();
    for (std::size_t i = 1; i < servers.size(); ++i) {
      const std::size_t place = (from + i) % servers.size();
      if (call.unanswered(place) < call.unanswered(best)) best = place;
    }
    from = best + 1;
    return servers[best];
  }));
}

Router sticky(Router inner) { return live(Router(Sticky(std::move(inner)))); }

}  // namespace shaddock
