#include "system/crowd.h"

#include <doctest/doctest.h>

#include <cstdlib>
#include <set>

#include "system/chat_cluster.h"

namespace shaddock::system_test {
namespace {

using Rooms = std::vector<std::unique_ptr<TalkingRoom>>;

bool all(const Rooms& rooms, bool (TalkingRoom::*what)() const) {
  return std::all_of(rooms.begin(), rooms.end(), [what](const auto& room) {
    return (room.get()->*what)() || !room->faults().empty();
  });
}

net::Duration time_to_talk() {
  const char* seconds = std::getenv("SHADDOCK_CROWD_SECONDS");
  return std::chrono::seconds(seconds == nullptr ? 4 : std::atoi(seconds));
}

void check_faults(const Rooms& rooms) {
  for (const auto& room : rooms)
    for (const std::string& fault : room->faults()) FAIL_CHECK(fault);
}

TEST_CASE("300 clients in 30 rooms on 3 connectors: every word reaches everyone once, in order") {
  constexpr std::size_t kRooms = 30, kPeople = 10;
  ChatCluster cluster;
  cluster.start();

  Rooms rooms;
  for (std::size_t i = 0; i < kRooms; ++i) {
    rooms.push_back(std::make_unique<TalkingRoom>(cluster.host(), cluster.gate(),
                                                  "room" + std::to_string(i), kPeople, i));
    rooms.back()->come();
  }
  const bool inside = cluster.until([&] { return all(rooms, &TalkingRoom::all_inside); });
  check_faults(rooms);
  REQUIRE(inside);

  for (const auto& room : rooms) room->talk();
  const net::TimePoint end = cluster.host().loop.now() + time_to_talk();
  cluster.until([&] { return cluster.host().loop.now() >= end; }, time_to_talk() * 2);
  for (const auto& room : rooms) room->fall_silent();
  if (!cluster.until([&] { return all(rooms, &TalkingRoom::settled); }))
    for (const auto& room : rooms) room->tell_unsettled();
  check_faults(rooms);

  std::uint64_t heard = 0, privately = 0, refused = 0;
  std::set<int> connectors;
  int journeys = 0;
  for (const auto& room : rooms) {
    CHECK(room->heard() > 0);
    CHECK(room->heard_privately() > 0);
    heard += room->heard();
    privately += room->heard_privately();
    refused += room->refused();
    journeys += room->journeys();
    for (const auto& person : room->people()) connectors.insert(person->connector_port());
  }
  CHECK(connectors.size() == 3);
  CHECK(journeys > 0);
  MESSAGE("heard ", heard, " words for all and ", privately, " private ones, and ", refused,
          " refused ones anew; ", journeys, " people left and came back");
  rooms.clear();
  cluster.stop();
  CHECK(cluster.complaints() == "");
}

}  // namespace
}  // namespace shaddock::system_test
