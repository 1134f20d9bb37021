#pragma once

#include <doctest/doctest.h>

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "admin/fake_host.h"
#include "admin/verbs.h"
#include "base/log_sink.h"
#include "cluster/endpoint.h"
#include "cluster/link_proof.h"
#include "cluster/rpc.h"
#include "net/uv_host.h"

namespace shaddock::admin {

inline const std::string kSecret(64, 'a');

// Real sockets and time, but processes and files in memory.
struct MixedHost {
  net::UvHost uv;
  FakeProcesses processes;
  FakeFiles files;
  net::Host host{uv.host().loop, uv.host().network, processes, files, uv.host().random};

  // Runs the loop until the condition holds; false after ten seconds.
  bool until(const std::function<bool()>& condition) {
    const net::TimePoint give_up = host.loop.now() + net::Duration(10000);
    bool held = false;
    net::Timer look(host.loop.timers(), [&] {
      held = condition();
      if (held || host.loop.now() >= give_up)
        host.loop.stop();
      else
        look.start(net::Duration(1));
    });
    look.start(net::Duration(0));
    host.loop.run();
    return held;
  }
};

// Somebody at the other end of a link: a server, a master or a console, and its calls.
class Peer final : cluster::Receiver {
 public:
  Peer(MixedHost& host, cluster::Role role, std::string id, std::uint64_t incarnation)
      : host_(host), rpc_(host.host.loop) {
    self_.role = role;
    self_.id = std::move(id);
    self_.incarnation = incarnation;
    self_.user = "alice";
  }

  cluster::Remotes& remotes() { return remotes_; }
  cluster::RpcClient& rpc() { return rpc_; }
  cluster::Endpoint& endpoint() {
    if (!endpoint_) {
      self_.remotes = remotes_.routes();
      endpoint_ = std::make_unique<cluster::Endpoint>(
          host_.host, Logger(std::make_shared<MemoryLog>(), "link"), self_,
          self_.role == cluster::Role::observer ? cluster::observer_secret(kSecret) : kSecret,
          static_cast<cluster::Receiver&>(*this));
    }
    return *endpoint_;
  }
  std::function<void(cluster::Link&)> on_up = [](cluster::Link&) {};
  std::function<void(cluster::Link&)> on_down = [](cluster::Link&) {};

  bool dial(const std::string& id, const net::Address& address) {
    endpoint().dial(id, address);
    return host_.until([&] { return endpoint().find(id) != nullptr; });
  }

  // 200 or the code of the error that came back.
  template <class Message>
  int call(const std::string& id, std::string_view route, const Message& message) {
    std::optional<int> status;
    rpc_.call(endpoint().find(id), route, type_of<Message>(), &message, {},
              [&](Result<std::string_view> answer) {
                status = answer ? code::kOk : answer.error().code;
                body.assign(answer ? std::string(*answer) : answer.error().text);
              });
    host_.until([&] { return status.has_value(); });
    return status.value_or(0);
  }

  std::string body;  // of the last call: the answer, or the error's text

 private:
  void on_link_up(cluster::Link& link) override { on_up(link); }
  void on_link_down(cluster::Link& link) override { on_down(link); }
  void on_call(cluster::Link& link, const cluster::Frame& frame) override {
    remotes_.dispatch(cluster::IncomingCall(link, frame), frame.route);
  }
  void on_request(cluster::Link&, const cluster::Frame&) override {}
  void on_push(cluster::Link&, const cluster::Frame&) override {}
  void on_session_closed(cluster::Link&, cluster::SessionId) override {}

  MixedHost& host_;
  cluster::Identity self_;
  cluster::Remotes remotes_;
  cluster::RpcClient rpc_;
  std::unique_ptr<cluster::Endpoint> endpoint_;
};

}  // namespace shaddock::admin
