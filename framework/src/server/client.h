#pragma once

#include <shaddock/log.h>
#include <shaddock/settings.h>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/crypto_rsa.h"
#include "cluster/log_limit.h"
#include "protocol/client_protocol.h"
#include "protocol/connection_state.h"
#include "protocol/handshake.h"
#include "protocol/message.h"
#include "server/admission.h"
#include "server/client_transport.h"
#include "server/counters.h"
#include "server/output_guard.h"
#include "server/rate_limit.h"
#include "server/resume_table.h"
#include "session/frontend_sessions.h"

namespace shaddock::server {

class Client;
class Handovers;
struct HandedSession;
struct ResumeTake;

// What the connector does for its clients.
class ClientEvents {
 public:
  // A message of a client that is WORKING. Views die with the call.
  virtual void on_message(Client& client, const protocol::Message& message) = 0;
  // A request that comes too fast: to be answered with the error.
  virtual void on_refused(Client& client, const protocol::MessageHeader& request,
                          const Error& error) = 0;
  // Forgets the client on a later turn; nothing more comes from it.
  virtual void on_client_end(Client& client) = 0;
  // All that waits, as the clients counted it, is more than limits.queued_all.
  virtual void on_queues_full() = 0;

 protected:
  ~ClientEvents() = default;
};

// What all clients of a connector share.
struct ClientContext {
  net::Loop& loop;
  const Settings::Connector& settings;
  const protocol::ClientProtocol* protocol;  // nullptr: neither dictionary nor schemas
  session::FrontendSessions& sessions;
  ClientEvents& events;
  Counters& counters;
  std::size_t queued;  // by all clients, as each counted when it wrote last: never too little
  bool send_error_text;
  const Logger& log;
  ResumeTable& resumes;
  Handovers* handovers;            // nullptr: clients cannot come back
  std::size_t memory_percent = 0;  // of limits.memory that is used
  // More than this share of limits.queued_all waits, or of limits.memory is used.
  bool pressed(std::size_t percent) const {
    const std::size_t most = settings.limits.queued_all;
    if (memory_percent > percent) return true;
    return most != 0 && queued > most / 100 * percent;
  }
  static constexpr std::size_t kRefuseClients = 92, kSparePushes = 95;
  cluster::LogLimit refusals{10};  // lines about handshakes that the application refused
};

// One client: the state of Pomelo's protocol, and of Pitaya's dialect of it, above a transport. It
// has a session from the first package or the upgrade on; a logout gives it another one.
//
// One that asked for it (see Settings::Connector::Resume) is parked when its connection drops: it
// stays, without a transport, with its session and what it is sent meanwhile, until the client
// comes back on another connection, whose Client takes all of it over, or the time is over. When
// that is at another frontend it stays as the session's shadow: what comes to it is passed on.
class Client final : TransportEvents, Admission::HalfOpen, public session::ClientConnection {
 public:
  Client(ClientContext& context, const PortContext& port, std::unique_ptr<net::Stream> stream,
         Admission::Place place, std::uint64_t number);
  ~Client();

  detail::FrontendState& session() { return *session_; }
  const std::shared_ptr<detail::FrontendState>& shared_session() { return session_; }
  std::uint64_t number() const { return number_; }  // in order of their coming
  // Speaks Pitaya's dialect.
  bool pitaya() const { return pitaya_; }
  const RsaPublicKey* key() const { return key_.get(); }

  // A request that is to be answered once: by begin_response() and end_response(), or by one of the
  // others. With a schema, errors are answered in its form too.
  void expect_answer(std::uint32_t id, const protocol::ProtoMessage* schema);
  // Append the body to what it gives, then end_response() or cancel_response(). To a client that is
  // closing it goes nowhere.
  Buffer& begin_response(std::uint32_t id);
  void end_response();
  void cancel_response() { resume_ ? resume_->answer.clear() : transport_.cancel(); }
  // All of that, with a body that is there already.
  void answer(std::uint32_t id, std::string_view body);
  // pitaya_code: what Pitaya's clients are told where Pomelo knows only 500; 0: by the error's
  // code.
  void answer_error(std::uint32_t id, const Error& error, int pitaya_code = 0);
  // With an error's JSON as another server made it.
  void answer_failure(std::uint32_t id, int status, std::string_view json);
  // Another frontend may still answer for a session that it had before it logged out.
  bool waits_for_earlier_answers() const;
  std::size_t unanswered() const { return unanswered_; }

  // The user's handshake is over: lets the client in, with the JSON that becomes "user", or not.
  void welcome(std::string_view user);
  void refuse_because(const Error& error);

  void send_package(const SharedBytes& package) override;
  void send_push(const SharedBytes& package, std::string_view route) override;
  void kick(std::string_view reason) override;
  void logout() override;
  std::string address() const override { return net::to_string(transport_.address()); }
  // Ends the connection with this WebSocket code, after what is queued. The session ends on a later
  // turn.
  void close(int websocket_code, ClientTransport::Haste haste = ClientTransport::Haste::none);
  // The same, as soon as its requests are answered. What comes from now on is dropped.
  void leave(int websocket_code);
  // Like close(), for a reason that is counted.
  void end(Count why, int websocket_code);
  bool parked() const { return parked_; }

  // For Handovers. At the frontend that the client has left: whether it may be asked for, whether
  // it can go on from there, what goes along; the ends of the shadow.
  bool can_be_claimed();
  bool goes_on(std::uint64_t received, std::size_t form) const;
  HandedSession hand_over(const ResumeTake& take, const std::string& to);
  void finish_handed();
  void end_handed();
  // At the one that it has come to: the session, whether it came, a package and a message of it in
  // their turn, the end of a session that cannot go on.
  bool take_handed(const HandedSession& handed, const ResumeToken& token);
  void on_taken(bool taken);
  bool finds_here(const ResumeTake& take);
  bool counts() const { return resume_ && resume_->counting; }
  void send_passed(const SharedBytes& package);
  void on_held(std::string_view body);
  void lose_session();
  bool hears(std::string_view server) const override;

  // Bytes that wait, counted into the context's sum.
  std::size_t count_queued();

 private:
  void make_room() override;
  void on_address(const net::Address& address) override;
  void on_securing(bool done) override;
  void on_carrier() override { session_ = context_.sessions.open(*this); }
  void on_package(const protocol::Package& package) override;
  void on_control() override;
  void on_unfinished() override { arm(); }
  void on_http() override {
    limit_phase(context_.settings.limits.handshake, Count::late_handshake);
  }
  void on_fault(Count why, int websocket_code) override { end(why, websocket_code); }
  void on_leaving(int websocket_code) override;
  void on_stray_datagram() override { context_.counters.add(Count::dropped_datagrams); }
  void on_room() override;
  void on_transport_end(bool tls_failed) override;

  void on_handshake(std::string_view body);
  bool accept(const protocol::HandshakeRequest& request);
  bool passes_check(const protocol::HandshakeRequest& request);
  void refuse(std::string_view answer);
  std::string sys_members() const;
  void answer_handshake(int code, std::string_view user);
  void on_ack();
  void on_early_data();
  void begin_session(std::string_view handshake);

  // What becomes of a client that asks for it.
  enum class Way { begins, resumed, asking };
  Way way_of(const protocol::HandshakeRequest& request, std::string_view handshake);
  bool take_back(const ResumeToken& token, std::uint64_t received);
  void become_shadow(const std::string& to);
  void close_session();
  void tell_arrived();
  bool waits_elsewhere() const;
  void take_over(Client& old, const ResumeToken& token, std::uint64_t received);
  void take_session(Client& old);
  void give_way();
  std::string resume_member() const;
  void on_counted_heartbeat(std::string_view body);
  void count_received();
  void write_heartbeat();
  Buffer& begin_numbered();
  bool end_numbered();
  void send_numbered(const SharedBytes& package);
  void write_numbered(const SharedBytes& package);
  void begin_counting();
  void drop(Count why, int websocket_code);
  bool may_park() const;
  void park();
  void end_parked();
  void shed();
  void on_data(std::string_view body);
  std::optional<protocol::Message> heard(std::string_view body);
  void serve(protocol::Message& message, std::size_t size);
  void hold(std::string_view body);
  bool inflate(protocol::Message& message, Buffer& inflated);
  void refuse_late(const protocol::Message& message);
  bool may_speak(const protocol::Message& message);
  bool within_login_budget(std::size_t bytes);

  void limit_phase(std::chrono::milliseconds limit, Count when_late);
  net::TimePoint next_deadline() const;
  net::TimePoint silence_deadline() const;
  net::TimePoint body_deadline() const;
  net::TimePoint login_deadline() const;
  void arm();
  void on_time();
  void end_late(net::TimePoint now);
  bool working() const { return machine_.state() == protocol::ConnectionState::working; }

  Buffer& response_output() { return resume_ ? resume_->answer : transport_.output(); }
  void finish_response(bool failed);
  void note_answered(std::size_t queued_before);
  void all_answered();
  void compress_body(Buffer& out);
  const protocol::ProtoMessage* take_schema(std::uint32_t id);
  void watch_queue(std::size_t before);
  void judge_later();
  void judge_queue();
  void send_kept();
  void keep_earlier(const std::shared_ptr<detail::FrontendState>& session);
  bool is_passed_to(const detail::FrontendState& session) const;
  void forget_answered_sessions();
  void forget_earlier_sessions();

  ClientContext& context_;
  const std::uint64_t number_;
  ClientTransport transport_;
  Admission::Place place_;
  std::shared_ptr<detail::FrontendState> session_;
  // Logged out, with requests that wait for their answers; nullptr: there are none.
  std::unique_ptr<std::vector<std::shared_ptr<detail::FrontendState>>> earlier_sessions_;
  std::unique_ptr<RsaPublicKey> key_;
  std::unique_ptr<Resumable> resume_;  // nullptr: it did not ask
  net::OwnersAlarm<Client, &Client::on_time> timer_;
  net::TimePoint phase_deadline_ = net::TimePoint::max();  // of what comes before WORKING
  net::TimePoint working_since_;
  protocol::ConnectionMachine machine_;
  TokenBucket controls_, messages_;
  OutputGuard guard_;
  // Requests whose answers have a schema.
  std::vector<std::pair<std::uint32_t, const protocol::ProtoMessage*>> schemas_;
  // Of the response under construction, and what was queued before it.
  std::size_t flag_at_ = 0, body_at_ = 0, queued_before_ = 0;
  std::uint32_t response_id_ = 0;
  struct Versions {
    std::string protos, dictionary;  // of what the client has kept
  };
  std::unique_ptr<Versions> versions_;  // of the handshake, until it is answered
  std::size_t unanswered_ = 0;
  std::size_t counted_ = 0;  // in the context's sum
  std::size_t bytes_before_login_ = 0;
  std::uint32_t messages_before_login_ = 0;
  std::uint32_t refused_in_a_row_ = 0;
  std::uint32_t early_messages_ = 0;
  Count when_late_ = Count::late_handshake;  // after phase_deadline_
  bool pitaya_ = false;
  bool zlib_handshake_ = false;  // the client's was compressed: so is the answer
  bool queue_watched_ = false;
  bool leaving_ = false;
  bool parked_ = false;
  bool transport_ended_ = false;
};

}  // namespace shaddock::server
