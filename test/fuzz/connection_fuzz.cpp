#define DOCTEST_CONFIG_IMPLEMENT  // the helpers of other tests check with doctest's macros
#include <doctest/doctest.h>

#include <algorithm>
#include <map>

#include "fuzz/everything.h"
#include "fuzz/input.h"
#include "net/http.h"
#include "protocol/handshake.h"
#include "server/town.h"

// A whole frontend and two clients: one sends what the input says, the other is good. Whatever the
// first one sends, and however it is cut: no handler runs for it before handshake and ack, and none
// without a message; no request is answered twice; nothing comes after the end; the good one is
// answered all the time; neither hears a byte of the other.
//
//   | opening | seed | step | step ...
//
// What a step does, its lowest three bits say; see Visit::step().

using namespace shaddock;
using namespace shaddock::server;
using protocol::MessageType;
using protocol::PackageType;
using Over = TestClient::Over;

namespace {

constexpr int kLongest = 80'000;  // milliseconds that may pass in one run

constexpr std::string_view kRoutes[] = {
    "connector.h.echo", "connector.h.keep", "connector.h.read",  "connector.h.bind",
    "connector.h.set",  "connector.h.kick", "connector.h.leave", "connector.h.fail",
    "chat.room.say",    "chat.room.keep",   "connector.h.good",  "nobody.h.echo",
    "sys.msgRemote.x",  "chat.room",        "connector.h.",      "chat.room.push"};

// What a client's bytes mean by the letter of the protocol, as simply as can be said.
class Reference {
 public:
  // All that was sent so far.
  void read(std::string_view bytes) {
    *this = Reference();
    if (!bytes.empty() && bytes[0] >= 1 && bytes[0] <= 5) return read_packages(bytes);
    net::HttpRequestReader head;
    while (!bytes.empty()) {
      bytes.remove_prefix(head.feed(bytes));
      if (head.state() != net::HttpRequestReader::State::complete) return;
      if (net::answer_http(head.request(), {}).upgraded()) return read_frames(bytes);
      head.reset();
    }
  }

  bool handshake = false, ack = false;
  bool pomelo = false;       // shook hands as Pomelo's clients do, not in another dialect
  std::size_t messages = 0;  // behind the ack
  std::map<std::uint32_t, std::size_t> requests;

 private:
  void read_frames(std::string_view bytes) {
    std::vector<char> memory(bytes.begin(), bytes.end());
    net::WebSocketReader reader;
    reader.feed(memory);
    while (const auto event = reader.next()) {
      using Kind = net::WebSocketEvent::Kind;
      if (event->kind == Kind::binary || event->kind == Kind::text)
        read_packages({event->payload.data(), event->payload.size()});
    }
  }
  void read_packages(std::string_view bytes) {
    const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(bytes[i]); };
    while (bytes.size() >= 4) {
      const std::size_t size = std::size_t{byte(1)} << 16 | byte(2) << 8 | byte(3);
      if (bytes.size() - 4 < size) return;
      take(byte(0), bytes.substr(4, size));
      bytes.remove_prefix(4 + size);
    }
  }
  void take(unsigned type, std::string_view body) {
    if (type == 1 && !handshake) {
      const auto request = protocol::parse_handshake(body);
      handshake = true, pomelo = request.ok() && !request->pitaya;
    }
    if (type == 2) ack = ack || handshake;
    if (type != 4 || !ack) return;
    ++messages;
    const auto message = protocol::decode_message(body);
    if (message && message->header.type == MessageType::request) ++requests[message->header.id];
  }
};

// A connector and a chat server, which know whose handlers run.
struct Servers final : Town {
  Servers(std::uint64_t seed, int heartbeat, Json secret) : Town(seed), secret(std::move(secret)) {
    type("connector")
        .handler("h")
        .on("good",
            [this](FrontendSession& session, const Json& body) {
              if (body == this->secret) good = session.id();
              return note(session.id()), body;
            })
        .on("echo",
            [this](FrontendSession& session, const Json& body) { return note(session.id()), body; })
        .on("keep",
            [this](FrontendSession& session, const Json&, Reply<Json> reply) {
              note(session.id());
              if (kept.size() < 100) kept.push_back(std::move(reply));
            })
        .on("read", [this](FrontendSession& session,
                           const fuzz::Everything& body) { return note(session.id()), body; })
        .on("bind",
            [this](FrontendSession& session, const Json& body) {
              note(session.id());
              (void)session.bind(body.is_string() ? body.as_string() : "somebody");
              return Json("bound");
            })
        .on("set",
            [this](FrontendSession& session, const Json& body) {
              note(session.id());
              for (const Json::Member& member : body.as_object())
                session.set(member.name, member.value);
              return Json(session.uid());
            })
        .on("kick",
            [this](FrontendSession& session, const Json&) {
              note(session.id()), session.kick("bye");
              return Json("never read");
            })
        .on("leave",
            [this](FrontendSession& session, const Json&) {
              note(session.id()), session.logout();
              return Json("left");
            })
        .on("fail", [this](FrontendSession& session, const Json& body) -> Json {
          note(session.id());
          if (body.is_object()) throw Error(477, "refused", body);
          throw std::runtime_error("unexpected");
        });
    type("chat")
        .handler("room")
        .on("say",
            [this](BackendSession& session, const Json& body) { return note(session.id()), body; })
        .on("keep", [this](BackendSession& session, const Json&, Reply<Json> reply) {
          note(session.id());
          if (kept.size() < 100) kept.push_back(std::move(reply));
        });
    frontend("connector-1", "connector");
    backend("chat-1", "chat");
    start([heartbeat](const ServerInfo&, Settings& settings) {
      settings.connector.heartbeat = std::chrono::seconds(heartbeat);
      settings.connector.resume.keep = std::chrono::seconds(10);
    });
  }
  ~Servers() { kept.clear(); }

  void note(SessionId session) {
    if (session != good) ++strange_calls;
  }

  const Json secret;  // known to the good client only
  SessionId good = 0;
  std::size_t strange_calls = 0;  // for any session but the good one
  std::vector<Reply<Json>> kept;
};

class Visit {
 public:
  // The secret is a hash of the input, so no input can hold it.
  explicit Visit(std::string_view bytes)
      : in_(bytes),
        secret_("the words of " + std::to_string(fuzz::seed_of(bytes))),
        opening_(in_.byte()),
        heartbeat_((opening_ & 8) != 0 ? 3 : 0),
        town_(1 + in_.byte(), heartbeat_, secret_),
        good_(town_.join("connector-1")),
        framed_((opening_ & 3) == 1),
        bad_(town_.connect("connector-1", (opening_ & 3) != 0 ? Over::websocket : Over::tcp)) {
    if ((opening_ & 3) != 0) sent_ = net::websocket_request("127.0.0.1", "/", kKey);
    ask_good("connector.h.good");
  }

  void run() {
    for (int steps = 0; steps < 200 && !in_.empty(); ++steps) {
      step(in_.byte());
      if (steps % 8 == 0) check();
    }
    town_.settle();
    check();
    ask_good("connector.h.echo");
    ask_good("chat.room.say");
    pass(100);
    check();
    check_good();
  }

 private:
  static constexpr std::string_view kHello = R"({"sys":{"type":"test","version":"1"}})";
  static constexpr std::string_view kResumingHello =
      R"({"sys":{"type":"test","version":"1","resume":{}}})";
  static constexpr std::string_view kKey = "dGhlIHNhbXBsZSBub25jZQ==";

  void step(std::uint8_t step) {
    const std::uint8_t value = step >> 3;
    switch (step & 7) {
      case 0:
        return send(in_.text());
      case 1:
        return send(package(value, in_.text()));
      case 2:
        return send(package(1, value < 24 ? kHello : kResumingHello) + package(2, ""));
      case 3:
        if (value % 2 == 0) return town_.settle();
        if (asked_ < 15) ask_good("connector.h.echo");
        return;
      case 4:
        return send_message({MessageType::request, false, false, 0, value, route()}, in_.text());
      case 5:
        return send_message({MessageType::notify, false, false, 0, 0, route()}, in_.text());
      case 6:
        return pass(value < 16 ? value : (value - 15) * (value - 15) * 20);
      default:
        return act(value);
    }
  }
  void act(std::uint8_t value) {
    switch (value % 4) {
      case 0:  // a frame of any kind
        if (bad_.stream)
          frame(static_cast<net::Opcode>(in_.byte() & 15), in_.text(), (value & 4) == 0);
        return;
      case 1:  // what was kept is answered
        for (auto& reply : town_.kept) reply(Json("late"));
        return town_.kept.clear();
      case 2:  // the peer is gone
        if (value == 2) town_.hang_up(bad_);
        return;
      default:  // the peer stops reading, and reads on
        if (bad_.stream) static_cast<cluster::MemoryStream&>(*bad_.stream).cable().pace = value;
        return;
    }
  }

  std::string_view route() {
    const std::uint8_t which = in_.byte();
    return which < 0x80 ? kRoutes[which % std::size(kRoutes)] : in_.take(which - 0x80);
  }
  static std::string package(std::uint8_t type, std::string_view body) {
    Buffer out;
    fuzz::require(protocol::append_package(out, static_cast<PackageType>(type), body), "it fits");
    return std::string(out.view());
  }
  void send_message(const protocol::MessageHeader& header, std::string_view body) {
    Buffer out;
    if (protocol::append_message(out, header, body)) send(out.view());
  }

  void send(std::string_view bytes) {
    if (!bad_.stream) return;
    if (framed_) return frame(net::Opcode::binary, bytes, true);
    bad_.stream->write(bytes);
    sent_ += bytes;
  }
  void frame(net::Opcode opcode, std::string_view payload, bool fin) {
    Buffer out;
    net::write_masked_frame(out, opcode, payload, 0x01020304, fin);
    bad_.stream->write(out.view());
    sent_ += out.view();
  }

  // The clock moves in strides; the good client says that it lives.
  void pass(int time) {
    const int stride = std::clamp(time / 8, 1, 500);
    for (; time > 0 && passed_ < kLongest; time -= stride) {
      town_.world.loop().stall(net::Duration(stride));
      if (heartbeat_ != 0 && passed_ / 1000 != (passed_ + stride) / 1000) good_.heartbeat();
      passed_ += stride;
    }
    town_.settle();
  }

  void ask_good(std::string_view route) {
    ++asked_;
    const std::string words = Json(secret_).dump();
    const std::uint32_t id = good_.request(route, words);
    town_.settle();
    fuzz::require(good_.answer(id) == words, "the good client is answered");
  }

  void check() {
    reference_.read(sent_);
    if (town_.strange_calls > 0)
      fuzz::require(reference_.ack, "no handler runs before handshake and ack");
    fuzz::require(town_.strange_calls <= reference_.messages, "no handler runs without a message");
    check_heard();
    fuzz::require(bad_.text.find(secret_) == std::string::npos, "no word of another is heard");
  }

  void check_heard() const {
    std::map<std::string, std::size_t> answers;
    bool over = false;
    for (const std::string& line : bad_.heard) {
      if (reference_.pomelo) fuzz::require(line != "?", "what a server sends is of the protocol");
      fuzz::require(!over || line.starts_with("close"), "nothing comes after the end");
      over = over || line.starts_with("kick") || line.starts_with("close") ||
             line == R"(handshake {"code":500})";
      if (line.starts_with("answer ")) ++answers[line.substr(7, line.find(' ', 7) - 7)];
    }
    for (const auto& [id, count] : answers) {
      const auto asked = reference_.requests.find(static_cast<std::uint32_t>(std::stoul(id)));
      fuzz::require(asked != reference_.requests.end() && count <= asked->second,
                    "a request is answered at most once");
    }
  }

  void check_good() const {
    fuzz::require(!good_.ended, "the good client stays");
    std::size_t handshakes = 0;
    for (const std::string& line : good_.heard) {
      const bool answer = line.starts_with("answer ") && line.ends_with(Json(secret_).dump());
      handshakes += line.starts_with("handshake ");
      fuzz::require(answer || line == "heartbeat" || line.starts_with("handshake "),
                    "the good client hears what is meant for it");
    }
    fuzz::require(handshakes == 1, "and that once");
  }

  fuzz::Input in_;
  std::string secret_;
  std::uint8_t opening_;
  int heartbeat_;
  Servers town_;
  TestClient& good_;
  bool framed_;
  TestClient& bad_;
  std::string sent_;  // all bytes of the bad client
  Reference reference_;
  int passed_ = 0, asked_ = 0;
};

// A macro of doctest that fails outside a test ends the process.
struct OutsideOfTests {
  OutsideOfTests() {
    context.setAsDefaultForAssertsOutOfTestCases();
    context.setAssertHandler([](const doctest::AssertData& data) {
      if (data.m_failed) fuzz::require(false, data.m_expr);
    });
  }
  doctest::Context context;
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const OutsideOfTests outside;
  Visit(fuzz::text_of(data, size)).run();
  return 0;
}
