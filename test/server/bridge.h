#pragma once

#include <doctest/doctest.h>

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include "cluster/wire.h"
#include "server/resuming.h"

namespace shaddock::server {

// What a bridge writes down. It is there before the servers are and after they are gone: sessions
// end, and say so, when their servers do.
struct BridgeDiary {
  std::vector<std::string> came, ended;
};

// Connectors, as many as asked for, whose clients may go on at any of them. Each session that comes
// to one from another is written down, and each end of such a session.
struct Bridge : BridgeDiary, Resuming {
  using Lines = std::vector<std::string>;

  explicit Bridge(const Change& change = {}, int connectors = 2, const Set& more = {})
      : Resuming(
            [this, change](Settings::Connector& settings) {
              settings.on_resumed = [this](Server& server, FrontendSession& session) {
                came.push_back(server.id() + ' ' + session.uid());
                session.on_close([this](FrontendSession& gone) { ended.push_back(gone.uid()); });
              };
              if (change) change(settings);
            },
            connectors, more) {}

  bool known_at(const std::string& connector, std::string_view uid = "amy") {
    return server(connector).sessions().contains(uid);
  }
  std::uint64_t counted_at(const std::string& connector, Count count) {
    return server(connector).counts()[count];
  }
  Channel& room() { return server("chat-1").channels().open("room"); }
  cluster::Link& link(const std::string& from, const std::string& to) {
    return *server(from).endpoint().find(to);
  }

  // What the one server writes to the other from now on waits, until it is let through.
  void hold(const std::string& from, const std::string& to) { end_of(from, to).hold(true); }
  void let_through(const std::string& from, const std::string& to) {
    end_of(from, to).hold(false);
    settle();
  }
  // One byte of it comes through: the sender is alive.
  void trickle(const std::string& from, const std::string& to) {
    const End end = end_of(from, to);
    end.cable->ends[1 - end.side]->read_some(1);
    settle();
  }
  // So much waits on that link that nothing goes out any more but what must.
  void fill(const std::string& from, const std::string& to) {
    hold(from, to);
    while (!link(from, to).overloaded()) ping(link(from, to));
  }

 private:
  static void ping(cluster::Link& link) {
    cluster::FrameWriter frame(link.output());
    frame.ping();
    frame.finish();
  }
  struct End {
    cluster::MemoryStream::Cable* cable = nullptr;
    int side = 0;
    void hold(bool on) const {
      on ? cable->ends[1 - side]->stop_reading() : cable->ends[1 - side]->read_on();
    }
  };
  // The end that has something to write as soon as the link has.
  End end_of(const std::string& from, const std::string& to) {
    const auto queued = [this](const auto& visit) {
      for (const auto& cable : world.network().cables())
        for (const int side : {0, 1}) visit(End{cable.get(), side}, cable->ends[side]->queued());
    };
    std::vector<std::size_t> before;
    queued([&](const End&, std::size_t size) { before.push_back(size); });
    ping(link(from, to));
    End found;
    std::size_t place = 0;
    queued([&](const End& end, std::size_t size) {
      if (size != before[place++]) found = end;
    });
    REQUIRE(found.cable != nullptr);
    return found;
  }
};

// What it heard from the ack on, without heartbeats.
inline std::vector<std::string> data_of(const TestClient& client) {
  std::vector<std::string> lines;
  for (const std::string& line : client.heard)
    if (!line.starts_with("handshake") && !line.starts_with("heartbeat")) lines.push_back(line);
  return lines;
}

}  // namespace shaddock::server
