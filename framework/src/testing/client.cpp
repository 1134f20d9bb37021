#include <algorithm>
#include <utility>

#include "testing/client_parts.h"

namespace shaddock::testing {
namespace {

std::string words(std::string_view route, const Json& body) {
  std::string text = std::string(route) + ' ' + body.dump();
  if (text.size() <= Trace::kLongestLine) return text;
  return text.substr(0, Trace::kLongestLine) + "...";
}

// Why a request has no answer; nothing when it has one.
const char* missing(const client::Answer& answer) {
  switch (answer.code) {
    case client::Answer::kLost:
      return "the connection ended before the answer came";
    case client::Answer::kNotSent:
      return "it could not be sent";
    case client::Answer::kUnreadable:
      return "the answer is not JSON";
    default:
      return nullptr;
  }
}

client::Client::Settings settings_of(const Scene& scene) {
  client::Client::Settings settings;
  settings.protocol = scene.protocol;
  return settings;
}

}  // namespace

Client::Parts::Parts(Scene& scene, std::string given)
    : scene(scene),
      name(std::move(given)),
      visitor(scene.stage->invite(name)),
      connection(std::make_unique<client::Client>(visitor->host(), settings_of(scene))) {
  connection->on_push([this](std::string_view route, const Json& body) {
    tell("<- " + words(route, body));
    unread.push_back({std::string(route), body});
  });
  connection->on_close([this](const std::string& why) {
    tell("is disconnected: " + why);
    ended = why;
  });
}

void Client::Parts::open(const std::string& server_id, const net::Address& address) {
  server = server_id;
  connection->connect(address);
  scene.wait([this] { return connection->open() || ended; });
  if (!connection->open()) fail("a connection to " + server);
  handshake = connection->handshake();
  tell("is connected to " + server);
}

std::deque<Client::Parts::Push>::iterator Client::Parts::find(std::string_view route) {
  return std::ranges::find_if(unread, [route](const Push& push) { return push.route == route; });
}

std::string Client::Parts::state() const {
  if (cut) return name + " is cut off from " + server;
  if (ended) return name + " is disconnected from " + server + ": " + *ended;
  return name + (connection->open() ? " is connected to " : " is not yet connected to ") + server;
}

void Client::Parts::fail(const std::string& expected) const {
  std::string text = name + " expected " + expected + '\n' + state() + '\n';
  text += unread.empty() ? "there are no unread pushes" : "unread pushes:";
  for (const Push& push : unread) text += "\n  " + words(push.route, push.body);
  scene.fail(text);
}

Client::Client(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}
Client::~Client() = default;

Json Client::request(std::string_view route, const Json& body) {
  Parts& p = *parts_;
  p.tell("-> " + words(route, body));
  const auto answer = std::make_shared<std::optional<client::Answer>>();
  p.connection->request(route, body, [&p, answer, asked = std::string(route)](client::Answer came) {
    if (missing(came) == nullptr) p.tell("<- answer of " + words(asked, came.body));
    *answer = std::move(came);
  });
  const std::string expected = "an answer of " + words(route, body);
  if (!p.scene.wait([&] { return answer->has_value() || p.cut; }))
    p.fail(expected + " within " + p.scene.patience() + ", and none came");
  if (!*answer) p.fail(expected + ", but hears nothing more");
  if (const char* why = missing(**answer)) p.fail(expected + ", but " + why);
  return std::move((*answer)->body);
}

void Client::notify(std::string_view route, const Json& body) {
  Parts& p = *parts_;
  p.tell("-> " + words(route, body));
  if (!p.connection->notify(route, body))
    p.fail("to send " + words(route, body) + ", but it could not be sent");
}

Json Client::expect(std::string_view route) {
  Parts& p = *parts_;
  const bool came = p.scene.wait([&] { return p.find(route) != p.unread.end() || p.over(); });
  const auto push = p.find(route);
  if (push == p.unread.end())
    p.fail(
        "a push " + std::string(route) +
        (came ? ", but hears nothing more" : " within " + p.scene.patience() + ", and none came"));
  Json body = std::move(push->body);
  p.unread.erase(push);
  return body;
}

void Client::expect_none(std::string_view route, std::chrono::milliseconds time) {
  Parts& p = *parts_;
  const std::string expected =
      "no push " + std::string(route) + " for " + std::to_string(time.count()) + " ms";
  const auto came = [&] { return p.find(route) != p.unread.end(); };
  p.scene.stage->run_until([&] { return came() || p.over(); }, time);
  if (came()) p.fail(expected);
  if (p.over()) p.fail(expected + ", but hears nothing at all");
}

std::string Client::expect_closed() {
  Parts& p = *parts_;
  if (!p.scene.wait([&p] { return p.ended.has_value(); }))
    p.fail("that the server ends the connection within " + p.scene.patience() + ", and it did not");
  return *p.ended;
}

void Client::close() {
  Parts& p = *parts_;
  if (p.ended) return;
  p.tell("leaves");
  p.connection->close();
  if (!p.scene.wait([&p] { return p.ended.has_value(); })) p.fail("to leave");
}

void Client::drop() {
  Parts& p = *parts_;
  if (p.ended) return;
  p.tell("breaks its connection");
  p.ended = "by itself";
  p.connection = std::make_unique<client::Client>(p.visitor->host());
}

void Client::cut() {
  Parts& p = *parts_;
  if (p.over()) return;
  if (!p.visitor->cut()) return drop();
  p.tell("is cut off");
  p.cut = true;
}

bool Client::connected() const { return parts_->connection->open() && !parts_->cut; }
const Json& Client::handshake() const { return parts_->handshake; }
const std::string& Client::name() const { return parts_->name; }

}  // namespace shaddock::testing
