#include "server/handshake_exchange.h"

#include <utility>

#include "base/json_codec.h"
#include "server/client.h"

namespace shaddock::server {

namespace {

// As JavaScript sees it.
bool is_something(std::string_view json) {
  for (const std::string_view nothing : {"", "null", "false", "0", "-0", "\"\""})
    if (json == nothing) return false;
  return true;
}

}  // namespace

void HandshakeExchange::run(const std::shared_ptr<detail::FrontendState>& session,
                            std::string_view text, const Handler& handler) noexcept {
  HandshakeExchange exchange(session, text);
  try {
    handler(exchange);
  } catch (...) {
    exchange.fail(current_error());
  }
}

HandshakeExchange::~HandshakeExchange() {
  if (!ended_) fail(Error(code::kFailed, "the handshake handler dropped its reply"));
}

Client* HandshakeExchange::take_client() {
  if (std::exchange(ended_, true)) return nullptr;
  return static_cast<Client*>(state_->answers_to);
}

void HandshakeExchange::answer(const Type& type, const void* value) {
  Client* client = take_client();
  if (client == nullptr) return;
  Buffer user;
  if (&type != &type_of<Nothing>()) encode_json(type, value, user);
  client->welcome(is_something(user.view()) ? user.view() : std::string_view());
}

void HandshakeExchange::fail(const Error& error) {
  if (Client* client = take_client()) client->refuse_because(error);
}

BackendSession& HandshakeExchange::backend_session() {
  throw Error(code::kFailed, "a handshake has no BackendSession");
}

void HandshakeExchange::read(const Type& type, void* message) {
  if (type.kind == Type::Kind::json) {
    *static_cast<Json*>(message) = body();
  } else {
    decode_json(text_, type, message).unwrap();
  }
}

std::unique_ptr<detail::Exchange> HandshakeExchange::detach() {
  std::unique_ptr<HandshakeExchange> own(new HandshakeExchange(state_, {}));
  own->owned_text_ = text_;
  own->text_ = own->owned_text_;
  ended_ = true;
  return own;
}

}  // namespace shaddock::server
