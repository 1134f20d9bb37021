#include "cluster/remotes.h"

#include <doctest/doctest.h>

#include <string>
#include <utility>

#include "cluster/linked_pair.h"

using namespace shaddock;
using namespace shaddock::cluster;
using namespace std::chrono_literals;

namespace {

struct Fixture : LinkedPair {
  // One call of math.keep that `b` holds.
  Outcome& keep_one() {
    Outcome& outcome = a.call("b", "math.keep", 1, 1234ms);
    settle();
    REQUIRE(b.kept.size() == 1);
    return outcome;
  }
};

const Number kNine{9};

}  // namespace

TEST_CASE(
    "routes have their codes in the order of registration, and one added again keeps its code") {
  Remotes remotes;
  remotes.add("x.a", [](IncomingCall) {});
  remotes.add("x.b", [](IncomingCall) {});
  remotes.add("x.a", [](IncomingCall) {});
  CHECK(remotes.routes() == std::vector<std::string>{"x.a", "x.b"});
}

TEST_CASE_FIXTURE(Fixture, "a call knows who calls and how much time is left") {
  keep_one();
  CHECK(b.kept[0].caller().id == "a");
  CHECK(b.kept[0].remaining() == 1234ms);
  CHECK(b.kept[0].wants_answer());
}

TEST_CASE_FIXTURE(Fixture, "only the first answer counts") {
  const Outcome& outcome = keep_one();
  b.kept[0].answer(type_of<Number>(), &kNine);
  b.kept[0].fail(Error(500, "late thought"));
  b.kept[0].answer();
  b.kept.clear();
  settle();
  CHECK(outcome.status == code::kOk);
  CHECK(outcome.value == 9);
  CHECK(a.endpoint->find("b")->counters().late_answers == 0);
}

TEST_CASE_FIXTURE(Fixture, "a call that is dropped is answered with 500") {
  const Outcome& outcome = a.call("b", "math.drop", 1);
  settle();
  CHECK(outcome.status == code::kFailed);
  CHECK(outcome.times == 1);
}

TEST_CASE_FIXTURE(Fixture, "a call that was moved from answers nothing when it goes") {
  const Outcome& outcome = keep_one();
  {
    IncomingCall moved(std::move(b.kept[0]));
    b.kept.clear();
    settle();
    CHECK(outcome.times == 0);
    moved.answer(type_of<Number>(), &kNine);
  }
  settle();
  CHECK(outcome.value == 9);
}

TEST_CASE_FIXTURE(Fixture, "an answer without content is success") {
  const Outcome& outcome = keep_one();
  b.kept[0].answer();
  settle();
  CHECK(outcome.status == code::kOk);
}

TEST_CASE_FIXTURE(Fixture, "a call may outlive its link and even the endpoint") {
  const Outcome& outcome = keep_one();
  a.endpoint.reset();
  settle();
  CHECK(b.count("down a") == 1);
  CHECK(b.kept[0].caller().id == "a");
  b.endpoint.reset();
  b.kept[0].answer(type_of<Number>(), &kNine);
  b.kept.clear();
  CHECK(outcome.status == code::kServerLost);
}

TEST_CASE_FIXTURE(Fixture, "the answer to a call never goes to a later link of the same peer") {
  keep_one();
  a.endpoint->find("b")->reset("test");
  world.loop().pass(100ms);
  REQUIRE(a.linked("b"));
  b.kept[0].answer(type_of<Number>(), &kNine);
  settle();
  CHECK(a.endpoint->find("b")->counters().late_answers == 0);
}

TEST_CASE_FIXTURE(Fixture,
                  "a code that was never given and a call whose time is over are refused") {
  Link& link = *b.endpoint->find("a");
  Frame frame{};
  frame.kind = FrameKind::call;
  frame.call = 1;
  frame.remaining_ms = 100;
  b.remotes.dispatch(IncomingCall(link, frame), 1000);
  frame.remaining_ms = 0;
  b.remotes.dispatch(IncomingCall(link, frame), 1);
  CHECK(b.kept.empty());
  settle();
  CHECK(a.endpoint->find("b")->counters().late_answers == 2);
}

TEST_CASE_FIXTURE(Fixture, "an answer that is too large for a frame becomes an error") {
  const Outcome& outcome = keep_one();
  const Text text{std::string(kMaxFrame, 'x')};
  b.kept[0].answer(type_of<Text>(), &text);
  settle();
  CHECK(outcome.status == code::kFailed);
  CHECK(outcome.text == "the answer is too large");
}

TEST_CASE_FIXTURE(Fixture, "who keeps a record is told once how a call ended") {
  std::vector<std::string> ends;
  const auto told = [&](const Error* error) { ends.push_back(error ? error->text : "done"); };
  keep_one();
  b.kept[0].on_end(told);
  CHECK(ends.empty());
  SUBCASE("with an answer") {
    b.kept[0].answer();
    b.kept[0].fail(Error(500, "late thought"));
    CHECK(ends == std::vector<std::string>{"done"});
  }
  SUBCASE("with an error") {
    b.kept[0].fail(Error(500, "no luck"));
    CHECK(ends == std::vector<std::string>{"no luck"});
  }
  SUBCASE("dropped") {
    b.kept.clear();
    CHECK(ends == std::vector<std::string>{"the remote dropped the call without an answer"});
  }
}
