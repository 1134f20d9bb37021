#include "admin/messages.h"

namespace shaddock::admin {
namespace {

// A state of a later version reads as down: known, but not to be called.
ServerInfo::State known(ServerInfo::State state) {
  const bool is_known = state >= ServerInfo::State::starting && state <= ServerInfo::State::joining;
  return is_known ? state : ServerInfo::State::down;
}

}  // namespace

ServerMessage to_message(const ServerInfo& info) {
  ServerMessage message;
  message.state = info.state;
  message.incarnation = info.incarnation;
  message.id = info.id;
  message.type = info.type;
  message.host = info.host;
  message.client_host = info.client_host;
  message.port = info.port;
  message.client_port = info.client_port;
  message.frontend = info.frontend;
  for (const auto& [name, value] : info.extras) {
    message.extras.push_back(name);
    message.extras.push_back(value);
  }
  return message;
}

ServerInfo to_info(ServerMessage message) {
  ServerInfo info;
  info.state = known(message.state);
  info.incarnation = message.incarnation;
  info.id = std::move(message.id);
  info.type = std::move(message.type);
  info.host = std::move(message.host);
  info.client_host = std::move(message.client_host);
  info.port = message.port;
  info.client_port = message.client_port;
  info.frontend = message.frontend;
  for (std::size_t i = 0; i + 1 < message.extras.size(); i += 2)
    info.extras.emplace_back(std::move(message.extras[i]), std::move(message.extras[i + 1]));
  return info;
}

ViewMessage to_message(const cluster::View& view) {
  ViewMessage message;
  message.number = view.number;
  for (const ServerInfo& info : view.servers) message.servers.push_back(to_message(info));
  return message;
}

cluster::View to_view(ViewMessage message) {
  cluster::View view;
  view.number = message.number;
  for (ServerMessage& server : message.servers) view.servers.push_back(to_info(std::move(server)));
  return view;
}

}  // namespace shaddock::admin
