#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <vector>

namespace shaddock {

// What a port that speaks TLS (1.2 at least) proves itself with: PEM files, or one PKCS#12 file.
// Paths are relative to the base directory. The files are looked at again every `reload`; new ones
// serve new connections, and no open one is disturbed.
struct TlsSettings {
  std::string certificate;    // PEM: the server's own certificate, then those of its issuers
  std::string key;            // PEM
  std::string pkcs12;         // instead of the two
  std::string password_file;  // its first line opens the key or the PKCS#12 file
  // From the first byte, in total, but never beyond limits.handshake since connecting.
  std::chrono::milliseconds handshake_limit{5000};
  std::chrono::seconds reload{60};  // 0: never
  bool plain_too = false;           // the port also serves who does not begin with a TLS hello

  bool enabled() const { return !certificate.empty() || !pkcs12.empty(); }
};

// One client port of a frontend. The one with port 0 or the entry's clientPort describes that port;
// every other one is opened beside it.
struct ListenerSettings {
  // tcp: raw packages, WebSocket and plain HTTP, told apart by their first bytes.
  // udp: one package per datagram.
  enum class Transport { tcp, udp };

  Transport transport = Transport::tcp;
  std::string host;  // numeric address to bind; empty: all interfaces
  int port = 0;
  TlsSettings tls;

  bool raw = true;  // packages without a WebSocket around them
  bool websocket = true;
  bool text = true;                  // WebSocket text frames; else they end with 1003
  bool deflate = false;              // permessage-deflate for clients that offer it
  std::vector<std::string> origins;  // of WebSockets; empty: any
  bool origin_required = false;      // no WebSocket without an Origin

  // Addresses (CIDR) of proxies whose word on the client's address is taken: a PROXY protocol
  // header (v1 or v2) before all else, and X-Forwarded-For. From anyone else a PROXY header is an
  // error and X-Forwarded-For is nothing.
  std::vector<std::string> proxies;

  // udp: a peer must send back a token before it costs anything. Without it Pomelo's own UDP
  // clients can connect, and whoever forges their address.
  bool prove_address = true;
};

}  // namespace shaddock
