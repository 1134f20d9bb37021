#pragma once

#include <memory>
#include <string>

#include "net/host.h"
#include "protocol/package.h"
#include "server/counters.h"
#include "server/datagram_peers.h"
#include "server/datagram_token.h"

namespace shaddock::server {

// The UDP side of a client port: one socket, a stream for each peer, one package in each datagram.
//
//   peer                                              port
//   HANDSHAKE {"sys":{..}}                       ->   nothing is kept; no longer than what came:
//                                                <-   HANDSHAKE {"code":401,"sys":{"token":".."}}
//   HANDSHAKE {"sys":{"token":"..",..},..}       ->   on_accept(stream), whose first bytes these
//   are
//                                                <-   HANDSHAKE {"code":200,..}
//   ACK, then as over TCP                        ->
//
// The first HANDSHAKE must have at least 57 bytes, so the answer is no amplification; blanks behind
// the JSON do. Without `prove_address` there is no token: the first HANDSHAKE makes a stream,
// whoever sent it, and forged addresses cost as much as real ones; such a peer is sent three times
// its own bytes at most until its ack comes.
//
// Datagrams get lost. A client repeats its HANDSHAKE, the same bytes, until the answer comes (the
// stream repeats the answer), and its ACK until it hears something else; both do no harm when they
// come twice. Whatever is not one whole package is dropped and counted, since an end of the stream
// would be in the hands of whoever forges an address.
//
// Loop thread only. on_accept may destroy the stream at once, which leaves nothing behind; it may
// not destroy the port. Destroying the port ends its streams: on_end() comes on a later turn.
class DatagramPort final : public net::Listener {
 public:
  struct Options {
    bool prove_address = true;
    std::size_t handshake_bytes = protocol::kHandshakeBodyLimit;  // 0: any size
  };

  // The counters must outlive the port. Errors as of Network::listen().
  static Result<std::unique_ptr<DatagramPort>> open(const net::Host& host,
                                                    const net::Address& address, Options options,
                                                    Counters& counters,
                                                    net::Network::OnAccept on_accept);
  ~DatagramPort() override;
  DatagramPort(const DatagramPort&) = delete;
  DatagramPort& operator=(const DatagramPort&) = delete;

  net::Address address() const override { return peers_->address(); }
  std::size_t peers() const { return peers_->size(); }

 private:
  DatagramPort(const net::Host& host, Options options, Counters& counters,
               net::Network::OnAccept on_accept);

  void on_datagram(const net::PeerAddress& from, std::span<char> bytes);
  void on_stranger(const net::PeerAddress& from, const protocol::Package& package,
                   std::string_view datagram);
  bool proven(const net::PeerAddress& from, std::string_view handshake) const;
  void challenge(const net::PeerAddress& from, std::size_t received);

  net::Loop& loop_;
  Options options_;
  Counters& counters_;
  net::Network::OnAccept on_accept_;
  DatagramToken token_;
  std::shared_ptr<DatagramPeers> peers_;
};

}  // namespace shaddock::server
