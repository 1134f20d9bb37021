#include "client/client.h"

#include <utility>

namespace shaddock::client {

using protocol::PackageType;

namespace {

constexpr std::string_view kGreeting =
    R"({"sys":{"type":"shaddock-client","version":"0.1.0","protoVersion":0},"user":{}})";

int code_of(const Json& body) {
  const Json* code = body.find("code");
  return code != nullptr && code->is_integer() ? static_cast<int>(code->as_integer()) : code::kOk;
}

}  // namespace

Client::Client(net::Host& host, const Settings& settings)
    : host_(host),
      settings_(settings),
      limit_(host.loop.timers(), [this] { on_time(); }),
      beat_(host.loop.timers(), [this] { stream_->write(protocol::kHeartbeatPackage); }) {}

Client::~Client() = default;

void Client::connect(const net::Address& address) {
  if (state_ != State::closed) return;
  state_ = State::connecting;
  PackageStream::Settings settings;
  settings.transport = settings_.transport;
  settings.tls = settings_.tls;
  settings.connect_limit = settings_.open_limit;
  settings.limit = settings_.max_package;
  heartbeat_ = net::Duration(0);
  limit_.start(settings_.open_limit);
  PackageEvents& events = *this;
  stream_ = std::make_unique<PackageStream>(host_, address, settings, events);
}

void Client::request(std::string_view route, const Json& body, OnAnswer on_answer) {
  protocol::MessageHeader header;
  header.type = protocol::MessageType::request;
  header.route = route;
  header.id = last_id_ + 1;
  if (requests_.size() < settings_.max_unanswered && send(header, body)) {
    requests_.emplace(++last_id_, Request{std::string(route), std::move(on_answer)});
    return;
  }
  host_.loop.post([alive = std::weak_ptr(callbacks_), on_answer = std::move(on_answer)]() mutable {
    if (!alive.expired()) on_answer({Answer::kNotSent, nullptr});
  });
}

bool Client::notify(std::string_view route, const Json& body) {
  protocol::MessageHeader header;
  header.type = protocol::MessageType::notify;
  header.route = route;
  return send(header, body);
}

bool Client::send(const protocol::MessageHeader& header, const Json& body) {
  if (state_ != State::open || stream_->queued() > settings_.max_queued) return false;
  const auto package = coding_.encode(header, body);
  if (package) stream_->write(*package);
  return package.has_value();
}

void Client::close() {
  if (state_ == State::closed) return;
  if (state_ == State::open) return stream_->close();
  end_later("closed");
}

void Client::on_stream_open() {
  state_ = State::greeting;
  Buffer package;
  if (protocol::append_package(package, PackageType::handshake, kGreeting))
    stream_->write(package.view());
}

void Client::on_package(const protocol::Package& package) {
  last_sign_ = host_.loop.now();
  if (package.type == PackageType::handshake)
    return state_ == State::greeting ? on_handshake(package.body) : void();
  if (package.type == PackageType::kick) return end("kicked: " + std::string(package.body));
  if (state_ != State::open) return;
  if (package.type == PackageType::heartbeat) return on_heartbeat();
  if (package.type == PackageType::data) return on_data(package.body);
}

void Client::on_handshake(std::string_view body) {
  auto answer = parse_json(body);
  if (!answer) return end("the server's handshake is not JSON");
  if (code_of(*answer) != code::kOk) return end("refused: " + answer->dump());
  handshake_ = std::move(answer).value();
  const Json* sys = handshake_.find("sys");
  coding_ = MessageCoding(settings_.protocol, sys);
  const Json* heartbeat = sys == nullptr ? nullptr : sys->find("heartbeat");
  if (heartbeat != nullptr && heartbeat->is_integer() && heartbeat->as_integer() > 0)
    heartbeat_ = std::chrono::seconds(heartbeat->as_integer());

  stream_->write(protocol::kHandshakeAckPackage);
  state_ = State::open;
  limit_.stop();
  if (heartbeat_.count() > 0) limit_.start(3 * heartbeat_);
  if (const auto callbacks = callbacks_; callbacks->open) callbacks->open();
}

// The server answers each heartbeat with one, so the next is sent an interval after the last came.
void Client::on_heartbeat() {
  if (heartbeat_.count() > 0 && !beat_.active()) beat_.start(heartbeat_);
}

void Client::on_data(std::string_view body) {
  const auto message = protocol::decode_message(body);
  if (!message) return end("the server sent a message that cannot be read");
  switch (message->header.type) {
    case protocol::MessageType::response:
      return on_answer(message->header.id, message->body);
    case protocol::MessageType::push: {
      const std::string_view route = coding_.route_of(message->header);
      const auto content = coding_.read(route, message->body);
      if (route.empty() || !content) return end("the server sent a push that cannot be read");
      if (const auto callbacks = callbacks_; callbacks->push) callbacks->push(route, *content);
      return;
    }
    default:
      return end("the server sent what only clients may send");
  }
}

void Client::on_answer(std::uint32_t id, std::string_view body) {
  const auto found = requests_.find(id);
  if (found == requests_.end()) return end("the server answered what was not asked");
  Request request = std::move(found->second);
  requests_.erase(found);
  auto content = coding_.read(request.route, body);
  if (!content) return request.on_answer({Answer::kUnreadable, nullptr});
  const int code = code_of(*content);
  request.on_answer({code, std::move(content).value()});
}

void Client::on_time() {
  if (state_ != State::open) return end_later("not open in time");
  const auto left = last_sign_ + 3 * heartbeat_ - host_.loop.now();
  if (left.count() > 0) return limit_.start(left);
  end_later("no sign of life from the server");
}

void Client::end_later(std::string why) {
  host_.loop.post([this, alive = std::weak_ptr(callbacks_), why = std::move(why)] {
    if (!alive.expired()) end(why);
  });
}

void Client::end(std::string why) {
  if (state_ == State::closed) return;
  state_ = State::closed;
  stream_.reset();
  limit_.stop();
  beat_.stop();
  const std::weak_ptr<Callbacks> alive = callbacks_;
  auto lost = std::exchange(requests_, {});
  for (auto& [id, request] : lost) {
    if (alive.expired()) return;
    request.on_answer({Answer::kLost, nullptr});
  }
  const auto callbacks = alive.lock();
  if (callbacks && callbacks->close) callbacks->close(why);
}

}  // namespace shaddock::client
