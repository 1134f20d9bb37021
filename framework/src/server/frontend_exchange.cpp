#include "server/frontend_exchange.h"

#include "server/pitaya_error.h"

namespace shaddock::server {

FrontendExchange::FrontendExchange(Dispatcher& dispatcher,
                                   std::shared_ptr<detail::FrontendState> state, std::uint32_t id,
                                   std::string_view route, std::string_view body,
                                   cluster::BodyCoding coding,
                                   const detail::RequestContext& context)
    : HandlerExchange(dispatcher, route, body, coding), session_(std::move(state)), id_(id) {
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
  return id_ == 0 ? nullptr : static_cast<Client*>(session_.state().answers_to);
}

Result<void> FrontendExchange::send_answer(const Type& type, const void* value) {
  Client* client = waiting_client();
  if (client == nullptr) return {};
  auto written = write(type, value, client->begin_response(id_));
  if (written.ok())
    client->end_response();
  else
    client->cancel_response();
  return written;
}

// What a handler failed with without a code of its own is PIT-000 for Pitaya.
void FrontendExchange::send_error(const Error& error) {
  Client* client = waiting_client();
  if (client == nullptr) return;
  client->answer_error(id_, error, known_route_ ? 0 : kPitayaNotFound);
}

}  // namespace shaddock::server
