#include "admin/records.h"

#include <doctest/doctest.h>

#include "admin/fake_host.h"

namespace shaddock::admin {
namespace {

Record record_of(std::string id, int pid) {
  Record record;
  record.id = std::move(id);
  record.type = "chat";
  record.process = {pid, 5000};
  record.incarnation = 4;
  record.master = {"127.0.0.1", 3005};
  record.since = 1'795'000'000'000;
  return record;
}

struct Trial {
  FakeHost fake;
  Records records{fake.host, "/games/run/development"};
};

TEST_CASE("a record is read as it was written") {
  Trial trial;
  Record written = record_of("master-server-1", 1200);
  written.type = "master";
  written.note = "ready: 7 servers";
  written.lifeline = true;
  written.joined = true;
  written.process.boot = 0xffff'ffff'ffff'fff1;
  written.fingerprint = 4'000'000'000;
  REQUIRE(trial.records.write(written));
  const auto read = trial.records.find("master-server-1");
  REQUIRE(read);
  CHECK(read->is_master());
  CHECK(read->process == net::ProcessId{1200, 5000, 0xffff'ffff'ffff'fff1});
  CHECK(read->incarnation == 4);
  CHECK(read->master == net::Address{"127.0.0.1", 3005});
  CHECK(read->since == 1'795'000'000'000);
  CHECK(read->note == "ready: 7 servers");
  CHECK(read->lifeline);
  CHECK(read->joined);
  CHECK(read->fingerprint == 4'000'000'000);
  CHECK_FALSE(read->frontend);
}

TEST_CASE("records and the folder are for their owner only") {
  Trial trial;
  REQUIRE(trial.records.make_folder());
  REQUIRE(trial.records.write(record_of("chat-server-1", 1200)));
  CHECK(trial.fake.files.modes.at("/games/run/development") == 0700);
  CHECK(trial.fake.files.modes.at("/games/run/development/chat-server-1.json") == 0600);
}

TEST_CASE("a file that is no record is left out") {
  Trial trial;
  auto& files = trial.fake.files.files;
  REQUIRE(trial.records.write(record_of("chat-server-1", 1200)));
  const std::string good = files.at("/games/run/development/chat-server-1.json");
  files["/games/run/development/half.json"] = good.substr(0, good.size() / 2);
  files["/games/run/development/other.json"] = good;  // of another id
  files["/games/run/development/empty.json"] = "";
  files["/games/run/development/list.json"] = "[1]";
  files["/games/run/development/incarnation"] = "3";
  const auto records = trial.records.read_all();
  REQUIRE(records.size() == 1);
  CHECK(records[0].id == "chat-server-1");
}

TEST_CASE("a record that names no single process is no record") {
  for (const int pid : {1, 0, -1, -200}) {
    Trial trial;
    REQUIRE(trial.records.write(record_of("chat-server-1", pid)));
    CHECK(trial.records.read_all().empty());
  }
}

TEST_CASE("the living are told from the dead and from those who got a dead one's pid") {
  Trial trial;
  trial.fake.processes.living = {1200, 1201};
  REQUIRE(trial.records.write(record_of("chat-server-1", 1200)));
  Record reused = record_of("chat-server-2", 1201);
  reused.process.start_time = 4000;
  REQUIRE(trial.records.write(reused));
  REQUIRE(trial.records.write(record_of("chat-server-3", 1202)));
  const auto living = trial.records.living();
  REQUIRE(living.size() == 1);
  CHECK(living[0].id == "chat-server-1");
  CHECK(trial.records.read_all().size() == 3);  // who only looks takes nothing away
  CHECK(trial.records.forget_ended().size() == 1);
  CHECK(trial.records.read_all().size() == 1);
}

TEST_CASE("the secret is made once and kept") {
  Trial trial;
  const auto made = trial.records.secret();
  REQUIRE(made);
  CHECK(made->size() == 64);
  CHECK(made->find_first_not_of("0123456789abcdef") == std::string::npos);
  CHECK(trial.fake.files.modes.at("/games/run/development/secret") == 0600);
  CHECK(*trial.records.secret() == *made);
}

TEST_CASE("a damaged secret is an error, not a weak secret") {
  for (const char* text : {"", "\n", "abc", "zz"}) {
    Trial trial;
    trial.fake.files.files["/games/run/development/secret"] = text;
    CHECK_FALSE(trial.records.secret());
  }
}

TEST_CASE("the operator's secret has at least 32 characters and is open to its owner only") {
  const std::string good(32, 's');
  const auto asked = [](const std::string& text, unsigned mode) {
    Trial trial;
    trial.fake.files.files["/etc/game.secret"] = text;
    trial.fake.files.modes["/etc/game.secret"] = mode;
    const auto secret = trial.records.secret("/etc/game.secret");
    return secret ? *secret : secret.error().text;
  };
  CHECK(asked(good + "\nmore", 0600) == good);
  CHECK(asked(good, 0400) == good);
  CHECK(asked(good.substr(1) + "\n and a longer second line that is not part of it", 0600) ==
        "the secret in /etc/game.secret has less than 32 characters");
  for (const unsigned mode : {0640u, 0604u, 0620u, 0610u, 0601u, 0666u})
    CHECK(asked(good, mode) ==
          "the secret file /etc/game.secret is open to others than its owner: give it the mode "
          "0600");
  CHECK(Trial().records.secret("/nowhere").error().text ==
        "the secret file /nowhere does not exist");
}

TEST_CASE("a life that ends late removes its own record, and not that of the next one") {
  Trial trial;
  Record record = record_of("chat-server-1", 1200);
  record.incarnation = 5;
  REQUIRE(trial.records.write(record));
  trial.records.remove("chat-server-1", 4);
  CHECK(trial.records.find("chat-server-1"));
  trial.records.remove("chat-server-1", 5);
  CHECK_FALSE(trial.records.find("chat-server-1"));
  trial.records.remove("chat-server-1", 5);
}

TEST_CASE("incarnations only grow, also when their file is lost") {
  Trial trial;
  CHECK(*trial.records.reserve_incarnations(8) == 1);
  CHECK(*trial.records.reserve_incarnations(1) == 9);
  CHECK(*trial.records.reserve_incarnations(1) == 10);
  Record record = record_of("chat-server-1", 1200);
  record.incarnation = 40;
  REQUIRE(trial.records.write(record));
  trial.fake.files.files.erase("/games/run/development/incarnation");
  CHECK(*trial.records.reserve_incarnations(1) == 41);
}

TEST_CASE("only one holds the lock") {
  Trial trial;
  auto first = trial.records.lock();
  REQUIRE(first);
  CHECK(*first != nullptr);
  CHECK(*trial.records.lock() == nullptr);
  first->reset();
  CHECK(*trial.records.lock() != nullptr);
}

}  // namespace
}  // namespace shaddock::admin
