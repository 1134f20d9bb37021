#include "session/login_book.h"

#include <doctest/doctest.h>

#include <string>
#include <vector>

using namespace shaddock;
using namespace shaddock::session;
using Told = LoginBook::Told;

namespace {

net::TimePoint at(int ms) { return net::TimePoint(net::Duration(ms)); }

// The book of "a"; "b" and "c" are other frontends.
struct Desk final : LoginBookEvents {
  explicit Desk(bool kick_old = true) : book(*this, "a", kick_old, 7) {}

  void ask_owner(const std::string& frontend, const std::string& key, SessionId session,
                 bool must) override {
    asked.push_back(frontend + ' ' + key + ' ' + std::to_string(session) + (must ? " must" : ""));
  }
  void meet(const std::string& frontend, std::uint64_t incarnation = 1) {
    book.linked(frontend, incarnation);
    book.begin_claims(frontend);
    book.end_claims(frontend, at(0));
  }
  void claim(const std::string& frontend, SessionId session) {
    book.claim({"u", frontend, session, [this, session](Result<void> result) {
                  told.push_back(std::to_string(session) + ' ' +
                                 (result.ok() ? "owns" : std::to_string(result.error().code)));
                }});
  }

  LoginBook book;
  std::vector<std::string> asked, told;
};

using Lines = std::vector<std::string>;

}  // namespace

TEST_CASE("a key that nobody owns is granted at once, and to its owner again") {
  Desk desk;
  desk.claim("a", 10);
  desk.claim("a", 10);
  CHECK(desk.told == Lines{"10 owns", "10 owns"});
  CHECK(desk.book.owner("u") == 10);
  CHECK(desk.book.size() == 1);
}

TEST_CASE("nobody is granted what another owns before that one has let go") {
  Desk desk;
  desk.meet("b");
  desk.claim("b", 20);
  desk.claim("a", 10);
  CHECK(desk.asked == Lines{"b u 20"});
  CHECK(desk.told == Lines{"20 owns"});
  CHECK(desk.book.owner("u") == 20);
  desk.book.told("u", 20, Told::gone);
  CHECK(desk.told == Lines{"20 owns", "10 owns"});
  CHECK(desk.book.owner("u") == 10);
  CHECK(desk.book.waiting() == 0);
}

TEST_CASE("kick old: of those who wait only the newest goes on waiting") {
  Desk desk;
  for (const SessionId session : {1, 2, 3, 4}) desk.claim("a", session);
  CHECK(desk.told == Lines{"1 owns", "2 409", "3 409"});
  CHECK(desk.asked == Lines{"a u 1"});
  desk.book.told("u", 1, Told::gone);
  CHECK(desk.told.back() == "4 owns");
}

TEST_CASE("refuse new: the owner is asked whether it is still there, then the new one is refused") {
  Desk desk(false);
  for (const SessionId session : {1, 2, 3}) desk.claim("a", session);
  CHECK(desk.told == Lines{"1 owns", "3 409"});
  desk.book.told("u", 1, Told::kept);
  CHECK(desk.told.back() == "2 409");
  CHECK(desk.book.owner("u") == 1);
  desk.claim("a", 4);
  desk.book.told("u", 1, Told::gone);  // it was a ghost
  CHECK(desk.told.back() == "4 owns");
}

TEST_CASE("what is said of an earlier owner changes nothing") {
  Desk desk;
  desk.claim("a", 1);
  desk.claim("a", 2);
  desk.book.freed("u", 1);  // on its way when it was asked
  CHECK(desk.book.owner("u") == 2);
  desk.book.told("u", 1, Told::gone);
  desk.book.freed("u", 1);
  CHECK(desk.book.owner("u") == 2);
  desk.book.freed("u", 2);
  CHECK(desk.book.size() == 0);
}

TEST_CASE("who no longer wants the key waits no more") {
  Desk desk;
  desk.claim("a", 1);
  desk.claim("a", 2);
  desk.book.freed("u", 2);
  CHECK(desk.told == Lines{"1 owns", "2 500"});
  desk.book.told("u", 1, Told::gone);
  CHECK(desk.book.size() == 0);
  CHECK(desk.book.waiting() == 0);
}

TEST_CASE("nothing is granted before every frontend that is up or linked was heard") {
  Desk desk;
  desk.book.see("b", 3, true);
  desk.book.linked("c", 4);
  desk.claim("a", 1);
  desk.book.begin_claims("c");
  desk.book.end_claims("c", at(0));
  CHECK(desk.told.empty());
  desk.book.linked("b", 3);
  desk.book.begin_claims("b");
  desk.book.add("b", "u", 20);
  CHECK(desk.told.empty());
  desk.book.end_claims("b", at(0));
  CHECK(desk.asked == Lines{"b u 20"});
  CHECK(desk.told.empty());
}

TEST_CASE("who is not up and not linked, or dead, is not waited for") {
  Desk desk;
  desk.book.see("b", 3, true);
  desk.claim("a", 1);
  desk.book.see("c", 0, false);
  CHECK(desk.told.empty());
  SUBCASE("its process has ended") { desk.book.died("b", 3); }
  SUBCASE("another one is on its way") { desk.book.see("b", 4, false); }
  CHECK(desk.told == Lines{"1 owns"});
}

TEST_CASE("what a dead life owned is free, and of the next one nothing is") {
  Desk desk;
  desk.meet("b", 3);
  desk.claim("b", 30);
  desk.claim("a", 1);
  desk.book.died("b", 2);  // the life before
  CHECK(desk.told == Lines{"30 owns"});
  desk.book.linked("b", 4);
  CHECK(desk.told.size() == 1);  // the new life has not been heard
  desk.book.begin_claims("b");
  desk.book.add("b", "v", 40);
  desk.book.end_claims("b", at(0));
  CHECK(desk.told.back() == "1 owns");
  desk.book.died("b", 3);
  CHECK(desk.book.owner("v") == 40);
}

TEST_CASE("a frontend that does not renew its lease owns nothing after it, and no sooner") {
  Desk desk;
  desk.meet("b", 3);
  desk.book.see("b", 3, true);
  desk.claim("b", 30);
  desk.book.unlinked("b", 3);
  CHECK(desk.book.renew("b", at(1000)));
  desk.claim("a", 1);
  desk.book.told("u", 30, Told::nothing);  // it cannot be asked
  desk.book.look(at(9999));
  CHECK(desk.told.size() == 1);
  desk.book.look(at(10'000));
  CHECK(desk.told.back() == "1 owns");
}

TEST_CASE("who was never heard is waited for, however long it takes") {
  Desk desk;
  desk.book.see("b", 3, true);
  CHECK(!desk.book.renew("b", at(0)));
  desk.claim("a", 1);
  desk.book.look(at(1'000'000));
  CHECK(desk.told.empty());
}

TEST_CASE("who could not be asked is asked again") {
  Desk desk;
  desk.meet("b");
  desk.claim("b", 20);
  desk.claim("a", 10);
  desk.book.told("u", 20, Told::nothing);
  desk.book.look(at(100));
  CHECK(desk.asked == Lines{"b u 20", "b u 20"});
}

TEST_CASE("of two who say that they own a key the first stays") {
  Desk desk;
  desk.meet("b");
  desk.claim("b", 20);
  desk.meet("c");
  desk.book.begin_claims("c");
  desk.book.add("c", "u", 50);
  desk.book.end_claims("c", at(0));
  CHECK(desk.asked == Lines{"c u 50 must"});
  CHECK(desk.book.owner("u") == 20);
}

TEST_CASE("with another list all are heard again, and who waits asks again") {
  Desk desk;
  desk.meet("b");
  desk.claim("a", 1);
  desk.claim("a", 2);
  desk.book.begin();
  CHECK(desk.told == Lines{"1 owns", "2 521"});
  CHECK(desk.book.size() == 0);
  CHECK(!desk.book.ready());
  desk.meet("b");
  CHECK(desk.book.ready());
}

TEST_CASE("not more than so many may wait") {
  Desk desk;
  desk.book.linked("b", 1);
  int shed = 0;
  for (std::size_t i = 0; i < LoginBook::kMostWaiting + 3; ++i)
    desk.book.claim({std::to_string(i), "a", i + 1, [&](Result<void> result) {
                       shed += !result.ok() && result.error().code == code::kShed;
                     }});
  CHECK(shed == 3);
}
