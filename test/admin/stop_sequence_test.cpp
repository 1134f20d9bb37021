#include "admin/stop_sequence.h"

#include <doctest/doctest.h>

#include "admin/fake_host.h"

namespace shaddock::admin {
namespace {

struct Trial final : StopActions {
  void ask(const std::string& id) override { said.push_back("ask " + id); }
  void terminate(const std::string& id) override { said.push_back("terminate " + id); }
  void kill(const std::string& id) override { said.push_back("kill " + id); }

  std::vector<std::string> take() { return std::exchange(said, {}); }

  FakeLoop loop;
  std::vector<std::string> said;
  int done = 0;
  StopSequence sequence{loop.timers(),
                        {{"chat-1", StopWave::backends},
                         {"connector-1", StopWave::frontends},
                         {"connector-2", StopWave::frontends},
                         {"master", StopWave::master}},
                        *this,
                        [this] { ++done; }};
};

using Said = std::vector<std::string>;

TEST_CASE("waves follow each other when the last of a wave is gone") {
  Trial trial;
  trial.sequence.start();
  CHECK(trial.take() == Said{"ask master"});
  trial.sequence.gone("master");
  CHECK(trial.take() == Said{"ask connector-1", "ask connector-2"});
  trial.sequence.gone("connector-2");
  CHECK(trial.take().empty());
  trial.sequence.gone("connector-1");
  CHECK(trial.take() == Said{"ask chat-1"});
  CHECK(trial.done == 0);
  trial.sequence.gone("chat-1");
  CHECK(trial.done == 1);
  CHECK(trial.sequence.done());
}

TEST_CASE("a wave waits for the one that may take longest, and only that wave") {
  Trial trial;
  StopSequence sequence(trial.loop.timers(),
                        {{"a", StopWave::frontends, net::Duration(30'000)},
                         {"b", StopWave::frontends},
                         {"c", StopWave::backends, net::Duration(1)}},
                        trial, nullptr);
  sequence.start();
  sequence.answered("a");
  sequence.answered("b");
  trial.take();
  trial.loop.pass(net::Duration(32'999));
  CHECK(trial.take().empty());
  trial.loop.pass(net::Duration(2001));
  CHECK(trial.take() == Said{"terminate a", "terminate b", "kill a", "kill b"});
  sequence.gone("a");
  sequence.gone("b");
  sequence.answered("c");
  trial.take();
  trial.loop.pass(net::Duration(15'000));
  CHECK(trial.take() == Said{"terminate c", "kill c"});
}

TEST_CASE("who does not go is told ever less politely, in every wave anew") {
  Trial trial;
  trial.sequence.gone("master");
  trial.sequence.gone("connector-2");
  trial.sequence.start();
  CHECK(trial.take() == Said{"ask connector-1"});
  trial.loop.pass(net::Duration(2999));
  CHECK(trial.take().empty());
  trial.loop.pass(net::Duration(1));
  CHECK(trial.take() == Said{"terminate connector-1"});
  trial.loop.pass(net::Duration(2000));
  CHECK(trial.take() == Said{"kill connector-1"});
  trial.sequence.gone("connector-1");
  CHECK(trial.take() == Said{"ask chat-1"});
  trial.loop.pass(net::Duration(5000));
  CHECK(trial.take() == Said{"terminate chat-1", "kill chat-1"});
}

TEST_CASE("who has answered that it stops has ten more seconds for what it has in hand") {
  Trial trial;
  trial.sequence.gone("master");
  trial.sequence.answered("chat-1");  // before its turn: that is not what it was asked
  trial.sequence.start();
  trial.take();
  trial.sequence.answered("connector-1");
  trial.loop.pass(net::Duration(5000));
  CHECK(trial.take() == Said{"terminate connector-2", "kill connector-2"});
  trial.sequence.gone("connector-2");
  trial.loop.pass(net::Duration(7999));
  CHECK(trial.take().empty());
  trial.loop.pass(net::Duration(1));
  CHECK(trial.take() == Said{"terminate connector-1"});
  trial.loop.pass(net::Duration(2000));
  CHECK(trial.take() == Said{"kill connector-1"});
  trial.sequence.gone("connector-1");
  trial.take();
  trial.loop.pass(net::Duration(5000));
  CHECK(trial.take() == Said{"terminate chat-1", "kill chat-1"});
}

TEST_CASE("who has answered and then hangs is told and killed like one that never answered") {
  Trial trial;
  trial.sequence.gone("master");
  trial.sequence.gone("connector-2");
  trial.sequence.start();
  trial.sequence.answered("connector-1");
  trial.loop.pass(net::Duration(4000));
  CHECK(trial.take() == Said{"ask connector-1"});
  trial.sequence.hangs("connector-1");
  trial.loop.pass(net::Duration(1000));
  CHECK(trial.take() == Said{"kill connector-1"});
}

TEST_CASE("a server that ends before its turn is not asked") {
  Trial trial;
  trial.sequence.start();
  trial.sequence.gone("chat-1");
  trial.sequence.gone("connector-1");
  trial.sequence.gone("connector-2");
  CHECK(trial.done == 0);
  trial.sequence.gone("master");
  CHECK(trial.done == 1);
  CHECK(trial.take() == Said{"ask master"});
  trial.sequence.gone("master");
  trial.loop.pass(net::Duration(10000));
  CHECK(trial.done == 1);
  CHECK(trial.take().empty());
}

TEST_CASE("nothing to stop is done at once") {
  Trial trial;
  int done = 0;
  StopSequence empty(trial.loop.timers(), {}, trial, [&] { ++done; });
  empty.start();
  empty.start();
  CHECK(done == 1);
}

}  // namespace
}  // namespace shaddock::admin
