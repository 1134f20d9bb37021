#include "admin/master.h"
#include "admin/verbs.h"

// The verbs of the console that change something: each leaves a line in the audit log.
namespace shaddock::admin {
namespace {

std::string words(const std::vector<std::string>& ids) {
  std::string text;
  for (const std::string& id : ids) text += (text.empty() ? "" : " ") + id;
  return text;
}
std::string arguments(const StartMessage& message) { return words(message.ids); }
std::string arguments(const StopMessage& message) {
  return message.ids.empty() ? "everything" : words(message.ids);
}
std::string arguments(const ServersMessage& message) { return words(message.ids); }
std::string arguments(const EntryMessage& message) { return words(message.words); }
std::string arguments(const KickRequest& message) {
  return message.uid + (message.reason.empty() ? "" : " \"" + message.reason + '"');
}

std::string arguments(const JoinMessage& message) {
  const ServerMessage& server = message.server;
  return server.id + ' ' + server.type + ' ' + server.host + ':' + std::to_string(server.port);
}

std::string role_name(cluster::Role role) {
  switch (role) {
    case cluster::Role::server:
      return "server";
    case cluster::Role::master:
      return "master";
    case cluster::Role::console:
      return "console";
    case cluster::Role::observer:
      return "observer";
  }
  return "?";
}

}  // namespace

// Whoever may not say it leaves a line, too.
template <class Message>
void Master::add_order(std::string_view route,
                       void (Master::*carry_out)(const Message&, cluster::IncomingCall)) {
  const std::string name(route.substr(route.rfind('.') + 1));
  remotes_.add(std::string(route), [this, route, name, carry_out](cluster::IncomingCall call) {
    Message message;
    const bool may = allowed(route, call.caller().role);
    const auto read = cluster::decode_msgpack(call.body(), type_of<Message>(), &message);
    const cluster::Identity& caller = call.caller();
    const cluster::Link* link = endpoint_->find(caller.id);
    AuditLog::Order order{role_name(caller.role), caller.user.value_or(""),
                          link == nullptr ? "-" : net::to_string(link->address()), name,
                          read ? arguments(message) : ""};
    if (!may || !read) {
      const Error why = may ? read.error() : Error(code::kFailed, not_allowed(caller.role));
      audit_.refused(order, why.text);
      return call.fail(why);
    }
    audit_.begins(order);
    call.on_end(
        [this, alive = std::weak_ptr<bool>(here_), order = std::move(order)](const Error* error) {
          if (!alive.expired()) audit_.ended(order, error == nullptr ? "" : error->text);
        });
    (this->*carry_out)(message, std::move(call));
  });
}

void Master::add_orders() {
  add_order(verb::kConsoleStart, &Master::start_servers);
  add_order(verb::kConsoleStop, &Master::stop_servers);
  add_order(verb::kConsoleRestart, &Master::restart_servers);
  add_order(verb::kConsoleAdd, &Master::add_server);
  add_order(verb::kConsoleRemove, &Master::remove_servers);
  add_order(verb::kConsoleKill, &Master::kill_servers);
  add_order(verb::kConsoleKick, &Master::kick_user);
  add_order(verb::kConsoleJoin, &Master::join_server);
}

}  // namespace shaddock::admin
