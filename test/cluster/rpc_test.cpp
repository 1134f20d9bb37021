#include "cluster/rpc.h"

#include <doctest/doctest.h>

#include <string>

#include "cluster/linked_pair.h"

using namespace shaddock;
using namespace shaddock::cluster;
using namespace std::chrono_literals;

using Fixture = LinkedPair;

TEST_CASE_FIXTURE(Fixture, "an answer comes back to the call it belongs to, in any order") {
  const Outcome &kept = a.call("b", "math.keep", 1), &quick = a.call("b", "math.twice", 2);
  settle();
  CHECK(quick.value == 4);
  CHECK(kept.times == 0);
  const Number answer{77};
  b.kept.at(0).answer(type_of<Number>(), &answer);
  settle();
  CHECK(kept.value == 77);
  CHECK(a.rpc.pending() == 0);
}

TEST_CASE_FIXTURE(Fixture, "an error arrives with its code and text") {
  const Outcome& outcome = a.call("b", "math.fail", 1);
  settle();
  CHECK(outcome.status == 477);
  CHECK(outcome.text == "as asked");
}

TEST_CASE_FIXTURE(Fixture, "a server that is not there ends a call with 521, not from inside") {
  const Outcome& outcome = a.call("nobody", "math.twice", 1);
  CHECK(outcome.times == 0);
  settle();
  CHECK(outcome.status == code::kNoServer);
  CHECK(outcome.times == 1);
}

TEST_CASE_FIXTURE(Fixture, "a route the peer lacks is an error and no other remote runs") {
  const Outcome &unknown = a.call("b", "math.none", 1), &handler = a.call("b", "chat.say", 1);
  settle();
  CHECK(unknown.status == code::kFailed);
  CHECK(handler.status == code::kFailed);
  CHECK(b.calls == 0);
}

TEST_CASE_FIXTURE(Fixture, "the deadline ends a call with 504 and the late answer finds nobody") {
  const Outcome& outcome = a.call("b", "math.keep", 1, 100ms);
  world.loop().pass(99ms);
  CHECK(outcome.times == 0);
  world.loop().pass(2ms);
  CHECK(outcome.status == code::kTimeout);
  const Number answer{1};
  b.kept.at(0).answer(type_of<Number>(), &answer);
  settle();
  CHECK(outcome.times == 1);
  CHECK(a.endpoint->find("b")->counters().late_answers == 1);
}

TEST_CASE_FIXTURE(Fixture, "the 10,001st waiting call ends with 503 and the others live on") {
  for (std::size_t i = 0; i < LinkSettings{}.calls; ++i) a.call("b", "math.keep", 1);
  const Outcome& outcome = a.call("b", "math.keep", 1);
  settle();
  CHECK(outcome.status == code::kShed);
  CHECK(b.kept.size() == LinkSettings{}.calls);
  CHECK(a.rpc.pending() == LinkSettings{}.calls);
  b.kept.clear();
  settle();
  CHECK(a.rpc.pending() == 0);
  CHECK(a.outcomes.front()->status == code::kFailed);
  const Outcome& next = a.call("b", "math.twice", 3);
  settle();
  CHECK(next.value == 6);
}

TEST_CASE_FIXTURE(Fixture,
                  "an argument that no peer would accept ends with 413 and leaves the link alone") {
  const Text text{std::string(kMaxFrame, 'x')};
  int status = 0;
  a.rpc.call(a.endpoint->find("b"), "math.keep", type_of<Text>(), &text, {},
             [&](Result<std::string_view> answer) { status = answer.error().code; });
  CHECK(status == 0);
  settle();
  CHECK(status == code::kTooLarge);
  CHECK(a.endpoint->find("b")->calls().pending() == 0);
  CHECK(b.calls == 0);
}

TEST_CASE_FIXTURE(Fixture, "a notify runs the remote and brings nothing back") {
  const Number argument{3};
  a.rpc.notify(a.endpoint->find("b"), "math.twice", type_of<Number>(), &argument);
  a.rpc.notify(a.endpoint->find("b"), "math.drop", type_of<Number>(), &argument);
  a.rpc.notify(a.endpoint->find("b"), "math.none", type_of<Number>(), &argument);
  a.rpc.notify(nullptr, "math.twice", type_of<Number>(), &argument);
  settle();
  CHECK(b.calls == 2);
  CHECK(a.endpoint->find("b")->counters().late_answers == 0);
}

TEST_CASE_FIXTURE(Fixture, "the end of a call may start the next one") {
  const Number argument{1};
  int ended = 0;
  std::function<void()> next = [&] {
    a.rpc.call(a.endpoint->find("b"), ended % 2 == 0 ? "math.twice" : "math.none",
               type_of<Number>(), &argument, {}, [&](Result<std::string_view>) {
                 if (++ended < 50) next();
               });
  };
  next();
  settle();
  CHECK(ended == 50);
}

TEST_CASE_FIXTURE(Fixture,
                  "a client that is destroyed ends what waits, on a link that closes as well") {
  std::string ends;
  const Number argument{1};
  const auto done = [&](Result<std::string_view> answer) {
    ends += std::to_string(answer.error().code) + " ";
  };
  {
    RpcClient client(world.loop());
    client.call(a.endpoint->find("b"), "math.keep", type_of<Number>(), &argument, {}, done);
    client.call(nullptr, "math.keep", type_of<Number>(), &argument, {}, done);
    a.endpoint->find("b")->close("test");
  }
  CHECK(ends == "522 522 ");
  settle();
  CHECK(ends == "522 522 ");
}
