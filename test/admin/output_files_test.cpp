#include "admin/output_files.h"

#include <doctest/doctest.h>

#include "admin/fake_host.h"

namespace shaddock::admin {
namespace {

using Lines = std::vector<std::string>;

struct Trial {
  FakeFiles fake;
  OutputFiles outputs{fake, Folders::of("/games/config", "development")};
  const std::string path = "/games/logs/development/chat-1.out";
  std::string& text() { return fake.files[path]; }
};

TEST_CASE("what earlier processes wrote is not among the last lines") {
  Trial trial;
  CHECK(trial.outputs.last_lines("chat-1", 5).empty());
  trial.text() = "of an earlier life\n";
  CHECK(trial.outputs.begin("chat-1") == trial.path);
  CHECK(trial.outputs.last_lines("chat-1", 5).empty());
  trial.text() += "one\ntwo\nthree\n";
  CHECK(trial.outputs.last_lines("chat-1", 2) == Lines{"two", "three"});
  trial.outputs.go_on("chat-1");
  CHECK(trial.outputs.last_lines("chat-1", 2).empty());
  trial.text() = "cut\n";
  CHECK(trial.outputs.last_lines("chat-1", 2) == Lines{"cut"});
}

TEST_CASE("who wrote nothing is known by the end of its log") {
  Trial trial;
  trial.fake.files["/games/logs/development/chat-1.log"] = "first\nlast\n";
  static_cast<void>(trial.outputs.begin("chat-1"));
  CHECK(trial.outputs.last_words("chat-1", 1) == Lines{"last"});
  CHECK(trial.outputs.last_lines("chat-1", 1).empty());
  trial.text() = "said\n";
  CHECK(trial.outputs.last_words("chat-1", 1) == Lines{"said"});
}

TEST_CASE("an output that is longer than a MiB is put aside when the next process begins") {
  Trial trial;
  trial.text() = std::string(OutputFiles::kLongest, 'x');
  CHECK(trial.outputs.begin("chat-1") == trial.path);
  CHECK_FALSE(trial.fake.files.contains(trial.path + ".1"));
  trial.text() += 'x';
  CHECK(trial.outputs.begin("chat-1") == trial.path);
  CHECK(trial.fake.files.at(trial.path + ".1").size() == OutputFiles::kLongest + 1);
  CHECK_FALSE(trial.fake.files.contains(trial.path));
  trial.text() = "new\n";
  CHECK(trial.outputs.last_lines("chat-1", 1) == Lines{"new"});
}

}  // namespace
}  // namespace shaddock::admin
