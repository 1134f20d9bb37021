#include "admin/agent.h"

#include <algorithm>
#include <csignal>
#include <utility>

#include "admin/verbs.h"

namespace shaddock::admin {
namespace {

// A master that comes back should have all its servers half a second later.
constexpr net::Duration kRedialMost{300};

}  // namespace

Agent::Agent(net::Host& host, Logger log, Settings settings, cluster::Remotes& remotes,
             AgentEvents& events)
    : host_(host),
      log_(std::move(log)),
      settings_(std::move(settings)),
      events_(events),
      born_(host.loop.now()),
      forwarder_(host.loop.timers(),
                 [this](const LogMessage& message) { notify(verb::kLog, message); }) {
  add_remotes(remotes);
}

Agent::~Agent() = default;

void Agent::add_remotes(cluster::Remotes& remotes) {
  add_verb<ViewMessage>(remotes, verb::kView,
                        [this](ViewMessage& message, cluster::IncomingCall call) {
                          call.answer();
                          if (message.number <= view_number_) return;
                          view_number_ = message.number;
                          events_.on_view(to_view(std::move(message)));
                        });
  add_verb<Nothing>(remotes, verb::kStats,
                    [this](Nothing&, cluster::IncomingCall call) { answer(call, stats()); });
  add_verb<UsersRequest>(
      remotes, verb::kUsers, [this](UsersRequest& request, cluster::IncomingCall call) {
        answer(call, events_.users(std::min<std::uint64_t>(request.most, kMostUsers)));
      });
  add_verb<KickRequest>(remotes, verb::kKick,
                        [this](KickRequest& request, cluster::IncomingCall call) {
                          KickedMessage kicked;
                          kicked.sessions = events_.kick(request.uid, request.reason);
                          answer(call, kicked);
                        });
  add_verb<Nothing>(remotes, verb::kStop, [this](Nothing&, cluster::IncomingCall call) {
    call.answer();
    stop_server();
  });
}

void Agent::start(cluster::Endpoint& endpoint, cluster::RpcClient& rpc) {
  endpoint_ = &endpoint;
  rpc_ = &rpc;
  const auto stop = [this, here = std::weak_ptr<bool>(here_)] {
    if (!here.expired()) stop_server();
  };
  const auto signal = [this, here = std::weak_ptr<bool>(here_)] {
    if (!here.expired()) on_signal();
  };
  host_.processes.on_signal(SIGTERM, signal);
  host_.processes.on_signal(SIGINT, signal);
  // Whoever has joined it may have a terminal.
  if (settings_.joined) host_.processes.on_signal(SIGHUP, signal);
  host_.processes.watch_lifeline(stop);
  endpoint.dial(settings_.master_id, settings_.master, kRedialMost);
}

void Agent::on_signal() {
  if (std::exchange(signalled_, true)) return events_.on_stop_at_once();
  stop_server();
}

// What the server warns of while it stops is lost if it waits. One that was joined by hand leaves
// the cluster with that.
void Agent::stop_server() {
  if (settings_.joined && registered_ && !stopping_) notify(verb::kLeave, Nothing{});
  stopping_ = true;
  forwarder_.flush();
  events_.on_stop();
}

bool Agent::is_master(const cluster::Link& link) const {
  return link.peer().role == cluster::Role::master && link.peer().id == settings_.master_id;
}

void Agent::on_link_up(cluster::Link& link) {
  if (is_master(link)) register_here(link);
}

void Agent::on_link_down(cluster::Link& link) {
  if (!is_master(link)) return;
  registered_ = false;
  forwarder_.set_open(false);
  log_.info("the master is gone, looking for it", {{"master", settings_.master_id}});
}

void Agent::register_here(cluster::Link& link) {
  RegisterMessage message;
  message.pid = host_.processes.self().pid;
  if (settings_.stop_limit.count() > 0)
    message.stop_limit = static_cast<std::uint64_t>(settings_.stop_limit.count());
  if (settings_.joined) message.entry = to_message(*settings_.joined);
  rpc_->call(&link, verb::kRegister, type_of<RegisterMessage>(), &message, {},
             [this, here = std::weak_ptr<bool>(here_)](Result<std::string_view> answer) {
               if (!here.expired()) registered(answer);
             });
}

void Agent::registered(const Result<std::string_view>& answer) {
  if (answer) {
    registered_ = true;
    if (ready_) notify(verb::kReady, Nothing{});
    forwarder_.set_open(true);
    return;
  }
  const Error& error = answer.error();
  if (error.code == code::kFailed && !stopping_) return events_.on_refused(error.text);
  // The link broke, or the master is slow: then another link or another try decides.
  cluster::Link* link = endpoint_->find(settings_.master_id);
  if (link != nullptr && error.code == code::kTimeout) register_here(*link);
}

void Agent::report_ready() {
  ready_ = true;
  if (registered_) notify(verb::kReady, Nothing{});
}

template <class Message>
void Agent::notify(std::string_view route, const Message& message) {
  if (rpc_ == nullptr) return;
  rpc_->notify(endpoint_->find(settings_.master_id), route, type_of<Message>(), &message);
}

StatsMessage Agent::stats() const {
  const AgentStats counted = events_.stats();
  StatsMessage message;
  message.pid = host_.processes.self().pid;
  message.resident_bytes = host_.processes.usage().resident_bytes;
  message.connections = counted.connections;
  message.sessions = counted.sessions;
  message.requests = counted.requests;
  message.uptime_ms = static_cast<std::uint64_t>((host_.loop.now() - born_).count());
  return message;
}

}  // namespace shaddock::admin
