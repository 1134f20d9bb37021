#include "session/push.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <functional>
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
    if (const auto then = on_push) then();
  }
  void logout() override {}
  void kick(std::string_view) override {}
  std::string address() const override { return {}; }
  std::string only() const { return got.size() == 1 ? *got[0] : "not one package"; }

  std::vector<SharedBytes> got;
  std::vector<std::string> routes;
  std::function<void()> on_push;
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
  // Of the packages that were made for all who got one.
  std::set<const std::string*> addresses() const {
    std::set<const std::string*> all;
    for (const Screen& screen : screens)
      for (const SharedBytes& package : screen.got) all.insert(package.get());
    return all;
  }
  std::size_t different() const { return addresses().size(); }
  // Every client has read what it got.
  void take_all() {
    for (Screen& screen : screens) screen.got.clear();
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

TEST_CASE("the package of a push is written anew when no client has it any more") {
  Frontend frontend;
  frontend.deliver_chat(true);
  const std::set<const std::string*> first = frontend.addresses();
  frontend.take_all();
  frontend.deliver_here("onChat", Chat{"hello", "amy", "*"});
  CHECK(frontend.addresses() == first);
  const auto screen = std::next(frontend.screens.begin(), 2);
  CHECK(to_hex(screen->only()) ==
        "04000017"
        "06066f6e43686174"
        "0a0568656c6c6f1203616d791a012a");
}

TEST_CASE("a package that a slow client still has stays as it is, whatever is pushed meanwhile") {
  Frontend frontend;
  frontend.deliver_chat(true);
  Screen& slow = frontend.screens.front();
  const std::vector<SharedBytes> waits = slow.got;
  frontend.take_all();
  for (const std::string_view body : {"{\"a\":1}", "{\"a\":2}"}) {
    frontend.deliver({PushScope::all, "onPlain", {}, {}}, body, false);
    CHECK(slow.only().ends_with(body));
    CHECK(slow.got[0] != waits[0]);
    CHECK(to_hex(*waits[0]) == to_hex(chat_package({})));
    frontend.take_all();
  }
}

TEST_CASE("a push out of a push, as a client's end may cause it, leaves the outer one's package") {
  Frontend frontend;
  frontend.screens.front().on_push = [&] {
    frontend.screens.front().on_push = nullptr;
    frontend.deliver({PushScope::all, "onPlain", {}, {}}, "{\"a\":1}", false);
  };
  frontend.deliver_chat(true);
  std::size_t i = 0;
  for (const Screen& screen : frontend.screens) {
    REQUIRE(screen.got.size() == 2);
    CHECK(std::count_if(screen.got.begin(), screen.got.end(), [&](const SharedBytes& package) {
            return *package == chat_package(frontend.forms[i]);
          }) == 1);
    ++i;
  }
}

TEST_CASE("the memory of a long package is given back") {
  Frontend frontend;
  for (const std::size_t size : {60'000, 70'000}) {
    frontend.deliver({PushScope::all, "onPlain", {}, {}}, std::string(size, 'x'), false);
    const std::weak_ptr<const std::string> package = frontend.screens.front().got[0];
    CHECK(package.lock()->size() > size);
    frontend.take_all();
    CHECK(package.expired() == (size == 70'000));
  }
}

TEST_CASE("a long list of sessions, some of them gone, is told of each that is") {
  Frontend frontend;
  const auto first = std::uint64_t{7} << 32;
  std::vector<SessionId> ids;
  for (std::uint64_t i = 0; i < 130; ++i) ids.push_back(first | (1000 + i));
  for (const std::size_t at : {0, 63, 64, 129})
    ids[at] = frontend.sessions.find("u" + std::to_string(1 + at % 7))[0].id();
  frontend.deliver({PushScope::listed, "onChat", ids, {}}, kChatBytes, true);
  std::size_t heard = 0;
  for (const Screen& screen : frontend.screens) heard += screen.got.size();
  CHECK(heard == 4);
  for (const SessionId id : ids)
    CHECK(frontend.pair.a.count("closed " + std::to_string(id)) ==
          (frontend.sessions.state(id) == nullptr ? 1 : 0));
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
