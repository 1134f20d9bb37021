#include "server/frontend_exchange.h"

#include "base/json_codec.h"
#include "server/error_answer.h"

namespace shaddock::server {

FrontendExchange::FrontendExchange(Dispatcher& dispatcher,
                                   std::shared_ptr<detail::FrontendState> state, std::uint32_t id,
                                   std::string_view route, std::string_view body,
                                   const detail::RequestContext& context)
    : HandlerExchange(dispatcher, route, body), session_(std::move(state)), id_(id) {
  session_.set_context(context);
}

FrontendExchange::FrontendExchange(FrontendExchange& other)
    : HandlerExchange(other), session_(other.session_), id_(other.id_) {
  session_.set_context(other.session_.context());
  if (id_ == 0) return;
  deadline_.emplace(dispatcher_.timers(),
                    [this] { fail(Error(code::kTimeout, "the handler took too long")); });
  deadline_->start(
      std::chrono::ceil<net::Duration>(session_.context().deadline - dispatcher_.timers().now()));
}

BackendSession& FrontendExchange::backend_session() {
  throw Error(code::kFailed, "a frontend has no BackendSession");
}

std::unique_ptr<detail::Exchange> FrontendExchange::detach() {
  return std::unique_ptr<detail::Exchange>(new FrontendExchange(*this));
}

Client* FrontendExchange::waiting_client() {
  if (id_ == 0 || session_.closed()) return nullptr;
  return static_cast<Client*>(session_.state().connection);
}

void FrontendExchange::send_answer(const Type& type, const void* value) {
  Client* client = waiting_client();
  if (client == nullptr) return;
  encode_json(type, value, client->begin_response(id_));
  client->end_response();
}

void FrontendExchange::send_error(const Error& error) {
  Client* client = waiting_client();
  if (client == nullptr) return;
  encode_error(error, dispatcher_.send_error_text(), client->begin_response(id_));
  client->end_response();
}

}  // namespace shaddock::server
