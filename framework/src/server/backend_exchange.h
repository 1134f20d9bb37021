#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "cluster/link.h"
#include "server/dispatcher.h"
#include "session/session_remotes.h"

namespace shaddock::server {

// A client's request that a frontend forwarded to this backend.
class BackendExchange final : public HandlerExchange {
 public:
  // Views of the frame must live until the handler returns or detaches.
  BackendExchange(Dispatcher& dispatcher, cluster::Link& link, const cluster::Frame& frame,
                  std::string_view route, detail::BackendLink& sessions, net::TimePoint now);
  ~BackendExchange() override { fail_if_unanswered(); }

  const Session& session() const override { return session_; }
  bool is_notify() const override { return call_ == 0; }
  FrontendSession& frontend_session() override;
  BackendSession& backend_session() override { return session_; }
  std::unique_ptr<detail::Exchange> detach() override;

 protected:
  Result<void> send_answer(const Type& type, const void* value) override;
  void send_error(const Error& error) override;

 private:
  explicit BackendExchange(BackendExchange& other);
  // The link that the request came by; nullptr when no answer is wanted or it is gone.
  cluster::Link* waiting_link();

  cluster::Link* link_;  // nullptr once detached: then the handle finds it
  cluster::LinkHandle link_later_;
  cluster::CallId call_;
  detail::BackendLink& sessions_;
  std::string owned_settings_;
  std::string_view settings_;
  BackendSession session_;
};

}  // namespace shaddock::server
