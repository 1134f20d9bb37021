#include "server/datagram_stream.h"

#include <algorithm>
#include <functional>
#include <utility>

namespace shaddock::server {

namespace {

using protocol::kPackageHeaderSize;
using protocol::PackageType;

// Of the package that begins with these bytes; at least as many as its header are needed.
std::size_t package_size(std::string_view bytes) {
  const auto byte = [bytes](int i) { return std::size_t{static_cast<unsigned char>(bytes[i])}; };
  return kPackageHeaderSize + (byte(1) << 16 | byte(2) << 8 | byte(3));
}

}  // namespace

DatagramStream::DatagramStream(std::shared_ptr<DatagramPeers> peers, const net::PeerAddress& peer,
                               bool proven, std::string_view handshake)
    : peers_(std::move(peers)),
      handshake_(handshake),
      received_(handshake.size()),
      handshake_hash_(std::hash<std::string_view>()(handshake)),
      peer_(peer),
      proven_(proven) {
  peers_->add(*this);
}

DatagramStream::~DatagramStream() {
  peers_->remove(*this);
  peers_->forget(*this);
}

void DatagramStream::set_events(net::StreamEvents& events) {
  events_ = &events;
  schedule();
}

void DatagramStream::close(net::Duration) {
  closing_ = true;
  schedule();
}

void DatagramStream::end() {
  ended_ = true;
  schedule();
}

void DatagramStream::schedule() {
  if (place == kNowhere) peers_->schedule(*this);
}

void DatagramStream::schedule_flush() {
  scheduled_ = true;
  if (queue_.empty()) queue_.provide(peers_->buffers().take(last_flush_));
  schedule();
}

void DatagramStream::receive(PackageType type, std::span<char> datagram) {
  if (!proven_) received_ += datagram.size();
  if (type == PackageType::handshake) return answer_again({datagram.data(), datagram.size()});
  // Before the handshake was given out nothing can make sense.
  if (closing_ || ended_ || events_ == nullptr || !handshake_.empty()) {
    return peers_->count(Count::dropped_datagrams);
  }
  begun_ = true;
  answer_ = std::string();
  if (type == PackageType::handshake_ack) proven_ = true;
  events_->on_bytes(datagram);
}

void DatagramStream::answer_again(std::string_view handshake) {
  const bool same = std::hash<std::string_view>()(handshake) == handshake_hash_;
  if (!same || begun_ || closing_ || ended_) return peers_->count(Count::dropped_datagrams);
  if (!answer_.empty()) send(answer_);
}

void DatagramStream::turn() {
  flush();
  if (closing_ || ended_) return finish();
  if (handshake_.empty() || events_ == nullptr) return;
  std::string handshake = std::exchange(handshake_, {});
  events_->on_bytes(handshake);
}

void DatagramStream::flush() {
  if (!std::exchange(scheduled_, false)) return;
  last_flush_ = static_cast<std::uint32_t>(std::min<std::size_t>(queue_.size(), UINT32_MAX));
  std::string_view piece;
  while (!ended_ && queue_.gather({&piece, 1}) != 0) {
    if (!joined_.empty() || piece.size() < kPackageHeaderSize ||
        piece.size() < package_size(piece)) {
      join(piece);
    } else {
      const std::size_t size = package_size(piece);
      send(piece.substr(0, size));
      queue_.consume(size);
    }
  }
  if (ended_) queue_.clear();
  peers_->buffers().give(queue_.reclaim());
}

void DatagramStream::join(std::string_view piece) {
  const bool headed = joined_.size() >= kPackageHeaderSize;
  const std::size_t wanted = headed ? package_size(joined_) : kPackageHeaderSize;
  const std::size_t size = std::min(wanted - joined_.size(), piece.size());
  joined_.append(piece.substr(0, size));
  queue_.consume(size);
  if (joined_.size() < kPackageHeaderSize || joined_.size() < package_size(joined_)) return;
  send(joined_);
  joined_.clear();
}

void DatagramStream::send(std::string_view package) {
  const bool handshake = package[0] == static_cast<char>(PackageType::handshake);
  if (handshake && !begun_ && answer_.empty()) answer_ = package;
  if (!may_send(package.size())) return peers_->count(Count::unsent_datagrams);
  if (!peers_->send(peer_, package)) end();
}

bool DatagramStream::may_send(std::size_t size) {
  if (proven_) return true;
  if (sent_ + size > kUnproven * received_) return false;
  sent_ += size;
  return true;
}

void DatagramStream::finish() {
  ended_ = true;
  peers_->remove(*this);
  if (events_ != nullptr && !std::exchange(told_end_, true)) events_->on_end();
}

}  // namespace shaddock::server
