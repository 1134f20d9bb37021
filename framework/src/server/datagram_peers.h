#pragma once

#include <cstdint>
#include <memory>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "net/buffer_pool.h"
#include "net/datagrams.h"
#include "net/loop.h"
#include "server/counters.h"

namespace shaddock::server {

class DatagramStream;

// What a DatagramPort and its streams share: who is there, and the way out. It lives as long as any
// of them; the port closes it, and then nothing is sent or counted any more and every stream ends.
//
// Streams that have something to do are written down and have their turn together, once in a turn
// of the loop.
class DatagramPeers : public std::enable_shared_from_this<DatagramPeers> {
 public:
  DatagramPeers(net::Loop& loop, Counters& counters, std::uint64_t seed);

  void open(std::unique_ptr<net::DatagramSocket> socket) { socket_ = std::move(socket); }
  void close();
  net::Address address() const { return socket_->address(); }

  // nullptr: a stranger.
  DatagramStream* find(const net::PeerAddress& peer) const;
  void add(DatagramStream& stream);
  // The peer becomes a stranger again.
  void remove(const DatagramStream& stream);
  std::size_t size() const { return streams_.size(); }

  // Calls stream.turn() soon, after the current callback; forget() takes it back.
  void schedule(DatagramStream& stream);
  void forget(DatagramStream& stream);

  // Before close() only. False when it is too long for a datagram. What the system does not take is
  // lost, and counted.
  bool send(const net::PeerAddress& to, std::string_view bytes);
  void count(Count count) {
    if (counters_ != nullptr) counters_->add(count);
  }
  net::BufferPool& buffers() { return buffers_; }

 private:
  void run();

  net::Loop& loop_;
  Counters* counters_;  // nullptr: closed
  std::unique_ptr<net::DatagramSocket> socket_;
  std::unordered_map<net::PeerAddress, DatagramStream*, net::PeerAddressHash> streams_;
  std::vector<DatagramStream*> waiting_;  // nullptr: forgotten
  bool deferred_ = false;
  net::BufferPool buffers_;
};

}  // namespace shaddock::server
