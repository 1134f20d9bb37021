#pragma once

#include <shaddock/handler.h>
#include <shaddock/listener.h>
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
    bool distinct_host =
        false;  // clientPort listens on the entry's host only, not on all interfaces
    std::vector<StaticFile> files;
    // The keys "listeners" and "tls" of servers.json go before these.
    std::vector<ListenerSettings> listeners;

    bool use_dict = false;      // routes travel as codes
    bool use_protobuf = false;  // bodies with a schema in clientProtos.json and serverProtos.json
    bool use_crypto = false;    // requests must be signed with the key the client showed
    // Bodies of at least so many bytes go out compressed to clients that said they can read it (by
    // Pitaya's handshake, or "compress": "zlib" in "sys"); 0: never.
    std::size_t compress_from = 0;

    // How many sessions of all frontends of the type a uid may have, for each kind of connection
    // (FrontendSession::bind): any number; one, and a new login ends the old session with a KICK;
    // or one, and a new login fails with 409. Needs a port for servers.
    enum class SingleLogin { off, kick_old, refuse_new };
    SingleLogin single_login = SingleLogin::off;

    // Whether clients of this type and version are welcome; the others are told 501.
    std::function<bool(std::string_view type, std::string_view version)> check_client;
    // Pomelo's user handshake: a handler of any shape, with the whole handshake as its message.
    // What it answers is sent as "user", what it throws refuses the client with 500.
    template <class F>
    void handshake(F function) {
      user_handshake = [function](detail::Exchange& exchange) mutable {
        detail::HandlerShapeOf<F>::run(function, exchange);
      };
    }
    std::function<void(detail::Exchange&)> user_handshake;

    // What a session may do before it is bound to a uid; 0 and empty: as much as it likes.
    struct BeforeLogin {
      std::chrono::milliseconds time{0};  // from the ack, then it is closed
      std::size_t bytes = 0, messages = 0;
      std::function<void(const Request&)> check;  // throws Error to refuse the message
    } before_login;

    // A client that asks for it in its handshake may come back to its session after its connection
    // dropped: uid, settings, pushes and answers, in order and each once. See docs/resume.md.
    struct Resume {
      std::chrono::seconds keep{0};    // how long a session waits for its client; 0: not at all
      std::size_t buffer = 64 * 1024;  // kept for one client until it says that it has them
      std::size_t sessions = 10'000;   // that wait at a time; more end with their connections
      std::size_t bytes = 128 * 1024 * 1024;  // kept for all clients
    } resume;
    // Runs where a client has come back to its session from another frontend, before anything else
    // of it: what was registered there (on_close, stay_joined, follow) is registered anew here.
    std::function<void(Server&, FrontendSession&)> on_resumed;

    // What happens to a push for a client that has more than limits.queued_soft waiting: it is
    // kept; of its route only the newest is kept until there is room; it is dropped; the client is
    // closed.
    enum class WhenSlow { keep, keep_latest, drop, disconnect };
    std::map<std::string, WhenSlow, std::less<>> when_slow;  // by route; else keep

    // Whoever goes beyond these is answered with 429, or closed; each case has a counter
    // (Server::counters). 0 lifts a limit. Sizes are bytes.
    struct Limits {
      std::chrono::milliseconds handshake{5000};    // from connecting to the handshake package
      std::chrono::milliseconds ack{10000};         // from there to its ack
      std::chrono::seconds idle{90};                // without heartbeats: clients that send nothing
      std::chrono::milliseconds write_stall{5000};  // something waits and less than 1 KiB/s is taken
      std::chrono::milliseconds body_grace{10000};  // a package may be slow for so long, then it
      std::size_t body_rate = 1024;                 // must come at so many bytes a second

      std::size_t http_head = 8 * 1024, http_headers = 100;
      std::size_t handshake_bytes = 4 * 1024;
      std::size_t package = 64 * 1024;  // one package, WebSocket message or inflated body
      std::size_t fragments = 128, empty_fragments = 16;  // of one WebSocket message
      std::size_t json_depth = 32, json_values = 10'000;  // depth: at most 32
      std::size_t proto_depth = 32, proto_values = 10'000;

      std::size_t controls_per_second = 20;                          // pings, pongs, heartbeats
      std::size_t messages_per_second = 1000, message_burst = 2000;  // of a session
      std::size_t unanswered = 1024;                                 // requests of a session
      std::size_t early_messages = 8;  // dropped before the ack, then it is closed

      std::size_t queued_soft = 64 * 1024, queued = 256 * 1024;  // waiting for one client
      // For all of them; at 92 % nobody new is let in, at 95 % who has a sixteenth of queued_soft
      // waiting is slow for when_slow.
      std::size_t queued_all = 256 * 1024 * 1024;
      // Of the whole process: at 92 and 95 % as above, at 98 % who has most waiting is closed.
      std::size_t memory = 0;

      std::size_t connections = 0;   // 0: max-connections, or 80 % of the file descriptors
      std::size_t half_open = 1024;  // before their ack; the oldest is dropped for a new one
      std::size_t per_address = 64;  // connections; IPv6 addresses count by their /64
      std::size_t new_per_address = 20, new_burst = 40;  // a second

      std::vector<std::string> trusted = {"127.0.0.0/8",
                                          "::1/128"};  // CIDR, not counted by address
      std::vector<std::string> blocked;                // CIDR, refused
    } limits;
  } connector;

  // What may wait on the link to one other server; beyond it calls end with 503 and pushes are
  // lost (both are counted there, see Server::counters). 0 lifts a limit.
  struct Links {
    std::size_t calls = 10'000;
    std::size_t bytes = 16 * 1024 * 1024;  // answers may be twice as many, then the link is reset
    // A server that lets half of its calls of 5 s, those of 20 sessions at least, pass unanswered
    // is asked nothing for so long (524), then one call tries. 0: it is always asked.
    std::chrono::milliseconds circuit_open{1000};
  } links;

  // A server whose loop is late answers new requests with 503 before it looks into them, until it
  // is in time again; what it has begun goes on. Calls of other servers end so at twice the delay.
  struct Overload {
    std::chrono::milliseconds delay{50};      // late: what comes waits longer; 0: never
    std::chrono::milliseconds patience{500};  // how long it may be late before it refuses; but
    std::chrono::milliseconds lag{70};  // behind a turn of the loop longer than this, not at all
  } overload;

  struct Deadlines {
    std::chrono::milliseconds request{10000};  // of a client's request that goes to another server
    std::chrono::milliseconds rpc{5000};  // of calls to remotes, unless their session has less left
  } deadlines;

  // A server that is told to stop takes nothing new and ends when nothing is left to do. A second
  // SIGTERM ends it at once.
  struct Stop {
    std::chrono::milliseconds limit{10000};  // then the rest is cut off; a master waits 15 s
    std::chrono::milliseconds spread{2000};  // over which the clients of a frontend are closed
  } stop;

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
