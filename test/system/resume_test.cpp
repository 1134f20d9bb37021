// Sessions that outlive their connections, on real processes.
#include <doctest/doctest.h>

#include <algorithm>
#include <memory>
#include <string>
#include <vector>

#include "system/returning_guest.h"

namespace shaddock::system_test {
namespace {

constexpr int kRooms = 10, kInARoom = 5;

struct Party {
  explicit Party(ChatCluster& cluster) {
    for (int i = 0; i < kRooms * kInARoom; ++i)
      guests.push_back(std::make_unique<ReturningGuest>(cluster.host(), cluster.gate(),
                                                        "guest" + std::to_string(i),
                                                        "room" + std::to_string(i / kInARoom)));
    for (const auto& guest : guests) guest->enter();
  }

  template <class Holds>
  bool all(Holds holds) const {
    return std::all_of(guests.begin(), guests.end(),
                       [&](const auto& guest) { return holds(*guest); });
  }
  bool any_fault() const {
    return !all([](const ReturningGuest& guest) { return guest.faults().empty(); });
  }
  std::int64_t said() const {
    std::int64_t all = 0;
    for (const auto& guest : guests) all += guest->said();
    return all;
  }
  // In every room everybody has heard all that everybody has said.
  bool all_heard() const {
    for (std::size_t i = 0; i < guests.size(); ++i)
      for (std::size_t j = i - i % kInARoom; j < i - i % kInARoom + kInARoom; ++j)
        if (guests[i]->heard(guests[j]->name()) != guests[j]->said()) return false;
    return true;
  }
  std::string told() const {
    std::vector<net::Duration> all;
    for (const auto& guest : guests)
      all.insert(all.end(), guest->absences().begin(), guest->absences().end());
    std::sort(all.begin(), all.end());
    std::string text =
        std::to_string(said()) + " requests, " + std::to_string(all.size()) + " came back";
    if (all.empty()) return text;
    return text + ", away for " + std::to_string(all[all.size() / 2].count()) + " ms, at most " +
           std::to_string(all.back().count());
  }

  std::vector<std::unique_ptr<ReturningGuest>> guests;
};

TEST_CASE("all connectors are restarted in turn: everybody is back, nothing is lost or doubled") {
  ChatCluster cluster("production");
  cluster.start();
  Party party(cluster);
  REQUIRE(cluster.until([&] {
    return party.any_fault() ||
           party.all([](const ReturningGuest& guest) { return guest.inside(); });
  }));
  for (const auto& guest : party.guests) guest->talk();
  const auto talks_on = [&] {
    const std::int64_t enough = party.said() + 300;
    return cluster.until([&] { return party.any_fault() || party.said() >= enough; });
  };
  REQUIRE(talks_on());
  CHECK(cluster.run({"restart", "-t", "connector", "--rolling"}).code == 0);
  REQUIRE(talks_on());
  for (const auto& guest : party.guests) guest->fall_silent();
  CHECK(cluster.until([&] {
    return party.any_fault() || (party.all([](const ReturningGuest& guest) {
             return guest.quiet();
           }) && party.all_heard());
  }));
  MESSAGE(party.told());
  std::size_t shown = 0;
  for (const auto& guest : party.guests) {
    CHECK(!guest->absences().empty());
    for (const std::string& fault : guest->faults())
      if (++shown <= 10) CHECK_MESSAGE(false, fault);
  }
  CHECK(party.all_heard());
  cluster.stop();
}

}  // namespace
}  // namespace shaddock::system_test
