#pragma once

#include <list>
#include <memory>
#include <stdexcept>
#include <string>

#include "net/host.h"

namespace shaddock::system_test {

// Stands between whoever dials its port and the one he means, passes everything on in both
// directions, and keeps what the diallers said, one connection after the other.
class RecordingRelay {
 public:
  RecordingRelay(net::Host& host, net::Address to) : host_(host), to_(std::move(to)) {
    auto opened = host.network.listen({"127.0.0.1", 0}, [this](std::unique_ptr<net::Stream> from) {
      pairs_.emplace_back(host_, std::move(from), to_);
    });
    if (!opened) throw std::runtime_error(opened.error().text);
    listener_ = std::move(*opened);
  }

  net::Address address() const { return listener_->address(); }
  std::size_t connections() const { return pairs_.size(); }
  const std::string& said(std::size_t connection = 0) const {
    return std::next(pairs_.begin(), static_cast<std::ptrdiff_t>(connection))->said();
  }

 private:
  class Pair {
   public:
    Pair(net::Host& host, std::unique_ptr<net::Stream> dialler, const net::Address& to)
        : near_(*this, &said_), far_(*this, nullptr) {
      near_.stream = std::move(dialler);
      connecting_ = host.network.connect(to, std::chrono::seconds(10),
                                         [this](Result<std::unique_ptr<net::Stream>> connected) {
                                           if (!connected) return near_.stream->close();
                                           far_.stream = std::move(*connected);
                                           far_.stream->set_events(far_);
                                           near_.stream->set_events(near_);
                                         });
    }
    const std::string& said() const { return said_; }

   private:
    struct Side final : net::StreamEvents {
      Side(Pair& of, std::string* kept) : pair(of), record(kept) {}
      void on_bytes(std::span<char> bytes) override {
        const std::string_view text(bytes.data(), bytes.size());
        if (record != nullptr) record->append(text);
        pair.other(*this).stream->write(text);
      }
      void on_end() override { pair.other(*this).stream->close(); }

      Pair& pair;
      std::string* record;
      std::unique_ptr<net::Stream> stream;
    };
    Side& other(const Side& side) { return &side == &near_ ? far_ : near_; }

    std::string said_;
    Side near_, far_;
    std::unique_ptr<net::Connecting> connecting_;
  };

  net::Host& host_;
  net::Address to_;
  std::list<Pair> pairs_;
  std::unique_ptr<net::Listener> listener_;
};

}  // namespace shaddock::system_test
