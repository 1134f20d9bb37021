#pragma once

#include <shaddock/log.h>
#include <shaddock/settings.h>

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>

#include "cluster/mesh.h"
#include "net/host.h"
#include "server/admission.h"
#include "server/client.h"
#include "server/client_port.h"
#include "server/dispatcher.h"
#include "server/farewell.h"
#include "server/followed_sessions.h"
#include "server/kept_requests.h"
#include "server/memory_watch.h"
#include "server/overload.h"
#include "server/restarts.h"
#include "server/resume_table.h"
#include "server/route_book.h"
#include "server/turned_away.h"
#include "session/channels.h"
#include "session/frontend_sessions.h"
#include "session/router.h"
#include "session/single_login.h"

namespace shaddock::server {

class ForwardedRequest;
class Handovers;
struct HeldRequest;

// The client ports of a frontend: accepts clients, handles what is for its own type, forwards the
// rest to the server that the router picks, as the bytes the client sent, and brings the answers
// back. Invariant: each request of a client whose connection lives is answered exactly once.
class Connector final : ClientEvents, cluster::CallOwner {
 public:
  struct Parts {
    net::Host& host;
    const ServerInfo& info;
    const Settings& settings;
    cluster::Mesh& mesh;
    const session::RouterTable& router;
    session::FrontendSessions& sessions;
    Dispatcher& dispatcher;
    FilterChain& global_filters;
    const protocol::ClientProtocol* protocol;  // nullptr: no dictionary and no schemas
    const BodyCodec& bodies;
    Counters& counters;
    Restarts& restarts;
    Overload& overload;
    session::SingleLogin* single_login;  // nullptr: off
    FollowedSessions& followed;
    Server& server;
    cluster::Endpoint& endpoint;
    cluster::RpcClient& rpc;
    cluster::Remotes& remotes;
    session::Channels& channels;
    Logger log;
  };
  explicit Connector(Parts parts);
  ~Connector();

  // Opens all client ports. error.code as of ClientPort::open().
  Result<void> open();
  // Of clientPort; port 0 before it is open.
  net::Address address() const;
  // In the order of Settings::Connector::listeners, without those that only describe clientPort.
  std::vector<net::Address> more_addresses() const;
  // Closes the ports and sends every client away with WebSocket code 1001, each at a moment of its
  // own within that time (see Farewell) and when its requests are answered; calls back once, when
  // the last one is gone.
  void leave(std::chrono::milliseconds spread, Function<void()> on_empty);
  // Whoever is still there is sent away now.
  void close();
  // Also those whose connection dropped and that may come back.
  std::size_t clients() const { return clients_.size(); }
  std::size_t parked() const { return resumes_.parked(); }
  // Of them, those that have gone on at another frontend, to which something may still come.
  std::size_t shadows() const;
  // nullptr: clients cannot come back.
  Handovers* handovers() { return handovers_.get(); }

 private:
  void make_handovers();
  void tell_resumed(FrontendSession& session);
  Result<void> open_port(const ListenerSettings& listener);
  void on_accept(const PortContext& port, std::unique_ptr<net::Stream> stream);
  void turn_away(const PortContext& port, std::unique_ptr<net::Stream> stream);
  void on_message(Client& client, const protocol::Message& message) override;
  void on_refused(Client& client, const protocol::MessageHeader& request,
                  const Error& error) override;
  void on_client_end(Client& client) override;
  void on_queues_full() override;
  void on_memory(std::size_t percent, std::size_t excess);
  void drop_slowest(std::size_t most, std::size_t least, ClientTransport::Haste haste);
  void on_call_end(cluster::CallTag tag, const cluster::CallEnd& end) noexcept override;

  struct Incoming;  // a message being looked at
  KnownRoute* route_of(const Client& client, const protocol::MessageHeader& header);
  KnownRoute* describe(Client& client, const protocol::MessageHeader& header);
  KnownRoute* drop_without_route(Client& client);
  void take(Incoming& in);
  void shed(const Incoming& in);
  bool verify(Incoming& in, std::string& verified);
  bool passes_before_login(const Incoming& in);
  bool passes_global_filters(Incoming& in);
  void handle_here(const Incoming& in);
  void forward(const Incoming& in);
  int forward_to(const ServerInfo& server, const Incoming& in);
  int send(const KnownRoute::Target& target, const Incoming& in);
  net::Duration time_left(const Incoming& in) const;
  std::uint64_t keep(const KnownRoute::Target& target, const Incoming& in, net::Duration limit);
  static bool is_refusal(const cluster::CallEnd& end);
  bool forward_again(cluster::CallTag tag, const cluster::CallEnd& end);
  // pitaya_code: see Client::answer_error().
  void refuse(const Incoming& in, const Error& error, int pitaya_code = 0);
  // For a server that is restarted, or (nullptr) for any of the type: keeps the message, which is
  // forwarded later. False when there is nobody to wait for.
  bool hold(const Incoming& in, const ServerInfo* server);
  void forward_held(const HeldRequest& held, Restarts::Now now);
  void tell_empty();
  void tell_global_filters(std::uint32_t number, int code) noexcept;

  Parts parts_;
  const Settings::Connector& settings_;
  net::StaticFiles files_;
  Compressors compressors_;
  ResumeTable resumes_;
  std::unique_ptr<Handovers> handovers_;
  ClientContext context_;
  std::unique_ptr<Admission> admission_;
  std::optional<TurnedAway> turned_away_;
  std::vector<std::unique_ptr<ClientPort>> ports_;  // the first is clientPort
  Function<void()> on_empty_;
  Farewell farewell_;
  bool closing_ = false;
  bool queues_watched_ = false;
  MemoryWatch memory_;
  // By number: what is done to all of them is done in the order of their coming.
  std::map<std::uint64_t, std::unique_ptr<Client>> clients_;
  std::uint64_t last_client_ = 0;
  // Requests under way that global filters want to hear the end of.
  std::unordered_map<std::uint32_t, std::unique_ptr<ForwardedRequest>> forwarded_;
  std::uint32_t next_forwarded_ = 1;
  RouteBook routes_;
  KeptRequests kept_;
  FailureLog failures_;
  std::uint64_t next_trace_;
  std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);  // for work that is still deferred
};

}  // namespace shaddock::server
