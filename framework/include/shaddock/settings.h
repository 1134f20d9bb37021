#pragma once

#include <shaddock/handler.h>
#include <shaddock/routing.h>

#include <chrono>
#include <cstddef>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace shaddock {

class Server;

// A file that a frontend gives to plain HTTP GETs on its client port. Paths match exactly; no
// request reaches a disk.
struct StaticFile {
  std::string path;          // as in the request: "/chat.js"; "/" for the page itself
  std::string content_type;  // "text/html; charset=utf-8"
  std::string_view bytes;    // must outlive the server; usually compiled in
};

// Each server has filters of its own, made by this.
using FilterFactory = std::function<std::unique_ptr<Filter>(Server&)>;

// What can be set for a server, by environment and type; see Application::configure. Times of 0
// switch off.
struct Settings {
  struct Connector {
    std::chrono::seconds heartbeat{0};  // Pomelo's: asked of clients in the handshake; 0: none
    std::chrono::seconds heartbeat_timeout{0};  // 0: twice the heartbeat
    std::chrono::seconds idle_limit{90};  // without heartbeats: closes clients that send nothing
    std::chrono::milliseconds handshake_limit{
        5000};  // from connecting to the handshake package, in total
    std::chrono::milliseconds ack_limit{10000};  // from the handshake package to its ack
    std::size_t max_handshake = 4 * 1024;        // bytes
    std::size_t max_package = 64 * 1024;         // bytes of one package or WebSocket message
    std::size_t max_queued = 256 * 1024;  // bytes waiting for a slow client, then it is closed
    std::size_t max_unanswered = 1024;    // requests of one session, then 429
    std::size_t max_connections = 0;      // 0: servers.json's max-connections, or no limit
    bool distinct_host = false;           // listen on the entry's host only, not on all interfaces
    std::vector<StaticFile> files;
  } connector;

  struct Deadlines {
    std::chrono::milliseconds request{10000};  // of a client's request that goes to another server
    std::chrono::milliseconds rpc{5000};  // of calls to remotes, unless their session has less left
  } deadlines;

  // Sends Error::text to clients as "message" (it is always logged).
  bool send_error_text = false;

  // How calls find a server of that type.
  void route(std::string server_type, Router router) {
    routes.insert_or_assign(std::move(server_type), std::move(router));
  }
  std::map<std::string, Router, std::less<>> routes;

  // Around handlers on this server; on frontends, around all that clients send, also forwarded.
  std::vector<FilterFactory> filters;
  std::vector<FilterFactory> global_filters;
};

namespace detail {
// What an Application describes.
struct Configure {
  std::string environments, types;  // "production|development"; "all"
  std::function<void(Settings&)> function;
};
struct Definition {
  std::map<std::string, TypeDefinition, std::less<>> types;
  std::vector<Configure> configures;
};
}  // namespace detail

namespace filters {
// Logs requests whose handler has not ended after that time (Pomelo's filter; the client's deadline
// is another thing).
FilterFactory timeout(std::chrono::milliseconds limit);
// Logs each request with its code and the time it took.
FilterFactory time();
}  // namespace filters

}  // namespace shaddock
