#pragma once

#include <memory>
#include <optional>
#include <string_view>

#include "server/client.h"
#include "server/dispatcher.h"

namespace shaddock::server {

// A client's request that is handled on the frontend itself.
class FrontendExchange final : public HandlerExchange {
 public:
  // id 0: a notify. Views must live until the handler returns or detaches.
  FrontendExchange(Dispatcher& dispatcher, std::shared_ptr<detail::FrontendState> state,
                   std::uint32_t id, std::string_view route, std::string_view body,
                   cluster::BodyCoding coding, const detail::RequestContext& context);
  // The route does not exist, which clients of Pitaya hear as such.
  void unknown_route() { known_route_ = false; }
  ~FrontendExchange() override { fail_if_unanswered(); }

  const Session& session() const override { return session_; }
  bool is_notify() const override { return id_ == 0; }
  FrontendSession& frontend_session() override { return session_; }
  BackendSession& backend_session() override;
  std::unique_ptr<detail::Exchange> detach() override;

 protected:
  Result<void> send_answer(const Type& type, const void* value) override;
  void send_error(const Error& error) override;

 private:
  // The one that lives on: answers 504 itself when its time is over and the handler is not.
  explicit FrontendExchange(FrontendExchange& other);
  // Where the answer goes; nullptr when none is wanted or the client is gone.
  Client* waiting_client();

  FrontendSession session_;
  std::uint32_t id_;
  bool known_route_ = true;
  std::optional<net::Timer> deadline_;
};

}  // namespace shaddock::server
