#pragma once

#include <algorithm>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/log_sink.h"
#include "cluster/endpoint.h"
#include "cluster/remotes.h"
#include "cluster/rpc.h"
#include "cluster/wire_codec.h"

namespace shaddock::cluster {

struct Number {
  int value = 0;
  static void fields(auto& m, auto&& f) { f("value", m.value); }
};

// The outcome of a call: its code and, when it went well, the number.
struct Outcome {
  int status = 0;  // 0: still waiting
  int value = 0;
  int times = 0;  // it ended
  std::string text;
};

// One server of a test: an endpoint that writes down all it receives, and a few remotes:
//
//   math.twice   answers twice the number     math.keep   keeps the call in `kept`
//   math.fail    fails with 477               math.drop   drops the call
class Party final : public Receiver {
 public:
  Party(net::Host& host, std::string id, std::uint64_t incarnation = 1,
        const std::string& secret = "secret", EndpointSettings settings = {}, bool protobuf = false)
      : rpc(host.loop) {
    add_remotes();
    Identity self{Role::server, std::move(id),    incarnation, "test",
                  {"chat.say"}, remotes.routes(), protobuf};
    endpoint.emplace(host, Logger(log, "link"), std::move(self), secret, *this, settings);
  }

  void on_link_up(Link& link) override { note("up " + link.peer().id); }
  void on_link_down(Link& link) override { note("down " + link.peer().id); }
  void on_request(Link& link, const Frame& frame) override {
    note("request " + std::to_string(frame.session) + " " + std::string(frame.body));
    if (frame.call == 0) return;
    FrameWriter writer(link.output());
    writer.answer(frame.call, code::kOk);
    writer.finish();
  }
  void on_call(Link& link, const Frame& frame) override {
    ++calls;
    remotes.dispatch(IncomingCall(link, frame), frame.route);
  }
  void on_push(Link&, const Frame& frame) override {
    note((frame.protobuf ? "protobuf " : "push ") + std::string(frame.body));
  }
  void on_session_closed(Link&, SessionId session) override {
    note("closed " + std::to_string(session));
  }

  // Outcomes live as long as the party.
  Outcome& call(const std::string& peer, std::string_view route, int value,
                net::Duration limit = net::Duration(5000)) {
    Outcome& outcome = *outcomes.emplace_back(std::make_unique<Outcome>());
    const Number argument{value};
    rpc.call(endpoint->find(peer), route, type_of<Number>(), &argument, {limit, 0},
             [&outcome](Result<std::string_view> answer) { end(outcome, std::move(answer)); });
    return outcome;
  }

  std::size_t count(std::string_view event) const {
    return static_cast<std::size_t>(std::count(events.begin(), events.end(), event));
  }
  bool linked(std::string_view peer) { return endpoint->find(peer) != nullptr; }

  std::shared_ptr<MemoryLog> log = std::make_shared<MemoryLog>();
  std::vector<std::string> events;
  int calls = 0;
  std::vector<IncomingCall> kept;
  Remotes remotes;
  std::vector<std::unique_ptr<Outcome>> outcomes;
  RpcClient rpc;
  std::optional<Endpoint> endpoint;

 private:
  void note(std::string event) { events.push_back(std::move(event)); }

  void add_remotes() {
    remotes.add("math.twice", [](IncomingCall call) {
      Number number;
      if (auto read = decode_msgpack(call.body(), type_of<Number>(), &number); !read)
        return call.fail(read.error());
      number.value *= 2;
      call.answer(type_of<Number>(), &number);
    });
    remotes.add("math.keep", [this](IncomingCall call) { kept.push_back(std::move(call)); });
    remotes.add("math.fail", [](IncomingCall call) {
      call.fail(Error(477, "as asked", {{"why", "test"}}));
    });
    remotes.add("math.drop", [](IncomingCall) {});
  }

  static void end(Outcome& outcome, Result<std::string_view> answer) {
    ++outcome.times;
    outcome.status = answer.ok() ? code::kOk : answer.error().code;
    if (!answer.ok()) {
      outcome.text = answer.error().text;
      return;
    }
    Number number;
    if (decode_msgpack(*answer, type_of<Number>(), &number)) outcome.value = number.value;
  }
};

}  // namespace shaddock::cluster
