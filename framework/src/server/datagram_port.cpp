#include "server/datagram_port.h"

#include <utility>

#include "protocol/handshake.h"
#include "server/datagram_stream.h"

namespace shaddock::server {

using protocol::PackageType;

DatagramPort::DatagramPort(const net::Host& host, Options options, Counters& counters,
                           net::Network::OnAccept on_accept)
    : loop_(host.loop),
      options_(options),
      counters_(counters),
      on_accept_(std::move(on_accept)),
      token_(host.random),
      peers_(std::make_shared<DatagramPeers>(host.loop, counters, host.random.next())) {}

DatagramPort::~DatagramPort() { peers_->close(); }

Result<std::unique_ptr<DatagramPort>> DatagramPort::open(const net::Host& host,
                                                         const net::Address& address,
                                                         Options options, Counters& counters,
                                                         net::Network::OnAccept on_accept) {
  std::unique_ptr<DatagramPort> port(
      new DatagramPort(host, options, counters, std::move(on_accept)));
  auto socket = host.network.open_datagrams(
      address, [port = port.get()](const net::PeerAddress& from, std::span<char> bytes) {
        port->on_datagram(from, bytes);
      });
  if (!socket) return socket.error();
  port->peers_->open(std::move(*socket));
  return port;
}

void DatagramPort::on_datagram(const net::PeerAddress& from, std::span<char> bytes) {
  const std::string_view datagram(bytes.data(), bytes.size());
  const auto package = protocol::decode_package(datagram, protocol::kMaxPackageBody);
  if (!package) return counters_.add(Count::dropped_datagrams);
  if (DatagramStream* const stream = peers_->find(from)) {
    stream->receive(package->type, bytes);
  } else {
    on_stranger(from, *package, datagram);
  }
}

void DatagramPort::on_stranger(const net::PeerAddress& from, const protocol::Package& package,
                               std::string_view datagram) {
  if (package.type != PackageType::handshake) return counters_.add(Count::dropped_datagrams);
  if (options_.handshake_bytes != 0 && package.body.size() > options_.handshake_bytes) {
    return counters_.add(Count::too_long);
  }
  if (options_.prove_address && !proven(from, package.body)) {
    return challenge(from, datagram.size());
  }
  on_accept_(std::make_unique<DatagramStream>(peers_, from, options_.prove_address, datagram));
}

// JSON is parsed only of who has a token already: that costs forty times as much as to ask for one.
bool DatagramPort::proven(const net::PeerAddress& from, std::string_view handshake) const {
  if (handshake.find("\"token\"") == std::string_view::npos) return false;
  if (!token_.stands_in(handshake, from, loop_.now())) return false;
  const auto request = protocol::parse_handshake(handshake);
  if (!request) return false;
  const Json* const token = request->message.find("sys")->find("token");
  return token != nullptr && token->is_string() &&
         token_.accepts(token->as_string(), from, loop_.now());
}

void DatagramPort::challenge(const net::PeerAddress& from, std::size_t received) {
  counters_.add(Count::unproven_datagrams);
  Buffer answer;
  const std::string token = token_.make(from, loop_.now());
  const std::string body = R"({"code":401,"sys":{"token":")" + token + R"("}})";
  if (!protocol::append_package(answer, PackageType::handshake, body)) return;
  if (answer.size() <= received) peers_->send(from, answer.view());
}

}  // namespace shaddock::server
