#include "client/package_stream.h"

#include <doctest/doctest.h>

#include "client/scripted_peer.h"

namespace shaddock::client {
namespace {

using protocol::PackageType;

struct Diary final : PackageEvents {
  void on_stream_open() override { lines.push_back("open"); }
  void on_package(const protocol::Package& package) override {
    lines.push_back(std::to_string(static_cast<int>(package.type)) + ':' +
                    std::string(package.body));
    if (close_at_package) stream->close();
    if (stop_at_package) stream.reset();
  }
  void on_stream_end(const std::string& why) override { lines.push_back("end: " + why); }

  std::unique_ptr<PackageStream> stream;
  std::vector<std::string> lines;
  bool stop_at_package = false, close_at_package = false;
};

struct Meeting {
  explicit Meeting(Transport transport, bool peer_upgrades = true)
      : peer(world, transport == Transport::websocket && peer_upgrades) {
    PackageStream::Settings settings;
    settings.transport = transport;
    settings.limit = 64;
    diary.stream = std::make_unique<PackageStream>(world.host(), peer.address(), settings, diary);
    world.loop().settle();
  }
  void settle() { world.loop().settle(); }

  cluster::MemoryHost world;
  ScriptedPeer peer;
  Diary diary;
};

TEST_CASE("packages go both ways, over TCP and inside WebSocket messages") {
  for (const Transport transport : {Transport::tcp, Transport::websocket}) {
    Meeting meeting(transport);
    CHECK(meeting.diary.lines == std::vector<std::string>{"open"});
    meeting.diary.stream->write(protocol::kHeartbeatPackage);
    meeting.settle();
    CHECK(meeting.peer.heard() == std::vector<ScriptedPeer::Heard>{{PackageType::heartbeat, ""}});
    meeting.peer.say(PackageType::data, "one");
    meeting.peer.say(PackageType::data, "two");
    meeting.settle();
    CHECK(meeting.diary.lines == std::vector<std::string>{"open", "4:one", "4:two"});
    meeting.peer.hang_up();
    meeting.settle();
    CHECK(meeting.diary.lines.back() == "end: closed by the server");
  }
}

TEST_CASE("several packages in one WebSocket message are all given") {
  Meeting meeting(Transport::websocket);
  meeting.peer.say_bytes({"\x03\0\0\0\x04\0\0\1x", 9});
  meeting.settle();
  CHECK(meeting.diary.lines == std::vector<std::string>{"open", "3:", "4:x"});
}

TEST_CASE("a package of unknown type or over the limit ends the connection") {
  for (const std::string_view bytes :
       {std::string_view("\x09\0\0\0", 4), std::string_view("\x04\0\0\x41", 4)}) {
    Meeting meeting(Transport::tcp);
    meeting.peer.say_bytes(bytes);
    meeting.settle();
    CHECK(meeting.diary.lines.back() == "end: the server's packages are wrong");
    CHECK(meeting.peer.ended());
  }
}

TEST_CASE("pings are answered, and a close frame ends the connection with its code") {
  Meeting meeting(Transport::websocket);
  meeting.peer.say_frame(net::Opcode::ping, "are you there");
  meeting.peer.say_frame(net::Opcode::pong, "");
  meeting.settle();
  CHECK(meeting.peer.frames ==
        std::vector<net::WebSocketEvent::Kind>{net::WebSocketEvent::Kind::pong});
  meeting.peer.say_frame(net::Opcode::close, {"\x03\xe9", 2});
  meeting.settle();
  CHECK(meeting.diary.lines.back() == "end: closed by the server with WebSocket code 1001");
}

TEST_CASE("frames against the rules end the connection") {
  Meeting meeting(Transport::websocket);
  meeting.peer.say_frame(static_cast<net::Opcode>(5), "");
  meeting.settle();
  CHECK(meeting.diary.lines.back().starts_with("end: the server's WebSocket frames are wrong"));
}

TEST_CASE("a server that does not upgrade is told from one that is not there") {
  Meeting meeting(Transport::websocket, false);
  meeting.peer.say_bytes("HTTP/1.1 404 Not Found\r\n\r\n");
  meeting.settle();
  CHECK(meeting.diary.lines == std::vector<std::string>{"end: no WebSocket here: HTTP 404"});

  cluster::MemoryHost world;
  Diary diary;
  PackageStream nobody(world.host(), {"127.0.0.1", 1}, {}, diary);
  world.loop().settle();
  CHECK(diary.lines == std::vector<std::string>{"end: connection refused"});
}

TEST_CASE("close writes what is queued and says good-bye") {
  for (const Transport transport : {Transport::tcp, Transport::websocket}) {
    Meeting meeting(transport);
    meeting.diary.stream->write(protocol::kHeartbeatPackage);
    meeting.diary.stream->close();
    meeting.settle();
    CHECK(meeting.peer.heard().size() == 1);
    CHECK(meeting.peer.ended());
    CHECK(meeting.diary.lines.back().starts_with("end: closed"));
    if (transport == Transport::websocket)
      CHECK(meeting.peer.frames.back() == net::WebSocketEvent::Kind::close);
  }
}

TEST_CASE("no package comes after close, not even one that had arrived") {
  Meeting meeting(Transport::tcp);
  meeting.diary.close_at_package = true;
  meeting.peer.say_bytes({"\x03\0\0\0\x03\0\0\0", 8});
  meeting.settle();
  CHECK(meeting.diary.lines.size() == 3);
  CHECK(meeting.diary.lines.back().starts_with("end: "));
}

TEST_CASE("a stream destroyed by its own callback gives nothing more") {
  for (const Transport transport : {Transport::tcp, Transport::websocket}) {
    Meeting meeting(transport);
    meeting.diary.stop_at_package = true;
    meeting.peer.say(PackageType::data, "one");
    meeting.peer.say(PackageType::data, "two");
    meeting.settle();
    CHECK(meeting.diary.lines == std::vector<std::string>{"open", "4:one"});
    CHECK(meeting.peer.ended());
  }
}

}  // namespace
}  // namespace shaddock::client
