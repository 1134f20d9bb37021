#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>

#include "net/stream.h"
#include "protocol/package.h"
#include "server/datagram_peers.h"

namespace shaddock::server {

// One peer of a DatagramPort, as a stream: each on_bytes() is one whole package, and each package
// that is written leaves as one datagram. It keeps the contract of net::Stream, but packages may be
// lost, come twice or in another order, as datagrams do; what does not go out at the end of a turn
// is lost and not queued.
//
//   peer                                     stream                                    its owner
//   HANDSHAKE -> the port makes the stream -> on_bytes, once set_events() was called -> answers
//   HANDSHAKE again: the answer was lost   -> the answer again; the owner hears nothing
//   any other package                      -> on_bytes; no answer is repeated any more
//
// Only the very same HANDSHAKE is answered again: the token in it is known to the peer alone, so
// that nobody else can call up answers in its name. A HANDSHAKE later than that is dropped: whoever
// comes back from the same address is let in when the old stream has ended.
//
// A peer whose address is not proven is sent no more than three times the bytes that came from it,
// until its ack.
class DatagramStream final : public net::Stream {
 public:
  DatagramStream(std::shared_ptr<DatagramPeers> peers, const net::PeerAddress& peer, bool proven,
                 std::string_view handshake);
  ~DatagramStream() override;

  void set_events(net::StreamEvents& events) override;
  void close(net::Duration limit) override;
  net::Address peer() const override { return net::to_address(peer_); }

  // What follows is for DatagramPort and DatagramPeers.
  const net::PeerAddress& key() const { return peer_; }
  void receive(protocol::PackageType type, std::span<char> datagram);
  void turn();
  void end();  // nothing can be sent any more: on_end() comes in its turn

  static constexpr std::size_t kNowhere = ~std::size_t{0};
  std::size_t place = kNowhere;  // among those that wait for their turn

  static constexpr std::size_t kUnproven = 3;  // bytes to an unproven peer for each of its own

 private:
  void schedule_flush() override;
  void schedule();
  void flush();
  void join(std::string_view piece);
  void send(std::string_view package);
  bool may_send(std::size_t size);
  void answer_again(std::string_view handshake);
  void finish();

  std::shared_ptr<DatagramPeers> peers_;
  net::StreamEvents* events_ = nullptr;
  std::string handshake_;  // until it is given out
  std::string answer_;     // while it may have to be repeated
  std::string joined_;     // the beginning of a package that lies in several pieces of the queue
  std::uint64_t received_, sent_ = 0;  // bytes, until the peer is proven
  std::size_t handshake_hash_;
  net::PeerAddress peer_;
  std::uint32_t last_flush_ = 0;  // bytes, to lend a buffer of the right size next time
  bool proven_;
  bool begun_ = false;  // a package that is no handshake has come
  bool closing_ = false;
  bool ended_ = false;
  bool told_end_ = false;
};

}  // namespace shaddock::server
