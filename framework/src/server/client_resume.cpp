// The half of Client that lets it come back to its session (docs/resume.md).
#include <utility>

#include "server/client.h"
#include "server/handovers.h"

namespace shaddock::server {

using net::close_code::kNormal;
using protocol::ConnectionState;
using protocol::PackageType;

namespace {

constexpr std::uint64_t kTellAfter = 64;  // packages of the client
constexpr std::size_t kCountSize = 4;

std::uint32_t read_count(std::string_view bytes) {
  std::uint32_t count = 0;
  for (const char byte : bytes) count = count << 8 | static_cast<unsigned char>(byte);
  return count;
}

std::string write_count(std::uint64_t count) {
  std::string bytes;
  for (int shift = 24; shift >= 0; shift -= 8) bytes += static_cast<char>(count >> shift);
  return bytes;
}

}  // namespace

Client::Way Client::way_of(const protocol::HandshakeRequest& request, std::string_view handshake) {
  const bool stream =
      transport_.port().listener.transport == ListenerSettings::Transport::tcp && !pitaya_;
  if (!request.resume || context_.handovers == nullptr || !stream) return Way::begins;
  const std::string& shown = request.resume->token;
  const auto token = ResumeToken::parse(shown);
  if (token && take_back(*token, request.resume->received)) return Way::resumed;
  resume_ = std::make_unique<Resumable>(context_.resumes, *this);
  if (token && context_.handovers->ask(*this, *token, request.resume->received)) {
    resume_->asking = std::make_unique<std::string>(handshake);
    return Way::asking;
  }
  if (!shown.empty()) context_.counters.add(Count::resume_refused);
  return Way::begins;
}

// From the client that it was before, at this frontend.
bool Client::take_back(const ResumeToken& token, std::uint64_t received) {
  Client* const old = context_.resumes.owner_of(token);
  if (old == nullptr || !old->can_be_claimed()) return false;
  if (old->goes_on(received, session_->form.index())) return take_over(*old, token, received), true;
  old->close(kNormal);  // nobody else can come back to it
  return false;
}

void Client::take_over(Client& old, const ResumeToken& token, std::uint64_t received) {
  context_.counters.add(Count::resumed);
  context_.sessions.close(*session_);  // that of this connection, which nobody has seen
  take_session(old);
  resume_->owner = this;
  resume_->resumed = true;
  resume_->renew(token.secret);
  (void)resume_->acknowledge(static_cast<std::uint32_t>(received));
  old.give_way();
  if (leaving_) leave(net::close_code::kGoingAway);
}

void Client::take_session(Client& old) {
  session_ = std::move(old.session_);
  session_->connection = session_->answers_to = this;
  earlier_sessions_ = std::move(old.earlier_sessions_);
  if (earlier_sessions_)
    for (const auto& earlier : *earlier_sessions_) earlier->answers_to = this;
  resume_ = std::move(old.resume_);
  key_ = std::move(old.key_);
  schemas_ = std::move(old.schemas_);
  unanswered_ = std::exchange(old.unanswered_, 0);
  messages_ = old.messages_;
  refused_in_a_row_ = old.refused_in_a_row_;
}

// Its session is another's: what is left of it goes.
void Client::give_way() {
  if (std::exchange(parked_, false)) context_.resumes.unpark();
  timer_.stop();
  machine_.close();
  if (transport_ended_) return context_.events.on_client_end(*this);
  transport_.close(kNormal);
}

std::string Client::resume_member() const {
  const std::string seconds = std::to_string(context_.resumes.limits().keep.count());
  std::string member = R"("resume":{"token":")" + resume_->token() + R"(","seconds":)" + seconds;
  if (!resume_->resumed) return member + R"(,"resumed":false})";
  return member + R"(,"resumed":true,"received":)" + std::to_string(resume_->received) + '}';
}

// The client has the session, or has it back: it gets what it missed. If that has become too much
// since it was promised, it must not go on with a hole.
void Client::begin_counting() {
  if (resume_->resumed && resume_->log.lost()) return close(net::close_code::kTryLater);
  resume_->counting = true;
  resume_->use_up();
  const std::size_t before = transport_.queued();
  for (const SharedBytes& package : resume_->log.kept()) transport_.write(package);
  watch_queue(before);
}

// One that acknowledges much is no flood: it comes because we sent much.
void Client::on_counted_heartbeat(std::string_view body) {
  const std::uint64_t before = resume_->log.forgotten();
  if (body.size() == kCountSize && !resume_->acknowledge(read_count(body)))
    return end(Count::malformed_package, net::close_code::kProtocolError);
  if (context_.settings.heartbeat.count() > 0) write_heartbeat();
  if (resume_->log.forgotten() - before < kTellAfter / 4) on_control();
}

void Client::count_received() {
  if (++resume_->received - resume_->told >= kTellAfter) write_heartbeat();
}

void Client::write_heartbeat() {
  if (!resume_) return transport_.write(PackageType::heartbeat, {});
  resume_->told = resume_->received;
  transport_.write(PackageType::heartbeat, write_count(resume_->received));
}

Buffer& Client::begin_numbered() {
  resume_->answer.clear();
  protocol::begin_package(resume_->answer);
  return resume_->answer;
}

bool Client::end_numbered() {
  Buffer& answer = resume_->answer;
  if (!protocol::end_package(answer, 0, PackageType::data)) return answer.clear(), false;
  send_numbered(std::make_shared<const std::string>(answer.view()));
  answer.clear();
  return true;
}

void Client::write_numbered(const SharedBytes& package) {
  if (!resume_->counting) return;
  const bool had_all = !resume_->log.lost();
  resume_->keep(package);
  if (had_all && resume_->log.lost()) {
    context_.counters.add(Count::resume_overrun);
    if (parked_) return end_parked();
  }
  if (transport_.closing() || !machine_.may_send()) return;
  const std::size_t before = transport_.queued();
  transport_.write(package);
  watch_queue(before);
}

// Like end(), but of a connection whose client may be alive and come back.
void Client::drop(Count why, int websocket_code) {
  if (transport_.closing()) return;
  context_.counters.add(why);
  if (!may_park()) return close(websocket_code);
  transport_.close(websocket_code);
  park();
}

// Whoever closes a WebSocket normally has left.
void Client::on_leaving(int websocket_code) {
  const bool left = websocket_code == kNormal || websocket_code == net::close_code::kNone;
  if (left || !may_park()) return close(websocket_code);
  transport_.close(websocket_code);
  park();
}

// While it stops: clients that can go on at another frontend are closed at once.
bool Client::waits_elsewhere() const { return may_park() && context_.handovers->has_others(); }

bool Client::may_park() const {
  return resume_ && resume_->counting && !resume_->log.lost() && !leaving_ &&
         !session_->data.uid.empty() && context_.resumes.has_room();
}

// The descriptor is free and the place is another's; the rest waits.
void Client::park() {
  count_queued();
  machine_.close();
  place_ = Admission::Place();
  context_.counters.add(Count::parked);
  context_.resumes.park();
  parked_ = true;
  timer_.start(context_.resumes.limits().keep);
  send_kept();
}

// On a later turn: the transport is telling us of its end.
void Client::shed() {
  context_.loop.defer([session = session_] {
    if (session->answers_to == nullptr) return;
    Client& client = static_cast<Client&>(*session->answers_to);
    if (client.transport_ended_) client.transport_.release();
  });
}

void Client::end_parked() {
  if (!std::exchange(parked_, false)) return;
  context_.resumes.unpark();
  timer_.stop();
  resume_->counting = false;
  tell_arrived();
  close_session();
  if (transport_ended_) context_.events.on_client_end(*this);
}

}  // namespace shaddock::server
