#include "server/backend_exchange.h"

#include "server/error_answer.h"

namespace shaddock::server {

BackendExchange::BackendExchange(Dispatcher& dispatcher, cluster::Link& link,
                                 const cluster::Frame& frame, std::string_view route,
                                 detail::BackendLink& sessions, net::TimePoint now)
    : HandlerExchange(dispatcher, route, frame.body, frame.coding),
      link_(&link),
      call_(frame.call),
      sessions_(sessions),
      settings_(frame.settings),
      session_(frame.session, link.peer().id, frame.settings, sessions) {
  detail::RequestContext context;
  if (frame.call != 0) context.deadline = now + net::Duration(frame.remaining_ms);
  context.trace = frame.trace;
  session_.set_context(context);
}

BackendExchange::BackendExchange(BackendExchange& other)
    : HandlerExchange(other),
      link_(nullptr),
      link_later_(other.link_ != nullptr ? other.link_->handle() : other.link_later_),
      call_(other.call_),
      sessions_(other.sessions_),
      owned_settings_(other.settings_),
      settings_(owned_settings_),
      session_(other.session_.id(), link_later_.peer().id, owned_settings_, sessions_) {
  session_.set_context(other.session_.context());
}

FrontendSession& BackendExchange::frontend_session() {
  throw Error(code::kFailed, "a backend has no FrontendSession");
}

std::unique_ptr<detail::Exchange> BackendExchange::detach() {
  return std::unique_ptr<detail::Exchange>(new BackendExchange(*this));
}

cluster::Link* BackendExchange::waiting_link() {
  if (call_ == 0) return nullptr;
  return link_ != nullptr ? link_ : link_later_.get();
}

Result<void> BackendExchange::send_answer(const Type& type, const void* value) {
  cluster::Link* link = waiting_link();
  if (link == nullptr) return {};
  cluster::FrameWriter frame(link->output());
  frame.answer(call_, code::kOk);
  if (auto written = write(type, value, frame.body()); !written.ok())
    return frame.cancel(), written;
  if (!frame.finish()) return Error(code::kFailed, "the answer is too large");
  return {};
}

void BackendExchange::send_error(const Error& error) {
  cluster::Link* link = waiting_link();
  if (link == nullptr) return;
  cluster::FrameWriter frame(link->output());
  frame.answer(call_, error.code);
  encode_error(error, dispatcher_.send_error_text(), frame.body());
  if (frame.finish()) return;
  send_error(Error(error.code, {}));  // body or text were too large; this is not
}

}  // namespace shaddock::server
