#include <doctest/doctest.h>

#include <csignal>
#include <fstream>
#include <set>
#include <sstream>

#include "base/crc32.h"
#include "system/conversation.h"
#include "system/process_figures.h"

// What differs between a cluster of processes and one in a single process, and what does not.
namespace shaddock::system_test {
namespace {

using net::Isolation;

constexpr Isolation kModes[] = {Isolation::process, Isolation::thread, Isolation::none};

// The ports on which servers and master wait for each other.
std::set<int> internal_ports(ChatCluster& cluster) {
  std::set<int> ports{cluster.master_port()};
  for (const char* type : {"gate", "connector", "chat"})
    for (const ServerInfo& server : cluster.servers(type))
      if (server.port != 0) ports.insert(server.port);
  return ports;
}

// Established TCP connections of this machine that have one of these ports at either end.
std::size_t connections(const std::set<int>& ports) {
  constexpr std::string_view kEstablished = "01";
  std::size_t count = 0;
  for (const char* path : {"/proc/net/tcp", "/proc/net/tcp6"}) {
    std::ifstream file(path);
    std::string line;
    std::getline(file, line);
    while (std::getline(file, line)) {
      std::istringstream words(line);
      std::string number, local, remote, state;
      words >> number >> local >> remote >> state;
      const auto port = [](const std::string& end) {
        return std::stoi(end.substr(end.find(':') + 1), nullptr, 16);
      };
      if (state == kEstablished && (ports.contains(port(local)) || ports.contains(port(remote))))
        ++count;
    }
  }
  return count;
}

double idle_mebibytes(const ChatCluster& cluster) {
  std::int64_t bytes = 0;
  for (const int pid : cluster.processes()) bytes += ProcessFigures(pid).proportional_bytes();
  return static_cast<double>(bytes) / (1 << 20);
}

TEST_CASE("one process, or one for each; in one process servers have no connection") {
  for (const Isolation isolation : kModes) {
    CAPTURE(net::to_string(isolation));
    ChatCluster cluster("development", isolation);
    cluster.start();
    CHECK(cluster.processes().size() == (isolation == Isolation::process ? 8 : 1));
    Conversation conversation(cluster, "r1");
    CHECK(conversation.goes_on(cluster));
    CHECK((connections(internal_ports(cluster)) > 0) == (isolation == Isolation::process));
  }
}

TEST_CASE("memory of a cluster that idles") {
  for (const Isolation isolation : kModes) {
    ChatCluster cluster("development", isolation);
    cluster.start();
    const double size = idle_mebibytes(cluster);
    MESSAGE("isolation ", net::to_string(isolation), ": ", size,
            " MiB (Pss), processes: ", cluster.processes().size());
    CHECK(size > 0);
  }
}

// A room that stays on its server when chat-server-2 is taken out of the list of three.
std::string lasting_room(std::uint32_t rest) {
  for (int i = 0;; ++i) {
    std::string room = "room" + std::to_string(i);
    if (pomelo_hash(room) % 6 == rest) return room;
  }
}

TEST_CASE("a chat server is stopped and started; the rooms of the others never notice") {
  for (const Isolation isolation : kModes) {
    CAPTURE(net::to_string(isolation));
    ChatCluster cluster("development", isolation);
    cluster.start();
    Conversation first(cluster, lasting_room(0)), third(cluster, lasting_room(5));
    const auto stopped = cluster.run({"stop", "chat-server-2"});
    CHECK(stopped.code == 0);
    CHECK(stopped.says("stopped 1 server"));
    CHECK(first.goes_on(cluster, 100));
    CHECK(third.goes_on(cluster, 100));
    CHECK_FALSE(cluster.record("chat-server-2"));
    CHECK(cluster.run({"list"}).says("stopped"));

    CHECK(cluster.run({"start", "chat-server-2"}).says("started 1 server"));
    CHECK(cluster.record("chat-server-2"));
    Conversation second(cluster, lasting_room(1));
    for (Conversation* conversation : {&first, &second, &third}) {
      CHECK(conversation->goes_on(cluster, 100));
      CHECK(conversation->faults().empty());
    }
  }
}

TEST_CASE("in the foreground a cluster in one process ends with its terminal, Ctrl-C and SIGTERM") {
  for (const Isolation isolation : {Isolation::thread, Isolation::none})
    for (const int number : {SIGHUP, SIGINT, SIGTERM}) {
      CAPTURE(number);
      ChatCluster cluster("development", isolation);
      const auto running = cluster.start_in_foreground();
      CHECK(cluster.processes().size() == 1);
      cluster.host().processes.signal(running->process, number);
      CHECK(cluster.end_of(*running).code == 0);
      CHECK(cluster.all_gone());
    }
}

}  // namespace
}  // namespace shaddock::system_test
