#pragma once

#include <doctest/doctest.h>

#include <functional>
#include <memory>
#include <string>

#include "cluster/link.h"
#include "cluster/link_proof.h"
#include "cluster/memory_network.h"

namespace shaddock::cluster {

using namespace std::chrono_literals;

// One link whose peer is the test itself: it sees the raw bytes.
struct LinkTrial : net::StreamEvents, Receiver, LinkOwner, CallOwner {
  virtual ~LinkTrial() = default;
  explicit LinkTrial(LinkSettings settings = {}) {
    auto opened =
        world.host().network.listen({"", 0}, [this, settings](std::unique_ptr<net::Stream> stream) {
          Identity self{Role::server, "peer", 1, "", {"h.a", "h.b"}, {"r.a", "r.b", "r.a"}};
          self.wire = kHighestWire;
          link = std::make_unique<Link>(world.host(), std::move(stream), std::move(self), settings,
                                        *this, *this);
          link->start(early);
        });
    listener = std::move(opened).value();
    connecting = world.host().network.connect(listener->address(), 1s,
                                              [this](Result<std::unique_ptr<net::Stream>> made) {
                                                raw = std::move(made).value();
                                                raw->set_events(*this);
                                              });
    world.loop().settle();
  }

  void on_bytes(std::span<char> bytes) override { heard.append(bytes.data(), bytes.size()); }
  void on_end() override { ended = true; }
  void on_link_up(Link&) override {}
  void on_link_down(Link&) override {}
  void on_request(Link&, const Frame& frame) override {
    bodies += frame.body;
    if (close_on_request) link->close("as the test wants");
  }
  void on_call(Link&, const Frame&) override { ++calls; }
  void on_push(Link&, const Frame&) override { ++pushes; }
  void on_session_closed(Link&, SessionId session) override { closed += session; }
  void on_link_changed(Link& changed) override {
    CHECK(&changed == link.get());
    ++changes;
  }
  void on_drain(Link& of) override {
    ++drains;
    CHECK(of.draining());
    FrameWriter last(of.output());
    last.closed(99);
    last.finish();
  }
  void on_drain_heard(Link&) override { ++draineds; }
  void on_link_lost(Link& lost, std::string_view why) override {
    CHECK(&lost == link.get());
    reason = why;
    link.reset();
  }
  void on_call_end(CallTag tag, const CallEnd& end) noexcept override {
    ends += std::to_string(tag.a) + ":" + std::to_string(end.status) + " ";
    if (on_end_look) on_end_look();
  }

  template <class Write>
  void send(Write write) {
    FrameWriter frame(raw->output());
    write(frame);
    frame.finish();
  }
  void send_request(std::string_view body) {
    send([&](FrameWriter& frame) {
      frame.request({1, 0, 7, 1000, 0, {}});
      frame.body().append(body);
    });
  }
  // How many frames of that kind came over the wire.
  std::size_t count(FrameKind kind) {
    std::size_t found = 0;
    FrameCutter cutter;
    cutter.feed(heard, [&](std::string_view bytes) {
      found += decode_frame(bytes)->kind == kind ? 1 : 0;
      return true;
    });
    return found;
  }

  MemoryHost world;
  std::unique_ptr<net::Listener> listener;
  std::unique_ptr<net::Connecting> connecting;
  std::unique_ptr<net::Stream> raw;
  std::string early, heard, bodies, ends, reason;
  bool ended = false, close_on_request = false;
  int calls = 0, pushes = 0, drains = 0, draineds = 0, changes = 0;
  std::function<void()> on_end_look;
  SessionId closed = 0;
  std::unique_ptr<Link> link;  // goes first: what waits on it ends then
};

}  // namespace shaddock::cluster
