#include "app/command_line.h"

#include <doctest/doctest.h>

namespace shaddock::app {
namespace {

using Verb = CommandLine::Verb;
using Words = std::vector<std::string>;

ParsedCommandLine parse(const Words& words) { return parse_command_line("chat", "1.2.3", words); }

TEST_CASE("verbs, options and Pomelo's words mean the same") {
  struct Row {
    Words words;
    Verb verb;
    const char* environment;
    const char* folder;
    Words ids;
  };
  const Row rows[] = {
      {{}, Verb::start, "development", "./config", {}},
      {{"start"}, Verb::start, "development", "./config", {}},
      {{"--env", "production"}, Verb::start, "production", "./config", {}},
      {{"env=production"}, Verb::start, "production", "./config", {}},
      {{"start", "--env=production", "--config=/games"}, Verb::start, "production", "/games", {}},
      {{"--env", "production", "start"}, Verb::start, "production", "./config", {}},
      {{"start", "env=production", "type=all"}, Verb::start, "production", "./config", {}},
      {{"id=master-server-1"}, Verb::start, "development", "./config", {"master-server-1"}},
      {{"start", "a", "b"}, Verb::start, "development", "./config", {"a", "b"}},
      {{"start", "id=a", "env=production"}, Verb::start, "production", "./config", {"a"}},
      {{"list", "--config", "there"}, Verb::list, "development", "there", {}},
      {{"--config", "there", "list"}, Verb::list, "development", "there", {}},
      {{"stop"}, Verb::stop, "development", "./config", {}},
      {{"stop", "a", "b"}, Verb::stop, "development", "./config", {"a", "b"}},
      {{"stop", "id=a", "env=production"}, Verb::stop, "production", "./config", {"a"}},
      {{"check"}, Verb::check, "development", "./config", {}},
      {{"restart"}, Verb::restart, "development", "./config", {}},
      {{"restart", "a"}, Verb::restart, "development", "./config", {"a"}},
      {{"kill", "a", "env=production"}, Verb::kill, "production", "./config", {"a"}},
  };
  for (const Row& row : rows) {
    CAPTURE(row.words);
    const auto parsed = parse(row.words);
    REQUIRE(parsed.command);
    CHECK(parsed.command->verb == row.verb);
    CHECK(parsed.command->environment == row.environment);
    CHECK(parsed.command->configuration_folder == row.folder);
    CHECK(parsed.command->ids == row.ids);
    CHECK_FALSE(parsed.command->daemon);
    CHECK_FALSE(parsed.command->strict);
    CHECK_FALSE(parsed.command->detached);
  }
}

TEST_CASE("join says in options or in words what servers.json says of others") {
  const Words entry{"id=chat-9", "type=chat", "host=127.0.0.1", "port=6059"};
  for (const Words& words :
       {Words{"join", "--id", "chat-9", "--type", "chat", "--host", "127.0.0.1", "--port", "6059"},
        Words{"join", "id=chat-9", "type=chat", "host=127.0.0.1", "port=6059"}}) {
    CAPTURE(words);
    const auto parsed = parse(words);
    INFO(parsed.text);
    REQUIRE(parsed.command);
    CHECK(parsed.command->verb == Verb::join);
    CHECK(parsed.command->entry == entry);
    CHECK(parsed.command->ids.empty());
    CHECK(parsed.command->master.port == 0);
  }
  const auto named = parse({"join", "--id=a", "--type=b", "--client-port=3", "--frontend",
                            "--master", "m-1@127.0.0.1:3005", "--secret-file", "s", "weight=2"});
  INFO(named.text);
  REQUIRE(named.command);
  CHECK(named.command->master_id == "m-1");
  CHECK(named.command->master == net::Address{"127.0.0.1", 3005});
  CHECK(named.command->secret_file == "s");
  CHECK(named.command->entry ==
        Words{"id=a", "type=b", "clientPort=3", "frontend=true", "weight=2"});
  CHECK(parse({"join", "--id=a", "--type=b", "--master=[::1]:3005"}).command->master.host == "::1");
  for (const Words& words :
       {Words{"join"}, Words{"join", "--id=a"}, Words{"join", "--type=a"},
        Words{"join", "--id=a b", "--type=c"}, Words{"join", "--id=a", "--id=b", "--type=c"},
        Words{"join", "--id=a", "--type=b", "--master=x"},
        Words{"join", "--id=a", "--type=b", "--master=a;b@h:1"}, Words{"list", "--port", "1"}}) {
    CAPTURE(words);
    CHECK_FALSE(parse(words).command);
  }
}

TEST_CASE("what is added is said in words, in any order") {
  for (const Words& words :
       {Words{"add", "id=chat-4", "type=chat", "host=127.0.0.1", "port=6053"},
        Words{"add", "id=chat-4", "host=127.0.0.1", "port=6053", "type=chat"},
        Words{"add", "--id", "chat-4", "host=127.0.0.1", "port=6053", "--type", "chat"}}) {
    CAPTURE(words);
    const auto parsed = parse(words);
    REQUIRE(parsed.command);
    CHECK(parsed.command->verb == Verb::add);
    CHECK(parsed.command->words == Words{"id=chat-4", "type=chat", "host=127.0.0.1", "port=6053"});
    CHECK(parsed.command->ids.empty());
    CHECK(parsed.command->type.empty());
  }
  const auto removed = parse({"remove", "chat-4", "chat-5"});
  REQUIRE(removed.command);
  CHECK(removed.command->verb == Verb::remove);
  CHECK(removed.command->ids == Words{"chat-4", "chat-5"});
  for (const Words& words : {Words{"add", "host=127.0.0.1"}, Words{"add", "id=chat-4", "chat"},
                             Words{"remove"}, Words{"remove", "-t", "chat"}}) {
    CAPTURE(words);
    const auto parsed = parse(words);
    CHECK_FALSE(parsed.command);
    CHECK(parsed.exit_code == 1);
  }
  CHECK(parse({"plan"}).command->verb == Verb::plan);
}

TEST_CASE("flags belong to their verbs") {
  CHECK(parse({"--daemon"}).command->daemon);
  CHECK(parse({"start", "--daemon"}).command->daemon);
  CHECK(parse({"check", "--strict"}).command->strict);
  CHECK(parse({"start", "--detached"}).command->detached);
  CHECK(parse({"list", "--json"}).command->json);
  CHECK(parse({"restart", "--rolling"}).command->rolling);
  CHECK(parse({"stop", "--rolling"}).exit_code == 1);
  CHECK(parse({"list", "--daemon"}).exit_code == 1);
  CHECK(parse({"start", "--strict"}).exit_code == 1);
}

TEST_CASE("servers of one type are meant by -t, --type or Pomelo's word") {
  for (const Words& words : {Words{"-t", "chat"}, {"--type=chat"}, {"type=chat"}})
    for (const char* verb : {"start", "stop", "restart", "list", "kill"}) {
      CAPTURE(verb);
      Words line{verb};
      line.insert(line.end(), words.begin(), words.end());
      const auto parsed = parse(line);
      REQUIRE(parsed.command);
      CHECK(parsed.command->type == "chat");
    }
  CHECK(parse({"start", "type=all"}).command->type.empty());
  CHECK(parse({"stop", "a", "-t", "chat"}).text.find("not both") != std::string::npos);
}

TEST_CASE("isolation is said at the start and nowhere else") {
  using net::Isolation;
  CHECK_FALSE(parse({"start"}).command->isolation);
  CHECK(parse({"--isolation", "none"}).command->isolation == Isolation::none);
  CHECK(parse({"start", "--isolation=thread", "--daemon"}).command->isolation == Isolation::thread);
  CHECK(parse({"start", "--isolation", "process"}).command->isolation == Isolation::process);
  for (const char* verb : {"list", "stop", "check"}) {
    CAPTURE(verb);
    const auto parsed = parse({verb, "--isolation", "none"});
    CHECK(parsed.exit_code == 1);
    CHECK(parsed.text.find("--isolation belongs to start") != std::string::npos);
  }
  const auto wrong = parse({"--isolation", "threads"});
  CHECK(wrong.exit_code == 1);
  CHECK(wrong.text.find("process, thread or none, not threads") != std::string::npos);
}

TEST_CASE("what makes a process one server") {
  const auto parsed = parse({"serve", "id=chat-server-1", "env=production", "config=/games/config",
                             "incarnation=12", "master=10.0.0.1:3005"});
  REQUIRE(parsed.command);
  CHECK(parsed.command->verb == Verb::serve);
  CHECK(parsed.command->server_id == "chat-server-1");
  CHECK(parsed.command->environment == "production");
  CHECK(parsed.command->configuration_folder == "/games/config");
  CHECK(parsed.command->incarnation == 12);
  CHECK(parsed.command->master == net::Address{"10.0.0.1", 3005});
  CHECK(parsed.command->ids.empty());
}

TEST_CASE("the master's address may be one of IPv6") {
  const auto parsed = parse({"serve", "id=a", "incarnation=1", "master=[::1]:3005"});
  REQUIRE(parsed.command);
  CHECK(parsed.command->master == net::Address{"::1", 3005});
}

TEST_CASE("a wrong line says what is wrong and exits with 1") {
  const std::pair<Words, const char*> rows[] = {
      {{"kill"}, "kill needs"},
      {{"stop", "-t", "a;b"}, "a;b"},
      {{"--nonsense"}, "nonsense"},
      {{"list", "a"}, "a"},
      {{"list", "stop"}, "stop"},
      {{"start", "a;b"}, "a;b"},
      {{"mode=stand-alone"}, "mode=stand-alone"},
      {{"--env"}, "--env"},
      {{"--env", "../other"}, "../other"},
      {{"stop", "a;b"}, "a;b"},
      {{"stop", "$(x)"}, "$(x)"},
      {{"serve", "id=a", "incarnation=1"}, "master="},
      {{"serve", "incarnation=1", "master=h:1"}, "id="},
      {{"serve", "id=a", "master=h:1"}, "incarnation="},
      {{"serve", "id=a", "incarnation=1", "master=h:70000"}, "master="},
      {{"serve", "id=a", "incarnation=1", "master=h"}, "master="},
      {{"serve", "id=a", "incarnation=x", "master=h:1"}, "x"},
  };
  for (const auto& [words, named] : rows) {
    CAPTURE(words);
    const auto parsed = parse(words);
    CHECK_FALSE(parsed.command);
    CHECK(parsed.exit_code == 1);
    CAPTURE(parsed.text);
    CHECK(parsed.text.find(named) != std::string::npos);
    CHECK(parsed.text.find("chat --help") != std::string::npos);
  }
}

TEST_CASE("help and version are answers, not errors") {
  const auto help = parse({"--help"});
  CHECK_FALSE(help.command);
  CHECK(help.exit_code == 0);
  for (const char* word : {"start", "list", "stop", "restart", "kill", "check", "--json",
                           "--rolling", "--type", "Exit codes", "--env", "--config", "--daemon",
                           "--isolation", "--strict", "--help", "--version"})
    CHECK(help.text.find(word) != std::string::npos);
  for (const char* hidden : {"  serve ", "detached", "incarnation"})
    CHECK(help.text.find(hidden) == std::string::npos);
  CHECK(parse({"--version"}).text == "1.2.3\n");
  CHECK(parse({"--version"}).exit_code == 0);
  CHECK(parse({"stop", "--help"}).exit_code == 0);
}

}  // namespace
}  // namespace shaddock::app
