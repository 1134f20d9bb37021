#include "load/description.h"

#include <doctest/doctest.h>

#include "load/sample_result.h"

using namespace shaddock::load;

TEST_CASE("what was done is said in a line, for each script") {
  LoadResult result = sample_result();
  CHECK(describe_load(result) == "100 clients, 10 requests in flight each");
  result.rate = 5000;
  CHECK(describe_load(result) == "100 clients, 5,000 requests a second");
  result.script = "room";
  result.rooms = 1;
  result.senders = 3;
  CHECK(describe_load(result) ==
        "100 clients in 1 room, 3 senders in each, 5,000 messages a second");
  result.rate = 0;
  result.inflight = 1;
  CHECK(describe_load(result) ==
        "100 clients in 1 room, 3 senders in each, 1 message in flight each");
  result.script = "storm";
  CHECK(describe_load(result) == "100 clients logging in over and over");
  CHECK(describe_load(sample_idle()) == "10,000 clients connected, only answering heartbeats");
}

TEST_CASE("the verdict names all that was not right") {
  LoadResult result = sample_result();
  CHECK(describe_verdict(result) == "all good");
  result.total.errors = 1;
  CHECK(describe_verdict(result) == "1 error");
  result.total.errors = 2000;
  result.total.wrong = 1;
  result.total.unanswered = 2;
  result.total.lost = 3;
  result.total.doubled = 4;
  CHECK(describe_verdict(result) == "2,000 errors, 1 wrong, 2 unanswered, 3 lost, 4 doubled");
  CHECK(describe_verdict(LoadResult()) == "nothing was counted");
}

TEST_CASE("a busy load, a busy neighbour and a missing server are reasons to doubt") {
  LoadResult result = sample_result();
  CHECK(describe_doubts(result).empty());
  result.load_cpu_seconds = 2.9;
  result.stolen = 0.2;
  result.servers[0].gone = true;
  const auto doubts = describe_doubts(result);
  REQUIRE(doubts.size() == 3);
  CHECK(doubts[0].find("96.7 %") != std::string::npos);
  result.awake = true;  // then it is always that much
  CHECK(describe_doubts(result).size() == 2);
  CHECK(doubts[1].find("20.0 %") != std::string::npos);
  CHECK(doubts[2].find("connector-server-1 (11)") != std::string::npos);

  result.threads = 2;
  CHECK(describe_doubts(result).size() == 2);
  CHECK(describe_doubts(LoadResult()).empty());
}

TEST_CASE("a rate that was not reached is a reason to doubt") {
  LoadResult result = sample_result();
  result.rate = 104;
  CHECK(describe_doubts(result).empty());
  result.rate = 110;
  const auto doubts = describe_doubts(result);
  REQUIRE(doubts.size() == 1);
  CHECK(doubts[0] == "Of 110 requests a second only 100 were answered: it was too many.");
  result.script = "room";
  CHECK(describe_doubts(result).empty());
}
