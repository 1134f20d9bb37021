#include "server/datagram_peers.h"

#include <utility>

#include "server/datagram_stream.h"

namespace shaddock::server {

DatagramPeers::DatagramPeers(net::Loop& loop, Counters& counters, std::uint64_t seed)
    : loop_(loop), counters_(&counters), streams_(0, net::PeerAddressHash(seed)) {}

void DatagramPeers::close() {
  socket_.reset();
  counters_ = nullptr;
  for (const auto& [peer, stream] : streams_) stream->end();
}

DatagramStream* DatagramPeers::find(const net::PeerAddress& peer) const {
  const auto found = streams_.find(peer);
  return found != streams_.end() ? found->second : nullptr;
}

void DatagramPeers::add(DatagramStream& stream) { streams_[stream.key()] = &stream; }

// Another stream may have come from the same address since this one was removed.
void DatagramPeers::remove(const DatagramStream& stream) {
  const auto found = streams_.find(stream.key());
  if (found != streams_.end() && found->second == &stream) streams_.erase(found);
}

void DatagramPeers::schedule(DatagramStream& stream) {
  stream.place = waiting_.size();
  waiting_.push_back(&stream);
  if (std::exchange(deferred_, true)) return;
  loop_.defer([self = shared_from_this()] { self->run(); });
}

void DatagramPeers::forget(DatagramStream& stream) {
  if (stream.place == DatagramStream::kNowhere) return;
  waiting_[std::exchange(stream.place, DatagramStream::kNowhere)] = nullptr;
}

// By index: a turn may schedule and forget others.
void DatagramPeers::run() {
  for (std::size_t i = 0; i < waiting_.size(); ++i) {
    DatagramStream* const stream = waiting_[i];
    if (stream == nullptr) continue;
    forget(*stream);
    stream->turn();
  }
  waiting_.clear();
  deferred_ = false;
}

bool DatagramPeers::send(const net::PeerAddress& to, std::string_view bytes) {
  const auto sent = socket_->send(to, bytes);
  if (sent != net::DatagramSocket::Sent::sent) count(Count::unsent_datagrams);
  return sent != net::DatagramSocket::Sent::too_long;
}

}  // namespace shaddock::server
