#pragma once

#include <shaddock/handler.h>

#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "session/frontend_state.h"

namespace shaddock::server {

class Client;

// A client's handshake on its way through the user's handler (Settings::Connector::handshake). What
// that answers becomes "user", an error refuses the client. A client that left meanwhile is told
// nothing.
class HandshakeExchange final : public detail::Exchange {
 public:
  using Handler = std::function<void(detail::Exchange&)>;
  // `text` is the whole handshake as JSON.
  static void run(const std::shared_ptr<detail::FrontendState>& session, std::string_view text,
                  const Handler& handler) noexcept;
  ~HandshakeExchange() override;

  const Session& session() const override { return session_; }
  std::string_view route() const override { return "handshake"; }
  bool is_notify() const override { return false; }
  std::uint64_t number() const override { return 0; }
  const Json& body() const override { return state_->handshake(); }

  void answer(const Type& type, const void* value) override;
  void fail(const Error& error) override;
  FrontendSession& frontend_session() override { return session_; }
  BackendSession& backend_session() override;
  void read(const Type& type, void* message) override;
  std::unique_ptr<detail::Exchange> detach() override;

 private:
  HandshakeExchange(const std::shared_ptr<detail::FrontendState>& session, std::string_view text)
      : state_(session), session_(session), text_(text) {}
  // nullptr when it was answered or the client is gone.
  Client* take_client();

  std::shared_ptr<detail::FrontendState> state_;
  FrontendSession session_;
  std::string owned_text_;
  std::string_view text_;
  bool ended_ = false;
};

}  // namespace shaddock::server
