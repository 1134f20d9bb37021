#include "admin/listener_entries.h"

#include <doctest/doctest.h>

#include "admin/configuration_folder.h"

using namespace shaddock;
using namespace shaddock::admin;

namespace {

using Transport = ListenerSettings::Transport;

LoadedConfiguration load(const std::string& keys) {
  ConfigurationFolder folder;
  folder.files["config/servers.json"] =
      R"({"development": {"connector": [{"id": "c1", "host": "127.0.0.1", "port": 1, )"
      R"("clientPort": 2, "frontend": true)" +
      keys + "}]}}";
  return folder.load();
}

std::vector<ListenerSettings> listeners(const std::string& keys) {
  const auto loaded = load(keys);
  CHECK(all_of(loaded.problems) == "");
  const auto at = loaded.configuration.listeners.find("c1");
  return at == loaded.configuration.listeners.end() ? std::vector<ListenerSettings>() : at->second;
}

// What is wrong, without the place.
std::string wrong(const std::string& keys) {
  std::string all;
  for (const Problem& problem : load(keys).problems)
    all += problem.key + ": " + problem.what + '\n';
  return all;
}

}  // namespace

TEST_CASE("A frontend without listeners has its clientPort alone") {
  CHECK(listeners("").empty());
  CHECK(listeners(R"(, "listeners": [])").empty());
}

TEST_CASE("tls on an entry is that of its clientPort") {
  const auto found =
      listeners(R"(, "tls": {"certificate": "c.pem", "key": "k.pem", "passwordFile": "p",
                   "plainToo": true, "handshakeSeconds": 7, "reload": 0})");
  REQUIRE(found.size() == 1);
  CHECK(found[0].port == 2);
  CHECK(found[0].transport == Transport::tcp);
  CHECK(found[0].tls.certificate == "c.pem");
  CHECK(found[0].tls.key == "k.pem");
  CHECK(found[0].tls.password_file == "p");
  CHECK(found[0].tls.plain_too);
  CHECK(found[0].tls.handshake_limit == std::chrono::seconds(7));
  CHECK(found[0].tls.reload == std::chrono::seconds(0));
}

TEST_CASE("tls joins the listener that describes the clientPort") {
  const auto found = listeners(
      R"(, "tls": {"pkcs12": "x.p12"}, "listeners": [{"transport": "udp", "port": 2}, {"port": 2, "text": false}])");
  REQUIRE(found.size() == 2);
  CHECK(found[0].transport == Transport::udp);
  CHECK_FALSE(found[0].tls.enabled());
  CHECK(found[1].tls.pkcs12 == "x.p12");
  CHECK_FALSE(found[1].text);
}

TEST_CASE("A listener has all its options") {
  const auto found = listeners(R"(, "listeners": [
    {"port": 10, "host": "::1", "raw": false, "websocket": "false", "deflate": true,
     "origins": ["https://a.example"], "originRequired": true, "proxies": ["10.0.0.0/8"]},
    {"transport": "udp", "port": 11, "proveAddress": false}])");
  REQUIRE(found.size() == 2);
  CHECK(found[0].port == 10);
  CHECK(found[0].host == "::1");
  CHECK_FALSE(found[0].raw);
  CHECK_FALSE(found[0].websocket);
  CHECK(found[0].text);
  CHECK(found[0].deflate);
  CHECK(found[0].origins == std::vector<std::string>{"https://a.example"});
  CHECK(found[0].origin_required);
  CHECK(found[0].proxies == std::vector<std::string>{"10.0.0.0/8"});
  CHECK(found[0].prove_address);
  CHECK_FALSE(found[1].prove_address);
}

TEST_CASE("Ports of listeners count up from clone to clone") {
  ConfigurationFolder folder;
  folder.files["config/servers.json"] =
      R"({"development": {"connector": [{"host": "127.0.0.1", "port": "100++", "clientPort": "200++",
          "frontend": true, "clusterCount": 2, "listeners": [{"port": "300++"}]}]}})";
  const auto loaded = folder.load();
  CHECK(all_of(loaded.problems) == "");
  for (const int i : {0, 1}) {
    const auto& found =
        loaded.configuration.listeners.at("cluster-server-connector-" + std::to_string(i));
    REQUIRE(found.size() == 1);
    CHECK(found[0].port == 300 + i);
  }
}

TEST_CASE("Everything that is wrong with a listener is said, with its place") {
  const auto loaded = load(R"(, "listeners": [{"port": 70000}])");
  CHECK(all_of(loaded.problems) ==
        "config/servers.json:1:135: development.connector[0].listeners[0].port: must be from 1 to "
        "65535, got 70000\n");
  const std::string entry = "development.connector[0].";
  CHECK(wrong(R"(, "listeners": 5)") == entry + "listeners: must be a list of ports, got 5\n");
  CHECK(wrong(R"(, "listeners": [5])") ==
        entry + "listeners[0]: must be an object that describes a port, got 5\n");
  CHECK(wrong(R"(, "listeners": [{}])") == entry + "listeners[0].port: missing\n");
  CHECK(wrong(R"(, "listeners": [{"port": 9, "transport": "sctp"}])") ==
        entry + R"(listeners[0].transport: must be "tcp" or "udp", got "sctp")" + '\n');
  CHECK(wrong(R"(, "listeners": [{"port": 9, "host": "game.example"}])") ==
        entry +
            R"(listeners[0].host: must be a numeric address of this machine, got "game.example")" +
            '\n');
  CHECK(wrong(R"(, "listeners": [{"port": 9, "origins": ["a", 5]}])")
            .find("must be a list of texts") != std::string::npos);
  CHECK(wrong(R"(, "listeners": [{"port": 9, "proxies": ["10.0.0.1/8"]}])").find("proxies") !=
        std::string::npos);
  CHECK(wrong(R"(, "listeners": [{"port": 9, "transport": "udp", "tls": {"pkcs12": "x"}}])") ==
        entry + "listeners[0].tls: is not possible over UDP\n");
  CHECK(
      wrong(R"(, "listeners": [{"port": 9, "orignis": []}])").find(R"(did you mean "origins"?)") !=
      std::string::npos);
}

TEST_CASE("A certificate needs its key, or a PKCS#12 file instead of both") {
  const std::string tls = "development.connector[0].tls";
  CHECK(wrong(R"(, "tls": {})") == tls + ": needs certificate and key, or pkcs12\n");
  CHECK(wrong(R"(, "tls": {"certificate": "c"})") == tls + ".key: missing\n");
  CHECK(wrong(R"(, "tls": {"certificate": "c", "key": "k", "pkcs12": "x"})") ==
        tls + ".pkcs12: stands instead of certificate and key, not beside them\n");
  CHECK(wrong(R"(, "tls": true)").find("must be an object") != std::string::npos);
}

TEST_CASE("Only a frontend has listeners") {
  CHECK(problems_with(R"({"id": "a", "host": "127.0.0.1", "port": 1, "listeners": [{"port": 5}]})")
            .find("listeners: only a frontend has ports for clients") != std::string::npos);
}

TEST_CASE("A listener's port is nobody else's, but TCP and UDP are two") {
  CHECK(wrong(R"(, "listeners": [{"transport": "udp", "port": 2}])") == "");
  CHECK(wrong(R"(, "listeners": [{"port": 1}])").find("port 1 of 127.0.0.1 is used twice") !=
        std::string::npos);
  CHECK(wrong(R"(, "listeners": [{"port": 7}, {"port": 7}])")
            .find("port 7 of 127.0.0.1 is used twice") != std::string::npos);
  CHECK(wrong(R"(, "listeners": [{"port": 3005}])").find("port 3005") != std::string::npos);
}
