#include <doctest/doctest.h>

#include <filesystem>

#include "system/chat_cluster.h"

namespace shaddock::system_test {
namespace {

// Where a piece of text stands: "12:9".
std::string place_of(const std::string& text, const std::string& piece) {
  const std::size_t at = text.find(piece);
  REQUIRE(at != std::string::npos);
  const auto line =
      1 + std::count(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(at), '\n');
  const std::size_t line_start = text.rfind('\n', at) + 1;
  return std::to_string(line) + ':' + std::to_string(at - line_start + 1);
}

// Each way to run the program says all of it, exits with 2 and leaves no trace of a start.
void check_refused(ChatCluster& cluster, const std::vector<std::string>& lines) {
  using Words = std::vector<std::string>;
  for (const Words& words : {Words{"check"}, Words{"start"}, Words{"start", "--daemon"}, Words{}}) {
    const auto ended = cluster.run(words);
    INFO(ended.output);
    CHECK(ended.code == 2);
    for (const std::string& line : lines) {
      CAPTURE(line);
      CHECK(ended.says(line));
    }
    CHECK(cluster.processes().empty());
    CHECK_FALSE(std::filesystem::exists(cluster.folder() + "/run"));
  }
}

const std::string kAllWrong = R"({
  "development": {
    "gate": [
      {"id": "gate-server-1", "clientPort": 3014, "frontend": true}
    ],
    "connector": [
      {"id": "connector-server-1", "host": "127.0.0.1", "port": 0, "clientPort": 70000,
       "frontend": true},
      {"id": "connector-server-1", "host": "127.0.0.1", "port": "4051", "clientPort": 3051,
       "frontend": "maybe"}
    ],
    "chat": [
      {"id": "chat-server-1", "host": "127.0.0.1", "port": 6050},
      {"id": "chat-server-2", "host": "localhost", "port":  6050},
      {"id": 3, "host": ["127.0.0.1"], "prot": 6052},
      "chat-server-4"
    ],
    "chess": []
  }
}
)";

TEST_CASE("every problem of servers.json is told in one run, with its place and key") {
  ChatCluster cluster;
  cluster.write(cluster.config("servers.json"), kAllWrong);
  const auto at = [](const std::string& piece, const std::string& key, const std::string& what) {
    return "servers.json:" + place_of(kAllWrong, piece) + ": development." + key + ": " + what;
  };
  check_refused(
      cluster,
      {at("{\"id\": \"gate-server-1\"", "gate[0].host", "missing"),
       at("0, \"clientPort\": 70000", "connector[0].port", "must be"),
       at("70000", "connector[0].clientPort", "must be"),
       at("\"connector-server-1\", \"host\": \"127.0.0.1\", \"port\": \"4051\"", "connector[1].id",
          "id \"connector-server-1\" is used twice, first in "),
       at("\"4051\"", "connector[1].port", "must be a number without quotes"),
       at("\"maybe\"", "connector[1].frontend", "must be true or false"),
       at("3, \"host\": [", "chat[2].id", "must be text in quotes"),
       at("[\"127.0.0.1\"]", "chat[2].host", "must be text in quotes"),
       at("{\"id\": 3", "chat[2].port", "missing"), "did you mean \"port\"?",
       at("\"chat-server-4\"", "chat[3]", "must be an object"),
       at("\"chess\"", "chess", "the application has no server type \"chess\""),
       "chat[1].port: port 6050 of localhost is used twice, first as chat-server-1's port in "});
}

TEST_CASE("text that is no JSON is told with its place") {
  const struct {
    std::string text, piece;
  } rows[] = {{"{\n  \"development\": {\n    \"gate\": [,]\n}}\n", ","},
              {"{\"development\": {\"gate\": [}}", "}}"},
              {"{\"development\" {}}", "{}"}};
  for (const auto& [text, piece] : rows) {
    ChatCluster cluster;
    cluster.write(cluster.config("servers.json"), text);
    check_refused(cluster, {"servers.json:" + place_of(text, piece) + ": "});
    cluster.write(cluster.config("master.json"), text);
    check_refused(cluster, {"servers.json:" + place_of(text, piece) + ": ",
                            "master.json:" + place_of(text, piece) + ": "});
  }
}

TEST_CASE("values of a wrong kind where lists and objects belong are told as well") {
  const struct {
    std::string text, piece, key;
  } rows[] = {{"[1]", "[1]", ""},
              {"{\"development\": 5}", "5", "development"},
              {"{\"development\": {\"chat\": {}}}", "{}}", "development.chat"},
              {"{\"development\": {}}", "{}}", "development"}};
  for (const auto& row : rows) {
    const auto& [text, piece, key] = row;
    CAPTURE(row.text);
    ChatCluster cluster;
    cluster.write(cluster.config("servers.json"), text);
    check_refused(cluster, {"servers.json:" + place_of(text, piece) + ": " + key});
  }
}

TEST_CASE("a port used twice between the master and a server, and a missing file, are told") {
  ChatCluster cluster;
  cluster.write(cluster.config("servers.json"),
                R"({"development": {"chat": [{"id": "a", "host": "127.0.0.1", "port": )" +
                    std::to_string(cluster.master_port()) + "}]}}");
  check_refused(cluster, {"is used twice, first as master-server-1's port in "});
  std::filesystem::remove(cluster.config("servers.json"));
  check_refused(cluster, {"servers.json"});
}

TEST_CASE("an environment that the files do not know is refused") {
  ChatCluster cluster("staging");
  check_refused(cluster, {"servers.json", "master.json", "staging"});
  for (const char* name : {"../development", "a b"}) {
    ChatCluster odd(name);
    CHECK(odd.run({"check"}).code != 0);
    CHECK(odd.run({"start"}).code != 0);
  }
}

TEST_CASE("a misspelt key is a warning with its place, and an error with check --strict") {
  ChatCluster cluster;
  const std::string servers = cluster.read(cluster.config("servers.json"));
  std::string text = servers;
  text.insert(text.find("\"frontend\""), "\n \"max-conections\":7,");
  cluster.write(cluster.config("servers.json"), text);
  const auto fine = cluster.run({"check"});
  CAPTURE(fine.output);
  CHECK(fine.code == 0);
  CHECK(fine.says("max-conections: unknown key; did you mean \"max-connections\"?"));
  CHECK(fine.says("servers.json:" + place_of(text, "\"max-conections\"") + ": "));
  CHECK(fine.says("warning"));
  const auto strict = cluster.run({"check", "--strict"});
  CHECK(strict.code == 2);
  CHECK(strict.says("max-conections"));
  cluster.start();
  cluster.stop();
  cluster.write(cluster.config("servers.json"), servers);
  CHECK(cluster.run({"check", "--strict"}).code == 0);
}

TEST_CASE("a port that is taken ends the start with 3, the id and the port, and no process") {
  ChatCluster cluster;
  const std::vector<std::pair<std::string, int>> ports = {
      {"gate-server-1", cluster.gate().port},
      {"connector-server-2", cluster.client_address("connector-server-2").port},
      {"connector-server-3", cluster.servers("connector")[2].port},
      {"chat-server-1", cluster.servers("chat")[0].port},
      {"master-server-1", cluster.master_port()}};
  for (const auto& [id, port] : ports) {
    auto holder =
        cluster.host().network.listen({"127.0.0.1", port}, [](std::unique_ptr<net::Stream>) {});
    REQUIRE(holder);
    for (const std::vector<std::string>& words :
         {std::vector<std::string>{"start"}, {"start", "--daemon"}}) {
      const auto ended = cluster.run(words);
      INFO(ended.output);
      CHECK(ended.code == 3);
      CHECK(ended.says(id));
      CHECK(ended.says(std::to_string(port)));
      CHECK(cluster.all_gone());
    }
  }
  cluster.start();
}

TEST_CASE("Pomelo's own files of its multi-server chat are accepted as they stand") {
  for (const char* environment : {"development", "production"}) {
    ChatCluster cluster(environment);
    for (const char* file : {"servers.json", "master.json"})
      cluster.write(cluster.config(file),
                    cluster.read(SHADDOCK_SOURCE_DIR "/test/system/pomelo/" + std::string(file)));
    const auto checked = cluster.run({"check", "--strict"});
    CHECK(checked.code == 0);
    CHECK(checked.output == "configuration is fine: 7 servers, isolation process\n");
    CHECK(cluster.servers("connector").size() == 3);
    CHECK(cluster.gate().port == 3014);
  }
}

}  // namespace
}  // namespace shaddock::system_test
