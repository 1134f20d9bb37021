#pragma once

#include <shaddock/settings.h>

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "base/deflate.h"
#include "base/inflate.h"
#include "net/cidr.h"
#include "net/http.h"
#include "net/loop.h"
#include "net/sniff.h"
#include "net/stream.h"
#include "net/tls_context.h"
#include "net/tls_stream.h"
#include "net/websocket.h"
#include "net/websocket_deflate.h"
#include "net/websocket_writer.h"
#include "protocol/package.h"
#include "server/counters.h"

namespace shaddock::server {

// Of a loop: memory that each needs only while it works.
struct Compressors {
  Inflater inflater;
  Deflater deflater;
  net::WebSocketDeflater frames;
};

// What all transports of one client port share.
struct PortContext {
  net::Loop& loop;
  const Settings::Connector& settings;
  const ListenerSettings& listener;
  Compressors& compressors;
  net::HttpSite site;
  net::CidrList proxies;
  std::shared_ptr<net::TlsContext> tls = nullptr;  // the newest; nullptr: no TLS here
};

// What a transport tells its owner. Every call may close the transport, none may destroy it.
class TransportEvents {
 public:
  // The peer stands for a client at this address: a proxy said so.
  virtual void on_address(const net::Address& address) = 0;
  // TLS begins; the first bytes within it are here.
  virtual void on_securing(bool done) = 0;
  // Packages may come: a session begins.
  virtual void on_carrier() = 0;
  // Views die with the call.
  virtual void on_package(const protocol::Package& package) = 0;
  // A ping was answered, or a pong came.
  virtual void on_control() = 0;
  // A package has begun and is not all there.
  virtual void on_unfinished() = 0;
  // A whole HTTP request was answered and the connection stays.
  virtual void on_http() = 0;
  // The peer broke a rule, or is done: to be closed with this WebSocket code.
  virtual void on_fault(Count why, int websocket_code) = 0;
  virtual void on_leaving(int websocket_code) = 0;
  // A datagram of this peer that is not one package.
  virtual void on_stray_datagram() = 0;
  // All that waited was taken.
  virtual void on_room() = 0;
  // The last call.
  virtual void on_transport_end(bool tls_failed) = 0;

 protected:
  ~TransportEvents() = default;
};

// One connection on a client port, from bytes to packages and back:
//
//   [PROXY header] [TLS] then by the first bytes: | packages |
//                                                 | HTTP -> files, or WebSocket frames | packages |
//   or datagrams, each one package
//
// Everything a peer sends is judged here as far as it is no package. After close() nothing is given
// out, and what is written goes nowhere.
class ClientTransport final : net::StreamEvents {
 public:
  ClientTransport(const PortContext& port, std::unique_ptr<net::Stream> stream,
                  TransportEvents& events);

  // One package in place: append the body to what begin() gives, then end() or cancel().
  Buffer& begin() {
    if (closing_) scrap().clear();
    Buffer& out = output();
    if (websocket_) frame_at_ = net::begin_frame(out);
    package_at_ = protocol::begin_package(out);
    return out;
  }
  // False, and taken back, when the body is too long.
  [[nodiscard]] bool end(protocol::PackageType type);
  void cancel();
  void write(protocol::PackageType type, std::string_view body);
  // Whole packages.
  void write(const SharedBytes& packages);

  // The longest body from the next header on.
  void set_limit(std::size_t limit) { reader_.set_limit(limit); }
  // Writes what is queued, a close frame behind it, and ends; at once when the descriptor is
  // needed.
  enum class Haste { none, now };
  void close(int websocket_code, Haste haste = Haste::none);
  // After on_transport_end(), on a later turn: gives back what only a connection needs.
  void release();
  // Tells an HTTP client why it ends.
  void write_http_error(int status);

  // Where begin() began, until end().
  Buffer& output() { return closing_ ? scrap() : stream_->output(); }

  const PortContext& port() const { return port_; }
  bool closing() const { return closing_; }
  // What is written to output() goes out as it is.
  bool carries_packages() const { return kind_ == Kind::raw && !closing_; }
  bool speaks_http() const { return kind_ == Kind::http; }
  std::size_t queued() const { return closing_ ? 0 : stream_->queued(); }
  // Something has come that was not looked at yet.
  bool unread() const { return !closing_ && stream_->unread(); }
  std::uint64_t written() const { return closing_ ? 0 : stream_->written(); }
  net::TimePoint last_input() const { return last_input_; }
  // Of the client, which a proxy may stand in for.
  net::Address address() const;
  // Of the package that is not all there: bytes so far, and when the first came.
  std::size_t unfinished() const;
  net::TimePoint unfinished_since() const { return unfinished_since_; }

 private:
  enum class Kind : std::uint8_t { first_bytes, http, websocket, raw, datagram };

  void on_bytes(std::span<char> bytes) override;
  void on_end() override;
  void on_drained() override { events_.on_room(); }

  Buffer& scrap();
  void on_first_bytes(std::string_view bytes);
  bool take_proxy_header();
  void stand_for(const net::Address& client);
  void stand_for_forwarded(const net::HttpRequest& request);
  void start(net::Speech speech, std::string& first);
  void secure(std::string_view first);
  void on_http(std::span<char> bytes);
  void answer_http();
  void give(const net::HttpAnswer& answer);
  void on_websocket(std::span<char> bytes);
  void on_websocket_event(const net::WebSocketEvent& event);
  void on_packages(std::string_view bytes);
  void on_datagram(std::string_view bytes);
  void note_unfinished();

  const PortContext& port_;
  TransportEvents& events_;
  std::unique_ptr<net::Stream> stream_;
  net::TlsStream* tls_ = nullptr;             // stream_, when it is one
  std::unique_ptr<net::Address> stands_for_;  // what a proxy said
  net::TimePoint last_input_, unfinished_since_;
  protocol::PackageReader reader_;
  std::unique_ptr<net::HttpRequestReader> http_;
  std::unique_ptr<net::WebSocketReader> websocket_;
  std::unique_ptr<std::string> first_bytes_;  // that do not tell yet what is spoken
  std::size_t frame_at_ = 0, package_at_ = 0;
  std::unique_ptr<Buffer> scrap_;  // what is written while closing
  Kind kind_ = Kind::first_bytes;
  bool proxied_ = false;          // no PROXY header is expected any more
  bool carried_ = false;          // on_carrier() was called
  std::int8_t deflate_bits_ = 0;  // of permessage-deflate, if that was agreed on
  bool waits_for_rest_ = false;
  bool closing_ = false;
};

}  // namespace shaddock::server
