#include "session/push.h"

#include <doctest/doctest.h>

#include <list>
#include <set>
#include <string>
#include <vector>

#include "base/inflate.h"
#include "cluster/linked_pair.h"
#include "protocol/hex.h"
#include "protocol/package.h"
#include "session/chat_protocol.h"

using namespace shaddock;
using namespace shaddock::session;
using namespace shaddock::testing;
using cluster::PushScope;

namespace {

// One client that writes down the packages it gets.
struct Screen final : ClientConnection {
  void send_package(const SharedBytes& package) override { got.push_back(package); }
  void send_push(const SharedBytes& package, std::string_view route) override {
    routes.emplace_back(route);
    send_package(package);
  }
  void logout() override {}
  void kick(std::string_view) override {}
  std::string address() const override { return {}; }
  std::string only() const { return got.size() == 1 ? *got[0] : "not one package"; }

  std::vector<SharedBytes> got;
  std::vector<std::string> routes;
};

struct Silence final : SessionEvents {
  void on_session_end(detail::FrontendState&) override {}
  void on_callback_failed(const detail::FrontendState&, const Error&) override {}
};

struct Odd {  // the schema does not know "more"
  std::string msg = "hi", from = "bob", target = "*";
  int more = 1;
  static void fields(auto& m, auto&& f) {
    f("msg", m.msg);
    f("from", m.from);
    f("target", m.target);
    f("more", m.more);
  }
};

constexpr std::size_t kCompressFrom = 100;

// A frontend with clients of each form, two of a kind; links lead to a backend and back.
struct Frontend {
  explicit Frontend(bool with_protocol = true)
      : delivery(sessions, Logger(log, "push"), with_protocol ? &protocol : nullptr,
                 kCompressFrom) {
    for (int i = 0; i < 2; ++i)
      for (const bool zlib : {false, true})
        for (const bool protobuf : {false, true})
          for (const bool dictionary : {false, true}) open({dictionary, protobuf, zlib});
  }
  void open(const ClientForm& form) {
    const auto state = sessions.open(screens.emplace_back());
    state->form = form;
    REQUIRE(sessions.bind(*state, "u" + std::to_string(screens.size())).ok());
    forms.push_back(form);
  }
  // From a backend, as it arrives by the link.
  void deliver(cluster::PushHeader header, std::string_view body, bool protobuf) {
    header.protobuf = protobuf;
    Buffer bytes;
    cluster::FrameWriter frame(bytes);
    frame.push(header);
    frame.body().append(body);
    REQUIRE(frame.finish());
    delivery.deliver(*pair.b.endpoint->find("a"), *cluster::decode_frame(bytes.view().substr(4)));
    pair.settle();
  }
  void deliver_chat(bool protobuf) {
    deliver({PushScope::all, "onChat", {}, {}}, protobuf ? kChatBytes : kChatJson, protobuf);
  }
  template <class M>
  void deliver_here(std::string_view route, const M& message) {
    PushBody body({&protocol, buffers, logger}, route, type_of<M>(), &message);
    delivery.deliver(cluster::PushHeader{PushScope::all, route, {}, {}}, body);
  }
  // How many packages were made for all who got one.
  std::size_t different() const {
    std::set<const std::string*> all;
    for (const Screen& screen : screens)
      for (const SharedBytes& package : screen.got) all.insert(package.get());
    return all.size();
  }

  protocol::ClientProtocol protocol = chat_protocol();
  std::shared_ptr<MemoryLog> log = std::make_shared<MemoryLog>();
  Logger logger{log, "test"};
  PushBuffers buffers;
  Silence silence;
  std::list<Screen> screens;
  std::vector<ClientForm> forms;
  FrontendSessions sessions{"connector-1", 7, silence};
  PushDelivery delivery;
  cluster::LinkedPair pair;
};

// The package that a client of this form gets of Pomelo's onChat.
std::string chat_package(const ClientForm& form) {
  const std::string head = form.dictionary ? from_hex("07 0002") : from_hex("06 06") + "onChat";
  const std::string body = head + std::string(form.protobuf ? kChatBytes : kChatJson);
  return from_hex("040000") + static_cast<char>(body.size()) + body;
}

}  // namespace

TEST_CASE("each client gets a push in the form that it reads, from a frame in either coding") {
  for (const bool protobuf : {true, false}) {
    Frontend frontend;
    frontend.deliver_chat(protobuf);
    std::size_t i = 0;
    for (const Screen& screen : frontend.screens) {
      CHECK(to_hex(screen.only()) == to_hex(chat_package(frontend.forms[i++])));
      CHECK(screen.routes == std::vector<std::string>{"onChat"});
    }
    CHECK(frontend.different() == 4);  // the body is too short to be compressed
  }
}

TEST_CASE("a push of this very server needs no transcoding") {
  Frontend frontend;
  frontend.deliver_here("onChat", Odd());
  std::size_t i = 0;
  for (const Screen& screen : frontend.screens) {
    const ClientForm form = frontend.forms[i++];
    if (form.protobuf)
      CHECK(screen.only() == chat_package(form));
    else
      CHECK(screen.only().ends_with(R"("target":"*","more":1})"));
  }
  CHECK(frontend.different() == 4);
}

TEST_CASE("the vector of Pomelo's server: onChat by name with a protobuf body") {
  Frontend frontend;
  frontend.deliver_here("onChat", Chat{"hello", "amy", "*"});
  const auto screen = std::next(frontend.screens.begin(), 2);
  CHECK(to_hex(screen->only()) ==
        "04000017"
        "06066f6e43686174"
        "0a0568656c6c6f1203616d791a012a");
}

TEST_CASE("what a form promises counts only where the route has a code or a schema") {
  Frontend plain;
  plain.deliver({PushScope::all, "onPlain", {}, {}}, "{\"a\":1}", false);
  CHECK(plain.different() == 2);
  CHECK(to_hex(plain.screens.front().only()) ==
        "04000010"
        "06076f6e506c61696e"
        "7b2261223a317d");
  CHECK(to_hex(std::next(plain.screens.begin())->only()) ==
        "0400000a"
        "070003"
        "7b2261223a317d");
  Frontend unknown;
  unknown.deliver({PushScope::all, "onOther", {}, {}}, "{}", false);
  CHECK(unknown.different() == 1);
  Frontend without(false);
  without.deliver({PushScope::all, "onChat", {}, {}}, kChatJson, false);
  CHECK(without.different() == 1);
  CHECK(without.screens.back().only() == chat_package({}));
}

TEST_CASE("a long body goes out compressed to clients that can read that, if that makes it less") {
  Frontend frontend;
  const std::string same(kCompressFrom, 'x');
  frontend.deliver({PushScope::all, "onPlain", {}, {}}, same, false);
  CHECK(frontend.different() == 4);
  Inflater inflater;
  std::size_t i = 0;
  for (const Screen& screen : frontend.screens) {
    const ClientForm form = frontend.forms[i++];
    const std::string package = screen.only();
    const std::size_t head = form.dictionary ? 3 : 9;
    CHECK(package.substr(4, 1) == from_hex(form.dictionary ? form.zlib ? "17" : "07"
                                           : form.zlib     ? "16"
                                                           : "06"));
    const std::string body = package.substr(4 + head);
    if (!form.zlib) {
      CHECK(body == same);
      continue;
    }
    CHECK(body.size() < same.size());
    Buffer inflated;
    REQUIRE(inflater.inflate(Compression::zlib, body, 1000, inflated).ok());
    CHECK(inflated.view() == same);
  }
  Frontend shorter;
  shorter.deliver({PushScope::all, "onPlain", {}, {}}, same.substr(1), false);
  CHECK(shorter.different() == 2);
  Frontend random;
  std::string noise;
  for (std::uint32_t x = 1; noise.size() < kCompressFrom; x = x * 1664525 + 1013904223)
    noise.push_back(static_cast<char>(x >> 24));
  random.deliver({PushScope::all, "onPlain", {}, {}}, noise, false);
  CHECK(random.different() == 2);
}

TEST_CASE("a push that cannot be read here goes to those who speak its coding, and is logged") {
  Frontend frontend;
  frontend.deliver({PushScope::all, "onChat", {}, {}}, "\x0a\xff", true);
  std::size_t i = 0;
  for (const Screen& screen : frontend.screens)
    CHECK(screen.got.size() == (frontend.forms[i++].protobuf ? 1 : 0));
  CHECK(frontend.log->count("push not sent") == 1);
  Frontend without(false);
  without.deliver_chat(true);
  CHECK(without.different() == 0);
  CHECK(without.log->count("push not sent") == 1);
}

TEST_CASE("a message that its schema refuses reaches the clients of JSON alone") {
  Frontend frontend;
  frontend.deliver_here("onChat", Json{{"msg", "hi"}});
  std::size_t i = 0;
  for (const Screen& screen : frontend.screens)
    CHECK(screen.got.size() == (frontend.forms[i++].protobuf ? 0 : 1));
}

TEST_CASE("listed sessions and uids get it, those who are no more are told of") {
  Frontend frontend;
  const auto first = std::uint64_t{7} << 32;
  std::vector<SessionId> ids;
  for (const auto& session : frontend.sessions.find("u3")) ids.push_back(session.id());
  ids.push_back(first | 999);
  const std::vector<std::string_view> uids{"u4", "nobody"};
  frontend.deliver({PushScope::listed, "onChat", ids, uids}, kChatBytes, true);
  std::size_t i = 0;
  for (const Screen& screen : frontend.screens) {
    ++i;
    CHECK(screen.got.size() == (i == 3 || i == 4 ? 1 : 0));
  }
  CHECK(frontend.pair.a.count("closed " + std::to_string(first | 999)) == 1);
}

TEST_CASE("a push longer than a package, or with too long a route, is not sent") {
  Frontend frontend;
  const std::string long_route(256, 'r');
  frontend.deliver({PushScope::all, long_route, {}, {}}, "{}", false);
  frontend.deliver_here("onPlain", Json(std::string(protocol::kMaxPackageBody, 'x')));
  std::size_t i = 0;
  for (const Screen& screen : frontend.screens)
    CHECK(screen.got.size() == (frontend.forms[i++].zlib ? 1 : 0));  // deflated it fits
  CHECK(frontend.log->count("push is too large") == 3);
}
