// The half of Client that goes on at another frontend, or comes from one (handovers.h).
#include <utility>

#include "server/client.h"
#include "server/handovers.h"
#include "session/single_login.h"
#include "session/snapshot.h"

namespace shaddock::server {

// Each of what is done here may be its end.
bool Client::can_be_claimed() {
  if (session::SingleLogin* const login = context_.sessions.single_login()) login->check();
  send_kept();
  return resume_->counting && session_->connection != nullptr && !session_->data.uid.empty();
}

bool Client::goes_on(std::uint64_t received, std::size_t form) const {
  return resume_->log.follows(received) && resume_->log.bytes() < cluster::kMaxFrame / 2 &&
         session_->form.index() == form;
}

HandedSession Client::hand_over(const ResumeTake& take, const std::string& to) {
  (void)resume_->acknowledge(static_cast<std::uint32_t>(take.received));
  HandedSession handed;
  handed.found = true;
  handed.session = session_->id;
  handed.snapshot = session_->snapshot();
  if (session_->client_data) handed.handshake = session_->client_data->text();
  if (session_->login_kind != nullptr) handed.kind = *session_->login_kind;
  handed.received = resume_->received;
  handed.forgotten = resume_->log.forgotten();
  for (const SharedBytes& package : resume_->log.kept()) handed.packages.push_back(*package);
  for (const std::string* const server : session_->visited) handed.visited.push_back(*server);
  handed.spoken = messages_.missing(context_.loop.now());
  handed.refused = refused_in_a_row_;
  become_shadow(to);
  return handed;
}

// It stays for what still comes to it, and passes that on.
void Client::become_shadow(const std::string& to) {
  resume_->go(to, context_.loop.now());
  session_->handed = true;
  leaving_ = true;
  if (std::exchange(parked_, false)) context_.resumes.unpark();
  timer_.stop();
  machine_.close();
  place_ = Admission::Place();
  if (!transport_ended_) transport_.close(net::close_code::kNormal);
  count_queued();
}

void Client::finish_handed() {
  const std::shared_ptr<detail::FrontendState> session = std::exchange(session_, nullptr);
  context_.sessions.hand_over(*session);
  forget_earlier_sessions();
  if (transport_ended_) context_.events.on_client_end(*this);
}

void Client::end_handed() {
  session_->handed = false;
  resume_->counting = false;
  close_session();
  if (transport_ended_) context_.events.on_client_end(*this);
}

bool Client::take_handed(const HandedSession& handed, const ResumeToken& token) {
  auto data = session::decode_snapshot(handed.snapshot);
  if (!data.ok() || !context_.sessions.bind(*session_, data->uid).ok()) return false;
  session_->data.settings = std::move(data->settings);
  session_->changed();
  session_->client_data = context_.sessions.client_data(handed.handshake);
  for (const std::string& server : handed.visited)
    session_->note_visit(context_.sessions.same_name(server));
  resume_->came_with(token);
  resume_->resumed = resume_->counting = true;
  resume_->received = handed.received;
  resume_->log.begin_at(handed.forgotten);
  for (const std::string& package : handed.packages)
    resume_->keep(std::make_shared<const std::string>(package));
  messages_.miss(handed.spoken, context_.loop.now());
  refused_in_a_row_ = handed.refused;
  return true;
}

// Another connection of the same client has brought its session to this frontend meanwhile.
bool Client::finds_here(const ResumeTake& take) {
  if (transport_.closing() || transport_ended_) return false;
  if (!take_back(*ResumeToken::parse(take.token), take.received)) return false;
  welcome({});
  return true;
}

// The client may have gone meanwhile: then it may come again.
void Client::on_taken(bool taken) {
  const auto handshake = std::exchange(resume_->asking, nullptr);
  const bool leaves = std::exchange(leaving_, leaving_ && !taken);
  if (!taken) context_.counters.add(Count::resume_refused);
  if (!transport_.closing() && !transport_ended_) {
    if (!taken) return begin_session(*handshake);
    welcome({});
    if (leaves) leave(net::close_code::kGoingAway);
    return;
  }
  if (taken && may_park()) {
    park();
    if (transport_ended_) shed();
    return;
  }
  if (taken) return context_.handovers->end_arrival(session_->id);
  lose_session();
}

void Client::lose_session() {
  if (parked_ || !(transport_.closing() || transport_ended_))
    return close(net::close_code::kTryLater);
  if (resume_) resume_->counting = false;
  close_session();
  if (transport_ended_) context_.events.on_client_end(*this);
}

// The application may end it as soon as it hears of it.
void Client::tell_arrived() {
  if (session_->arriving) context_.handovers->tell_arrived(session_->id);
}

// On a later turn.
void Client::close_session() {
  context_.loop.defer([session = session_] {
    if (session->service != nullptr) session->service->close(*session);
  });
}

// Its rate limits count it when it comes: what waited is given all at once.
void Client::hold(std::string_view body) {
  if (heard(body)) context_.handovers->hold_request(*this, body);
}

void Client::on_held(std::string_view body) {
  if (auto message = protocol::decode_message(body)) serve(*message, body.size());
}

void Client::send_passed(const SharedBytes& package) {
  if (session_->handed) return context_.handovers->pass(*session_, package);
  write_numbered(package);
}

void Client::send_numbered(const SharedBytes& package) {
  if (session_->arriving) [[unlikely]]
    return context_.handovers->hold_package(*this, package);
  if (session_->handed) [[unlikely]]
    return context_.handovers->pass(*session_, package);
  write_numbered(package);
}

bool Client::hears(std::string_view server) const {
  return context_.handovers == nullptr || context_.handovers->hears(*session_, server);
}

}  // namespace shaddock::server
