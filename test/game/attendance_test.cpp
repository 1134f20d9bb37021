#include "attendance.h"

#include <doctest/doctest.h>

#include "checker.h"

using namespace shaddock;
using namespace shaddock::game;
using G = Guarantee;

namespace {

constexpr Life kConnector = 3, kChat = 7;
constexpr SessionId kSession = (SessionId{3} << 32) + 5;
constexpr sim::Instant kSecond{1'000'000};

// Ann, who is in a room and stays in a club; a chat that has been there for a while.
struct Club {
  explicit Club(bool links_live = true) : checker([this] { return now; }, Checker::Empty()) {
    checker.add(std::make_unique<Attendance>(checker.findings(), links_live, kSecond));
    checker.tell(&G::opened, Visit{1}, std::string_view("ann"), std::string_view("connector-1"));
    checker.tell(&G::joined, kConnector, kSession, Visit{1});
    attend({ann});
    checker.tell(&G::stays, kConnector, Visit{1}, std::string_view("club-r0"));
    now += 2 * kSecond;
  }
  void attend(const std::vector<Member>& members, const char* channel = "club-r0",
              Life life = kChat) {
    checker.tell(&G::attended, life, std::string_view(channel), members);
  }
  std::size_t broken() { return checker.findings().violations().size(); }

  sim::Instant now = 5 * kSecond;
  Checker checker;
  const Member ann{"ann", "connector-1", 0}, session{"ann", "connector-1", kSession};
};

}  // namespace

TEST_CASE("the living are members, of rooms and of clubs") {
  Club w;
  w.attend({w.ann});
  w.attend({w.session}, "r0");
  CHECK(w.broken() == 0);
}

TEST_CASE("nobody is a member twice") {
  Club w(false);
  w.attend({w.ann, w.ann});
  CHECK(w.broken() == 1);
  w.attend({w.session, w.session}, "r0");
  CHECK(w.broken() == 2);
}

TEST_CASE("who has ended is no member a second later") {
  Club w;
  SUBCASE("the session closed") { w.checker.tell(&G::closed, kConnector, kSession); }
  SUBCASE("its frontend died") { w.checker.tell(&G::died, kConnector); }
  w.now += kSecond;
  w.attend({w.ann});
  w.attend({w.session}, "r0");
  CHECK(w.broken() == 0);
  w.now += sim::Instant(1);
  w.attend({w.ann});
  CHECK(w.broken() == 1);
  w.attend({w.session}, "r0");
  CHECK(w.broken() == 2);
}

TEST_CASE("another session of the uid on that frontend keeps it a member") {
  Club w;
  w.checker.tell(&G::opened, Visit{2}, std::string_view("ann"), std::string_view("connector-1"));
  w.checker.tell(&G::joined, kConnector, kSession + 1, Visit{2});
  w.checker.tell(&G::closed, kConnector, kSession);
  w.now += 2 * kSecond;
  w.attend({w.ann});
  CHECK(w.broken() == 0);
}

TEST_CASE("who stays is missing nowhere, but in a server that has only just started") {
  Club w;
  w.attend({});
  CHECK(w.broken() == 1);
  w.attend({}, "club-r1");
  w.attend({}, "club-r0", kChat + 1);
  w.now += kSecond;
  w.attend({}, "club-r0", kChat + 1);
  CHECK(w.broken() == 1);
  w.now += sim::Instant(1);
  w.attend({}, "club-r0", kChat + 1);
  CHECK(w.broken() == 2);
}

TEST_CASE("where links are lost members may be late until all is healed") {
  Club w(false);
  w.attend({});
  CHECK(w.broken() == 0);
  w.checker.tell(&G::healed);
  w.attend({});
  CHECK(w.broken() == 1);
}
