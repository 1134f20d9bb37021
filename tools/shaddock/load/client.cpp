#include "client.h"

#include <utility>

#include "answer_check.h"

namespace shaddock::load {
namespace {

constexpr std::string_view kHello =
    R"({"sys":{"type":"js-websocket","version":"0.0.1","rsa":{}},"user":{}})";
constexpr char kAnswerFlag = 0x04;

std::string package(protocol::PackageType type, std::string_view body) {
  Buffer out;
  (void)protocol::append_package(out, type, body);
  return std::string(out.view());
}

}  // namespace

Client::Client(Place& place, Plan& plan, const Numbers& numbers, const Target& target,
               const std::string& source, ClientOwner& owner)
    : place_(place),
      plan_(plan),
      owner_(owner),
      numbers_(numbers),
      ring_(plan.most_waiting),
      limit_(place.loop().timers(), [this] { fail("not ready in time"); }),
      connection_(place, target, source, *this) {
  limit_.start(plan.ready_limit);
}

bool Client::send(MessageTemplate& message, std::uint32_t n, std::uint16_t id) {
  ++place_.counters.messages_sent;
  numbers_.n = n;
  const std::string_view bytes = message.package(agreement_, numbers_, id);
  if (bytes.empty()) {
    fail("the body does not fit what the server says of " + message.route());
    return false;
  }
  connection_.write(bytes);
  return true;
}

bool Client::request(MessageTemplate& message, std::uint32_t n, std::int64_t since) {
  return send(message, n, ring_.start(since, n));
}

bool Client::notify(MessageTemplate& message, std::uint32_t n) { return send(message, n, 0); }

void Client::close() {
  closed_by_us_ = true;
  limit_.stop();
  beat_.reset();
  connection_.close();
}

void Client::on_open() {
  state_ = State::greeting;
  connection_.write(package(protocol::PackageType::handshake, kHello));
}

void Client::on_package(const protocol::Package& package) {
  using Type = protocol::PackageType;
  if (package.type == Type::data && state_ >= State::logging_in) [[likely]]
    return on_data(package.body);
  if (package.type == Type::handshake && state_ == State::greeting)
    return on_handshake(package.body);
  if (package.type == Type::heartbeat) return on_heartbeat();
  if (package.type == Type::kick) return fail("kicked: " + std::string(package.body));
  fail("a package of type " + std::to_string(static_cast<int>(package.type)) + " out of order");
}

void Client::on_handshake(std::string_view body) {
  if (plan_.agreement == nullptr || body != plan_.handshake) {
    auto agreement = Agreement::read(body);
    if (!agreement) return fail(agreement.error().text);
    plan_.agreement = *agreement;
    plan_.handshake = body;
  }
  agreement_ = plan_.agreement;
  connection_.write(protocol::kHandshakeAckPackage);
  state_ = State::logging_in;
  log_in();
}

void Client::log_in() {
  if (login_ < plan_.logins) {
    send(plan_.templates[login_], login_, ring_.start(place_.now, login_));
    return;
  }
  state_ = State::ready;
  limit_.stop();
  owner_.on_ready(*this);
}

// The server answers each heartbeat with one, so the next is sent an interval after the last came.
void Client::on_heartbeat() {
  if (agreement_ == nullptr || agreement_->heartbeat() == 0) return;
  if (!beat_) {
    beat_ = std::make_unique<net::Timer>(
        place_.loop().timers(), [this] { connection_.write(protocol::kHeartbeatPackage); });
  }
  if (!beat_->active()) beat_->start(std::chrono::seconds(agreement_->heartbeat()));
}

// The answer to a request, as every server writes it: flag, an id of two bytes, body.
void Client::on_data(std::string_view body) {
  if (body.size() < 3 || body[0] != kAnswerFlag || (body[2] & 0x80) != 0) [[unlikely]]
    return on_other_message(body);
  const auto low = static_cast<unsigned char>(body[1]);
  const std::uint32_t id = (low & 0x7FU) | static_cast<std::uint32_t>(body[2]) << 7;
  const Waiting* asked = (low & 0x80) != 0 ? ring_.finish(id) : nullptr;
  if (asked == nullptr) [[unlikely]]
    return on_other_message(body);
  ++place_.counters.messages_received;
  body.remove_prefix(3);
  if (state_ == State::ready) [[likely]]
    return owner_.on_answer(*this, *asked, body);
  on_login_answer(body);
}

void Client::on_other_message(std::string_view body) {
  const auto message = protocol::decode_message(body);
  if (!message) return fail("the server sent a message that cannot be read");
  ++place_.counters.messages_received;
  if (message->header.type == protocol::MessageType::push)
    return owner_.on_push(*this, message->header, message->body);
  if (message->header.type != protocol::MessageType::response)
    return fail("the server sent what only clients may send");
  ++place_.counters.wrong;  // what was not asked, or was answered before
}

void Client::on_login_answer(std::string_view body) {
  const std::string& route = plan_.templates[login_].route();
  const auto answer = agreement_->decode(route, body);
  if (!answer) return fail("the answer of " + route + " cannot be read");
  if (!is_good(*answer)) return fail(route + " answered " + answer->dump());
  if (++login_ == plan_.logins) owner_.on_logged_in(*this, *answer);
  if (!closed_by_us_) log_in();
}

void Client::fail(const std::string& why) {
  if (state_ == State::ended || closed_by_us_) return;
  if (failure_.empty()) failure_ = why;
  limit_.stop();
  connection_.close();
}

void Client::on_end(const std::string& why) {
  state_ = State::ended;
  limit_.stop();
  beat_.reset();
  owner_.on_end(*this, closed_by_us_ ? std::string() : failure_.empty() ? why : failure_);
}

}  // namespace shaddock::load
