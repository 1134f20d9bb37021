#include "server/client.h"

#include <algorithm>

#include "net/ip_address.h"
#include "server/handovers.h"
#include "server/handshake_exchange.h"
#include "server/size_limit.h"

namespace shaddock::server {

using net::close_code::kNormal;
using net::close_code::kPolicy;
using net::close_code::kProtocolError;
using protocol::ConnectionState;
using protocol::MessageType;
using protocol::PackageAction;
using protocol::PackageType;

namespace {

constexpr std::size_t kMostEarlierSessions = 64;

}  // namespace

Client::Client(ClientContext& context, const PortContext& port, std::unique_ptr<net::Stream> stream,
               Admission::Place place, std::uint64_t number)
    : context_(context),
      number_(number),
      transport_(port, std::move(stream), *this),
      place_(std::move(place)),
      timer_(context.loop.timers(), *this),
      controls_(context.settings.limits.controls_per_second, 0),
      messages_(context.settings.limits.messages_per_second, context.settings.limits.message_burst),
      guard_(context.settings) {
  place_.set_owner(*this);
  limit_phase(context_.settings.limits.handshake, Count::late_handshake);
}

Client::~Client() {
  if (parked_) context_.resumes.unpark();
  context_.queued -= counted_;
  forget_earlier_sessions();
  if (!session_) return;
  session_->connection = nullptr;
  session_->answers_to = nullptr;
}

// Whoever is just coming back to a session has not lost it for that.
void Client::make_room() {
  if (!may_park()) return close(net::close_code::kTryLater, ClientTransport::Haste::now);
  transport_.close(net::close_code::kTryLater, ClientTransport::Haste::now);
  park();
}

void Client::on_address(const net::Address& address) {
  const auto ip = net::parse_ip(address.host);
  if (!ip || !place_.move_to(*ip)) close(net::close_code::kTryLater);
}

// Who waits before it begins with TLS has no more time for both.
void Client::on_securing(bool done) {
  const Settings::Connector::Limits& limits = context_.settings.limits;
  if (done) return limit_phase(limits.handshake, Count::late_handshake);
  const net::TimePoint before = phase_deadline_;
  limit_phase(transport_.port().listener.tls.handshake_limit, Count::late_handshake);
  phase_deadline_ = std::min(phase_deadline_, before);
  arm();
}

// Its echo is one more thing that may never be read.
void Client::on_control() {
  if (!controls_.take(context_.loop.now())) return end(Count::control_flood, kPolicy);
  watch_queue(transport_.queued());
}

void Client::on_package(const protocol::Package& package) {
  switch (machine_.on_package(package.type)) {
    case PackageAction::dispatch:
      if (resume_) [[unlikely]] {
        count_received();
        if (session_->arriving) return hold(package.body);
      }
      return on_data(package.body);
    case PackageAction::heartbeat:
      if (resume_) return on_counted_heartbeat(package.body);
      if (context_.settings.heartbeat.count() > 0) transport_.write(PackageType::heartbeat, {});
      return on_control();
    case PackageAction::handshake:
      return on_handshake(package.body);
    case PackageAction::ack:
      return on_ack();
    case PackageAction::drop:
      return on_early_data();
    case PackageAction::ignore:
      return;
    case PackageAction::close:
      if (resume_ && package.type == PackageType::kick) return close(kNormal);  // it has left
      return end(Count::malformed_package, kProtocolError);
  }
}

void Client::on_handshake(std::string_view body) {
  limit_phase(context_.settings.limits.ack, Count::late_ack);
  Buffer inflated;
  if (const auto format = compression_of(body)) {
    zlib_handshake_ = true;
    const std::size_t most = package_limit(context_.settings.limits.handshake_bytes);
    if (!transport_.port().compressors.inflater.inflate(*format, body, most, inflated))
      return refuse(protocol::kHandshakeFailed);
    body = inflated.view();
  }
  auto request = protocol::parse_handshake(body);
  if (!request.ok()) return refuse(protocol::kHandshakeFailed);
  if (!accept(*request)) return;
  versions_ = std::make_unique<Versions>(
      Versions{std::move(request->proto_version), std::move(request->dict_version)});
  const Way way = way_of(*request, body);
  if (way == Way::begins) return begin_session(body);
  if (way == Way::resumed) welcome({});
}

void Client::begin_session(std::string_view handshake) {
  session_->client_data = context_.sessions.client_data(handshake);
  if (!context_.settings.user_handshake) return welcome({});
  HandshakeExchange::run(session_, handshake, context_.settings.user_handshake);
}

// Refuses who may not come in; else knows from then on what the client can read.
bool Client::accept(const protocol::HandshakeRequest& request) {
  const Settings::Connector& settings = context_.settings;
  pitaya_ = request.pitaya;
  if (!passes_check(request)) return false;
  if (settings.use_crypto) {
    auto key = RsaPublicKey::create(request.rsa_modulus, request.rsa_exponent);
    if (!key.ok()) return refuse(protocol::kHandshakeFailed), false;
    key_ = std::make_unique<RsaPublicKey>(std::move(key).value());
  }
  // Clients of Pitaya expand no codes in pushes and know no schemas.
  session::ClientForm& form = session_->form;
  form.dictionary = settings.use_dict && context_.protocol != nullptr && !pitaya_;
  form.protobuf = settings.use_protobuf && context_.protocol != nullptr && !pitaya_;
  form.zlib = request.zlib;
  return true;
}

bool Client::passes_check(const protocol::HandshakeRequest& request) {
  const auto& check = context_.settings.check_client;
  try {
    if (!check || check(request.type, request.version)) return true;
    refuse(protocol::kHandshakeRefused);
  } catch (...) {
    refuse_because(current_error());
  }
  return false;
}

void Client::welcome(std::string_view user) {
  if (transport_.closing()) return;
  answer_handshake(code::kOk, user);
  versions_.reset();
  machine_.handshake_answered();
  transport_.set_limit(package_limit(context_.settings.limits.package));
}

std::string Client::sys_members() const {
  std::string members;
  const auto add = [&members](std::string_view more) {
    if (!members.empty() && !more.empty()) members += ',';
    members += more;
  };
  const bool dictionary = context_.protocol != nullptr && context_.settings.use_dict;
  if (pitaya_) {
    if (dictionary) add(context_.protocol->dictionary.pitaya_member());
    add(R"("serializer":"json")");
    return members;
  }
  if (dictionary) add(context_.protocol->dictionary.sys_members(versions_->dictionary));
  if (session_->form.protobuf) add(context_.protocol->protos.sys_members(versions_->protos));
  if (resume_) add(resume_member());
  return members;
}

void Client::refuse(std::string_view answer) {
  if (pitaya_) {
    answer_handshake(code::kBadMessage, {});
  } else {
    transport_.write(PackageType::handshake, answer);
  }
  end(Count::handshake_refused, kNormal);
}

void Client::refuse_because(const Error& error) {
  if (context_.refusals.allow(context_.loop.now()))
    context_.log.info("handshake refused", {{"client", address()}, {"reason", error.text}});
  refuse(protocol::kHandshakeFailed);
}

void Client::answer_handshake(int code, std::string_view user) {
  const std::string members = sys_members();
  protocol::HandshakeReply reply;
  reply.code = code;
  if (const auto beat = context_.settings.heartbeat.count(); beat > 0)
    reply.heartbeat = static_cast<int>(beat);
  reply.sys_members = members;
  reply.user = user;
  const std::string text = protocol::handshake_reply(reply);
  Buffer deflated;
  const bool shorter = zlib_handshake_ && transport_.port().compressors.deflater.deflate(
                                              Compression::zlib, text, deflated);
  transport_.write(PackageType::handshake, shorter ? deflated.view() : std::string_view(text));
}

void Client::on_ack() {
  place_.complete();
  working_since_ = context_.loop.now();
  phase_deadline_ = net::TimePoint::max();
  if (resume_) begin_counting();
  if (context_.settings.heartbeat.count() > 0) write_heartbeat();
  arm();
}

void Client::on_early_data() {
  context_.counters.add(Count::early_messages);
  const std::size_t most = context_.settings.limits.early_messages;
  if (pitaya_ || (most != 0 && ++early_messages_ > most))
    end(Count::malformed_package, kProtocolError);
}

void Client::on_data(std::string_view body) {
  auto message = heard(body);
  if (message) serve(*message, body.size());
}

// Nothing: it has been refused.
std::optional<protocol::Message> Client::heard(std::string_view body) {
  auto message = protocol::decode_message(body);
  // What no client sends: Pomelo takes a push for a notify and drops a response.
  if (!message || message->header.type == MessageType::response ||
      message->header.type == MessageType::push)
    return end(Count::malformed_package, kProtocolError), std::nullopt;
  if (!may_speak(*message)) return std::nullopt;
  return message;
}

void Client::serve(protocol::Message& message, std::size_t size) {
  if (!within_login_budget(size)) return;
  if (leaving_) [[unlikely]]
    return refuse_late(message);
  Buffer inflated;
  if (message.header.gzip && !inflate(message, inflated)) return;
  context_.events.on_message(*this, message);
}

bool Client::inflate(protocol::Message& message, Buffer& inflated) {
  const auto format = compression_of(message.body);
  if (!session_->form.zlib || !format) return end(Count::malformed_package, kProtocolError), false;
  const auto done = transport_.port().compressors.inflater.inflate(
      *format, message.body, package_limit(context_.settings.limits.package), inflated);
  if (!done.ok()) {
    const bool too_long = done.error().code == code::kTooLarge;
    end(too_long ? Count::inflated_too_long : Count::malformed_package,
        too_long ? net::close_code::kTooBig : net::close_code::kInvalidText);
    return false;
  }
  message.body = inflated.view();
  return true;
}

// What comes while the client is sent away has not run, and may be asked of another server.
void Client::refuse_late(const protocol::Message& message) {
  if (message.header.type != MessageType::request || message.header.id == 0) return;
  context_.events.on_refused(*this, message.header,
                             Error(code::kDraining, "the server is about to stop"));
}

// Who speaks too fast is told so, and closed when it does not listen.
bool Client::may_speak(const protocol::Message& message) {
  const Settings::Connector::Limits& limits = context_.settings.limits;
  if (messages_.take(transport_.last_input())) {
    refused_in_a_row_ = 0;
    return true;
  }
  context_.counters.add(Count::refused_messages);
  const std::size_t burst =
      limits.message_burst != 0 ? limits.message_burst : limits.messages_per_second;
  if (++refused_in_a_row_ > burst) {
    end(Count::message_flood, kPolicy);
  } else if (message.header.type == MessageType::request && message.header.id != 0) {
    context_.events.on_refused(*this, message.header, Error(code::kTooMany, "too many messages"));
  }
  return false;
}

bool Client::within_login_budget(std::size_t bytes) {
  const auto& budget = context_.settings.before_login;
  if (!session_->data.uid.empty()) return true;
  bytes_before_login_ += bytes;
  ++messages_before_login_;
  if ((budget.bytes == 0 || bytes_before_login_ <= budget.bytes) &&
      (budget.messages == 0 || messages_before_login_ <= budget.messages))
    return true;
  return end(Count::before_login, kPolicy), false;
}

void Client::kick(std::string_view reason) {
  if (session_->handed) return context_.handovers->pass_kick(*session_, reason);
  if (!reason.empty() && machine_.may_send())
    transport_.write(PackageType::kick, protocol::kick_body(reason));
  close(kNormal);
}

// The connection stays, under a new session: whoever kept the old one sees it end. One that is
// answered, or whose handshake is, is not lost with it; who logs out again and again without ever
// letting all answers come is up to nothing good.
void Client::logout() {
  if (parked_) return end_parked();
  if (session_->handed) return context_.handovers->pass_kick(*session_, {});
  if (session_->arriving) return context_.handovers->end_arrival(session_->id);
  if (transport_.closing()) return;
  if (earlier_sessions_ && earlier_sessions_->size() >= kMostEarlierSessions)
    return end(Count::message_flood, kPolicy);
  const std::shared_ptr<detail::FrontendState> old = session_;
  session_ = context_.sessions.open(*this);
  session_->form = old->form;
  session_->client_data = old->client_data;
  const bool answers_due = unanswered_ != 0 || !working() || is_passed_to(*old);
  if (answers_due) keep_earlier(old);
  context_.sessions.retire(*old);
  if (!answers_due) context_.sessions.forget(*old);
  queue_watched_ = false;  // whoever was to judge may not find the client any more
  bytes_before_login_ = messages_before_login_ = 0;
  working_since_ = context_.loop.now();
  arm();
  if (leaving_) leave(net::close_code::kGoingAway);  // who was to do it looks at the old session
}

// Another frontend may still have answers for it.
bool Client::is_passed_to(const detail::FrontendState& session) const {
  return context_.handovers != nullptr && context_.handovers->passes_to(session.id);
}

void Client::keep_earlier(const std::shared_ptr<detail::FrontendState>& session) {
  if (!earlier_sessions_)
    earlier_sessions_ = std::make_unique<std::vector<std::shared_ptr<detail::FrontendState>>>();
  earlier_sessions_->push_back(session);
}

bool Client::waits_for_earlier_answers() const {
  return earlier_sessions_ && std::ranges::any_of(*earlier_sessions_, [this](const auto& earlier) {
           return is_passed_to(*earlier);
         });
}

void Client::forget_answered_sessions() {
  std::erase_if(*earlier_sessions_, [this](const auto& earlier) {
    if (is_passed_to(*earlier)) return false;
    context_.sessions.forget(*earlier);
    return true;
  });
}

void Client::forget_earlier_sessions() {
  const auto all = std::exchange(earlier_sessions_, nullptr);
  if (!all) return;
  for (const auto& earlier : *all) context_.sessions.forget(*earlier);
}

void Client::end(Count why, int websocket_code) {
  if (transport_.closing()) return;
  context_.counters.add(why);
  close(websocket_code);
}

void Client::close(int websocket_code, ClientTransport::Haste haste) {
  if (parked_) return end_parked();
  if (session_ && session_->handed) return context_.handovers->end_departure(*session_);
  if (transport_.closing()) return;
  transport_.close(websocket_code, haste);
  machine_.close();
  timer_.stop();
  if (!session_) return;
  if (resume_ && resume_->asking) return;  // its session may be on its way to here
  if (resume_) resume_->counting = false;
  tell_arrived();
  close_session();
}

// On a later turn: what a handler pushes behind its answer still goes out. And at the end of that
// turn, shortly before the close is written: what has come by then is read and answered first.
void Client::leave(int websocket_code) {
  if (session_ && session_->handed) return context_.handovers->answered(*session_);
  if (waits_elsewhere()) {
    if (parked_) return;
    transport_.close(websocket_code);
    return park();
  }
  if (parked_) return end_parked();
  leaving_ = true;
  if (unanswered_ != 0) return;
  if (!session_) return close(websocket_code);
  context_.loop.post([loop = &context_.loop, session = session_, websocket_code] {
    loop->defer([session, websocket_code] {
      if (session->answers_to == nullptr) return;
      auto& client = *static_cast<Client*>(session->answers_to);
      client.transport_.unread() ? client.leave(websocket_code) : client.close(websocket_code);
    });
  });
}

void Client::on_transport_end(bool tls_failed) {
  if (tls_failed) context_.counters.add(Count::tls_failed);
  transport_ended_ = true;
  if (session_ && (session_->handed || (resume_ && resume_->asking))) return;
  if (machine_.state() != ConnectionState::closed && may_park()) park();
  if (parked_) return shed();
  timer_.stop();
  forget_earlier_sessions();
  if (session_) tell_arrived();
  if (session_) context_.sessions.close(*session_);
  context_.events.on_client_end(*this);
}

}  // namespace shaddock::server
