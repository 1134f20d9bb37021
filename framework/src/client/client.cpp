#include "client/client.h"

#include <utility>

namespace shaddock::client {

using protocol::PackageType;

namespace {

// Says that nobody will come back.
constexpr std::string_view kLeavePackage{"\x05\0\0\0", protocol::kPackageHeaderSize};

std::string greeting(const std::string* resume) {
  std::string text = R"({"sys":{"type":"shaddock-client","version":"0.1.0","protoVersion":0)";
  if (resume != nullptr) text += R"(,"resume":)" + *resume;
  return text + R"(},"user":{}})";
}

int code_of(const Json& body) {
  const Json* code = body.find("code");
  return code != nullptr && code->is_integer() ? static_cast<int>(code->as_integer()) : code::kOk;
}

}  // namespace

Client::Client(net::Host& host, const Settings& settings)
    : host_(host),
      settings_(settings),
      limit_(host.loop.timers(), [this] { on_time(); }),
      beat_(host.loop.timers(), [this] { stream_->write(keeper_.heartbeat()); }),
      kept_(host.loop.timers(), [this] { give_up(); }) {}

Client::~Client() = default;

void Client::connect(const net::Address& address) {
  if (state_ != State::closed) return;
  state_ = State::connecting;
  leaving_ = resumed_ = false;
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
  const std::uint64_t number = requests_.size() < settings_.max_unanswered ? send(header, body) : 0;
  if (number != 0) {
    requests_.emplace(++last_id_, Request{std::string(route), std::move(on_answer), number});
    return;
  }
  post([on_answer = std::move(on_answer)]() mutable { on_answer({Answer::kNotSent, nullptr}); });
}

bool Client::notify(std::string_view route, const Json& body) {
  protocol::MessageHeader header;
  header.type = protocol::MessageType::notify;
  header.route = route;
  return send(header, body) != 0;
}

std::uint64_t Client::send(const protocol::MessageHeader& header, const Json& body) {
  if (state_ != State::open || stream_->queued() > settings_.max_queued) return 0;
  const auto package = coding_.encode(header, body);
  if (!package) return 0;
  stream_->write(*package);
  return keeper_.sent(*package);
}

void Client::close() {
  if (state_ == State::closed) return post([this] { give_up(); });
  leaving_ = true;
  if (state_ != State::open) return post([this] { end("closed"); });
  if (keeper_.can_come_back()) stream_->write(kLeavePackage);
  stream_->close();
}

void Client::lose() {
  if (state_ == State::open) post([this] { drop("the connection is lost"); });
}

void Client::on_stream_open() {
  state_ = State::greeting;
  Buffer package;
  const std::string ask = keeper_.ask();
  const std::string text = greeting(settings_.resume ? &ask : nullptr);
  if (protocol::append_package(package, PackageType::handshake, text))
    stream_->write(package.view());
}

void Client::on_package(const protocol::Package& package) {
  last_sign_ = host_.loop.now();
  if (package.type == PackageType::handshake)
    return state_ == State::greeting ? on_handshake(package.body) : void();
  if (package.type == PackageType::kick) return end("kicked: " + std::string(package.body));
  if (state_ != State::open) return;
  if (package.type == PackageType::heartbeat) return on_heartbeat(package.body);
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
  const auto callbacks = callbacks_;
  if (settings_.resume) take_up();
  if (callbacks.use_count() > 1 && state_ == State::open && callbacks->open) callbacks->open();
}

// The session goes on where it was, or it is a new one and nobody answers what was asked in the
// old.
void Client::take_up() {
  const Json* const sys = handshake_.find("sys");
  resumed_ = keeper_.on_answer(sys != nullptr ? sys->find("resume") : nullptr);
  kept_.stop();
  if (!resumed_) return lose_requests();
  for (const std::string& package : keeper_.unacknowledged()) stream_->write(package);
}

// The server answers each heartbeat with one, so the next is sent an interval after the last came.
void Client::on_heartbeat(std::string_view body) {
  if (settings_.resume && body.size() == 4) {
    std::uint32_t count = 0;
    for (const char byte : body) count = count << 8 | static_cast<unsigned char>(byte);
    if (!keeper_.acknowledged_low(count)) return end("the server has received what was not sent");
  }
  if (heartbeat_.count() > 0 && !beat_.active()) beat_.start(heartbeat_);
}

void Client::on_data(std::string_view body) {
  if (settings_.resume && keeper_.received(body.size())) stream_->write(keeper_.heartbeat());
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
  (void)keeper_.acknowledged(request.number);
  auto content = coding_.read(request.route, body);
  if (!content) return request.on_answer({Answer::kUnreadable, nullptr});
  const int code = code_of(*content);
  request.on_answer({code, std::move(content).value()});
}

void Client::on_time() {
  if (state_ != State::open) return post([this] { drop("not open in time"); });
  const auto left = last_sign_ + 3 * heartbeat_ - host_.loop.now();
  if (left.count() > 0) return limit_.start(left);
  post([this] { drop("no sign of life from the server"); });
}

void Client::post(Function<void()> work) {
  host_.loop.post([alive = std::weak_ptr(callbacks_), work = std::move(work)]() mutable {
    if (!alive.expired()) work();
  });
}

void Client::end(const std::string& why) {
  if (state_ == State::closed) return;
  disconnect();
  const std::weak_ptr<Callbacks> alive = callbacks_;
  lose_requests();
  if (!alive.expired()) tell_closed(why);
}

void Client::drop(const std::string& why) {
  if (!keeper_.can_come_back()) return end(why);
  if (state_ == State::closed) return;
  disconnect();
  if (!kept_.active()) kept_.start(keeper_.kept());
  tell_closed(why);
}

void Client::disconnect() {
  state_ = State::closed;
  stream_.reset();
  limit_.stop();
  beat_.stop();
}

void Client::tell_closed(const std::string& why) {
  if (const auto callbacks = callbacks_; callbacks->close) callbacks->close(why);
}

// The session is not waited for any more. Who is about to come back to it does not: the server may
// still have it, and answer what has ended here.
void Client::give_up() {
  if (state_ == State::closed) return lose_requests();
  if (state_ != State::open) end("not back in time");
}

void Client::lose_requests() {
  kept_.stop();
  if (state_ == State::closed) keeper_.forget();
  const std::weak_ptr<Callbacks> alive = callbacks_;
  auto lost = std::exchange(requests_, {});
  for (auto& [id, request] : lost) {
    if (alive.expired()) return;
    request.on_answer({Answer::kLost, nullptr});
  }
}

}  // namespace shaddock::client
