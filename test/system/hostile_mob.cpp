#include "system/hostile_mob.h"

#include <algorithm>

#include "net/tls_stream.h"
#include "protocol/package.h"

namespace shaddock::system_test {

class HostileMob::Stranger {
 public:
  virtual ~Stranger() = default;
  // False: it goes.
  virtual bool act() = 0;
};

class HostileMob::TcpStranger final : public Stranger, net::StreamEvents {
 public:
  TcpStranger(HostileMob& mob, const net::Address& address, bool secured)
      : mob_(mob),
        words_(mob.script_.connection()),
        deaf_(mob.below(6) == 0),
        pieces_(1 + mob.below(mob.below(4) == 0 ? 200 : 3)),
        turns_left_(mob.below(300)) {
    connecting_ =
        mob.host_.network.connect(address, std::chrono::seconds(5),
                                  [this, secured](Result<std::unique_ptr<net::Stream>> connected) {
                                    if (!connected) return void(ended_ = true);
                                    stream_ = std::move(*connected);
                                    if (secured)
                                      stream_ = std::make_unique<net::TlsStream>(
                                          mob_.host_.loop, std::move(stream_), mob_.tls_);
                                    if (!deaf_ || secured) stream_->set_events(*this);
                                  });
  }

  bool act() override {
    if (ended_ || turns_left_-- == 0) return false;
    if (stream_ == nullptr || said_ == words_.size() || mob_.below(2) == 0) return true;
    const std::size_t piece = std::max<std::size_t>(1, words_.size() / pieces_);
    const std::string_view next = std::string_view(words_).substr(said_, 1 + mob_.below(2 * piece));
    stream_->write(next);
    said_ += next.size();
    mob_.said_ += next.size();
    if (said_ == words_.size() && mob_.below(4) == 0) stream_->close();
    return true;
  }

 private:
  void on_bytes(std::span<char> bytes) override { mob_.heard_ += bytes.size(); }
  void on_end() override { ended_ = true; }

  HostileMob& mob_;
  std::string words_;
  bool deaf_, ended_ = false;
  std::size_t pieces_, turns_left_, said_ = 0;
  std::unique_ptr<net::Connecting> connecting_;
  std::unique_ptr<net::Stream> stream_;
};

// Proves its address, if it is in the mood for that.
class HostileMob::UdpStranger final : public Stranger {
 public:
  UdpStranger(HostileMob& mob, const net::Address& address)
      : mob_(mob), to_(*net::parse_peer(address)), turns_left_(mob.below(300)) {
    auto opened = mob.host_.network.open_datagrams(
        {"127.0.0.1", 0}, [this](const net::PeerAddress&, std::span<char> bytes) {
          hear({bytes.data(), bytes.size()});
        });
    if (opened) socket_ = std::move(*opened);
    say_package(protocol::PackageType::handshake, R"({"sys":{"type":"x"}})" + std::string(60, ' '));
  }

  bool act() override {
    if (socket_ == nullptr || turns_left_-- == 0) return false;
    if (mob_.below(3) == 0) say(mob_.script_.datagram());
    return true;
  }

 private:
  void say(std::string_view bytes) {
    if (socket_) socket_->send(to_, bytes);
    mob_.said_ += bytes.size();
  }
  void say_package(protocol::PackageType type, std::string_view body) {
    Buffer bytes;
    if (protocol::append_package(bytes, type, body)) say(bytes.view());
  }
  void hear(std::string_view bytes) {
    mob_.heard_ += bytes.size();
    constexpr std::string_view kToken = R"("token":)";
    const auto at = bytes.find(kToken);
    if (at == std::string_view::npos || mob_.below(8) == 0) return;
    const std::string token(bytes.substr(at, bytes.find('"', at + kToken.size() + 1) + 1 - at));
    say_package(protocol::PackageType::handshake, "{\"sys\":{" + token + R"(,"type":"x"}})");
    if (mob_.below(4) != 0) say_package(protocol::PackageType::handshake_ack, {});
  }

  HostileMob& mob_;
  net::PeerAddress to_;
  std::size_t turns_left_;
  std::unique_ptr<net::DatagramSocket> socket_;
};

HostileMob::HostileMob(net::Host& host, Ports ports, std::size_t size, std::uint64_t seed)
    : host_(host),
      ports_(std::move(ports)),
      random_(seed),
      script_(random_),
      tls_(net::TlsContext::client().value()),
      strangers_(size),
      timer_(host.loop.timers(), [this] { turn(); }) {
  timer_.start(net::Duration(1));
}

HostileMob::~HostileMob() = default;

void HostileMob::go_home() {
  timer_.stop();
  strangers_.clear();
}

std::unique_ptr<HostileMob::Stranger> HostileMob::somebody() {
  ++came_;
  if (below(12) == 0) return std::make_unique<UdpStranger>(*this, ports_.udp);
  if (below(5) == 0) return std::make_unique<TcpStranger>(*this, ports_.tls, below(8) != 0);
  return std::make_unique<TcpStranger>(*this, ports_.tcp[below(ports_.tcp.size())], false);
}

void HostileMob::turn() {
  for (auto& stranger : strangers_)
    if (stranger == nullptr || !stranger->act()) stranger = somebody();
  timer_.start(net::Duration(1));
}

}  // namespace shaddock::system_test
