#include "server/kept_requests.h"

#include <doctest/doctest.h>

#include <map>
#include <string>
#include <utility>

using namespace shaddock;
using namespace shaddock::server;

namespace {

struct Fixture {
  Fixture() {
    for (KnownRoute* route : {&chat, &other}) {
      route->text = route == &chat ? "chat.h.m" : "area.h.m";
      route->parts = parse_route(route->text);
    }
  }
  void keep(SessionId session, std::uint32_t id, std::string_view body, KnownRoute* route = nullptr,
            bool again = false) {
    KeptRequests::Request request;
    request.session = session;
    request.id = id;
    request.route = route != nullptr ? route : &chat;
    request.again = again;
    numbers[{session, id}] = kept.keep(request, body);
  }
  std::optional<KeptRequests::Found> find(SessionId session, std::uint32_t id) {
    const auto number = numbers.find({session, id});
    return kept.find(number == numbers.end() ? 0 : number->second);
  }
  std::string body(SessionId session, std::uint32_t id) {
    const auto found = find(session, id);
    return found ? std::string(found->body) : "-";
  }

  KnownRoute chat, other;
  KeptRequests kept;
  std::map<std::pair<SessionId, std::uint32_t>, std::uint64_t> numbers;
};

}  // namespace

TEST_CASE_FIXTURE(Fixture, "of ten kept ones, one that was shed may be tried again") {
  CHECK_FALSE(kept.may_repeat_shed());
  for (std::uint32_t i = 0; i < 29; ++i) keep(1, i, "");
  CHECK(kept.may_repeat_shed());
  CHECK(kept.may_repeat_shed());
  CHECK_FALSE(kept.may_repeat_shed());
  keep(1, 30, "");
  CHECK(kept.may_repeat_shed());
  for (std::uint32_t i = 0; i < 5000; ++i) keep(1, i, "");
  int repeated = 0;
  while (kept.may_repeat_shed()) ++repeated;
  CHECK(repeated == 100);
}

TEST_CASE_FIXTURE(Fixture, "a request is found by its number, with its body") {
  CHECK(body(1, 1) == "-");
  keep(1, 1, "one");
  keep(2, 1, "two");
  CHECK(body(1, 1) == "one");
  CHECK(body(2, 1) == "two");
  CHECK(body(1, 2) == "-");
  REQUIRE(find(2, 1));
  CHECK(find(2, 1)->request.route == &chat);
}

TEST_CASE_FIXTURE(Fixture, "one that its session followed by another to the same type is not") {
  keep(1, 1, "one");
  keep(2, 1, "of another session");
  keep(1, 2, "to another type", &other);
  CHECK(body(1, 1) == "one");
  keep(1, 0, "a notify");
  CHECK(body(1, 1) == "-");
  CHECK(body(1, 2) == "to another type");
}

TEST_CASE_FIXTURE(Fixture, "one that was sent twice is not, nor a notify, nor a very long one") {
  keep(1, 1, "one", nullptr, true);
  CHECK(body(1, 1) == "-");
  keep(1, 0, "a notify");
  CHECK(body(1, 0) == "-");
  const std::string longest(KeptRequests::kLongestBody, 'x');
  keep(2, 1, longest);
  CHECK(body(2, 1) == longest);
  keep(3, 1, longest + 'x');
  CHECK(body(3, 1) == "-");
}

TEST_CASE_FIXTURE(Fixture, "what falls out of the rings is not found, and nothing else is") {
  for (std::size_t i = 1; i <= KeptRequests::kRequests; ++i) keep(i, 7, std::to_string(i));
  CHECK(body(1, 7) == "1");
  keep(1'000'000, 7, "new");
  CHECK(body(1, 7) == "-");
  for (std::size_t i = 2; i <= KeptRequests::kRequests; ++i) CHECK(body(i, 7) == std::to_string(i));
}

TEST_CASE_FIXTURE(Fixture, "bodies are whole wherever they lie, or gone") {
  const auto text = [](std::uint32_t id) {
    return std::string(1000 + id % 5000, static_cast<char>('a' + id % 26));
  };
  std::size_t found = 0;
  for (std::uint32_t id = 1; id <= 500; ++id) {
    keep(id, id, text(id));
    found = 0;
    for (std::uint32_t old = 1; old <= id; ++old) {
      const std::string there = body(old, old);
      if (there == "-") continue;
      REQUIRE(there == text(old));
      ++found;
    }
  }
  CHECK(found > 50);
  CHECK(found < 500);
}
