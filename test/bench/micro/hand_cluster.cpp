#include "bench/micro/hand_cluster.h"

#include <stdexcept>

#include "bench/micro/plain_client.h"
#include "protocol/package.h"

namespace shaddock::micro {

namespace {

ServerInfo entry(const std::string& type, int number) {
  ServerInfo info;
  info.id = type + "-server-" + std::to_string(number);
  info.type = type;
  info.frontend = type == "connector";
  info.host = "127.0.0.1";
  info.port = 5000 + number;
  info.incarnation = static_cast<std::uint64_t>(number) + 1;
  info.state = ServerInfo::State::up;
  return info;
}

void give_package(HandStream& client, protocol::PackageType type, std::string_view body) {
  Buffer package;
  if (!protocol::append_package(package, type, body)) throw std::length_error("package");
  client.give({package.data(), package.size()});
}

}  // namespace

HandCluster::HandCluster(
    const std::function<void(ServerType connector, ServerType backend)>& describe,
    const Configure& configure, int connectors) {
  describe(ServerType(definition_.types["connector"]), ServerType(definition_.types["backend"]));
  Settings settings;
  settings.connector.limits.messages_per_second = 0;
  settings.connector.limits.half_open = 0;
  if (configure) configure(settings);
  entries_.push_back(entry("backend", 0));
  for (int i = 1; i <= connectors; ++i) entries_.push_back(entry("connector", i));
  for (const ServerInfo& info : entries_)
    houses_.emplace_back(hand_.host(), definition_, info, settings);
  for (House& house : houses_) house.server.apply_view({1, entries_});
  hand_.settle();
  if (hand_.network().cables.size() < entries_.size() - 1) throw std::logic_error("not linked");
}

HandCluster::~HandCluster() {
  houses_.clear();
  hand_.loop().settle();
}

HandStream& HandCluster::join(std::size_t connector) {
  HandStream& client = hand_.network().accept(this->connector(connector).client_address().port);
  give_package(client, protocol::PackageType::handshake, R"({"sys":{"type":"bench"}})");
  hand_.settle();
  give_package(client, protocol::PackageType::handshake_ack, {});
  hand_.settle();
  client.take();
  return client;
}

std::string HandCluster::ask(HandStream& client, std::string_view route, std::string_view body) {
  std::string request = PlainClient::requests(1, route, body);
  client.give(request);
  hand_.settle();
  return client.take();
}

void HandCluster::take_from(const std::vector<HandStream*>& clients, std::size_t least) {
  for (HandStream* client : clients) {
    taken_.clear();
    client->take(taken_);
    if (taken_.size() < least) throw std::logic_error("a client got too little");
  }
  hand_.loop().settle();
}

}  // namespace shaddock::micro
