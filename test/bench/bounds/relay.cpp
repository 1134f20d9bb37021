// The bound: two processes on bare libuv that do the hops of a routed request and nothing else.
//
//   relay back PORT               the second hop: answers frames
//   relay front PORT BACK_PORT    the first hop: clients on PORT, everything through one link to
//                                 the back
//   relay local PORT              one hop: answers its clients itself
//
// Prints the port it listens on (PORT 0: the kernel's choice) and runs until it is killed. Clients
// come over TCP or WebSocket on the same port. How it
// reads and writes is in stream.h; between the processes travel frames:
//
//   length of the bytes (4) | client (4) | bytes         to the back: a message; from the back: a
//   package
//
// Numbers of a frame are in the byte order of the machine, since both ends are on it.

#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <vector>

#include "stream.h"
#include "wire.h"

namespace shaddock::bench {
namespace {

struct FrameHeader {
  std::uint32_t length;
  std::uint32_t client;
};

bool read_frame(const char* data, std::size_t size, FrameHeader& frame) {
  if (size < sizeof frame) return false;
  std::memcpy(&frame, data, sizeof frame);
  return size - sizeof frame >= frame.length;
}

char* append_frame(Stream& link, std::size_t length, std::uint32_t client) {
  const FrameHeader frame{static_cast<std::uint32_t>(length), client};
  char* at = link.append(sizeof frame + length);
  std::memcpy(at, &frame, sizeof frame);
  return at + sizeof frame;
}

// A process of the relay. Clients (or the link) are numbered as they come; numbers are not used
// again.
struct Relay {
  Turn turn{uv_default_loop()};
  uv_tcp_t listener;
  Stream::Consume consume = nullptr;
  std::vector<Stream*> peers;
  Stream* back = nullptr;
};

void accept(uv_stream_t* listener, int status) {
  if (status != 0) return;
  Relay& relay = *static_cast<Relay*>(listener->data);
  const auto closed = [](Stream& peer) { peer.owner<Relay>().peers[peer.index()] = nullptr; };
  const auto index = static_cast<std::uint32_t>(relay.peers.size());
  relay.peers.push_back(new Stream(relay.turn, &relay, index, relay.consume, closed));
  relay.peers.back()->accept_from(listener);
}

// ---- the hop of the clients

using OnMessage = void (*)(Stream& client, std::string_view message);

template <OnMessage on_message>
std::size_t take_packages(Stream& client, const char* data, std::size_t size) {
  std::size_t used = 0;
  for (Package package; read_package(data + used, size - used, package);) {
    if (package.type == kData) {
      on_message(client, package.body);
    } else {
      answer_control(client, package.type);
    }
    used += kHeader + package.body.size();
  }
  return used;
}

template <OnMessage on_message>
std::size_t take_frames(Stream& client, char* data, std::size_t size) {
  std::size_t used = 0;
  for (Frame frame; read_frame_head(data + used, size - used, frame);) {
    char* payload = data + used + frame.head;
    unmask(payload, frame.length);
    take_packages<on_message>(client, payload, frame.length);
    used += frame.head + frame.length;
  }
  return used;
}

std::size_t take_upgrade(Stream& client, const char* data, std::size_t size) {
  constexpr std::string_view kEnd = "\r\n\r\n";
  const std::string_view request(data, size);
  const std::size_t end = request.find(kEnd);
  if (end == std::string_view::npos) return 0;
  const std::string answer = upgrade(request.substr(0, end));
  write_bytes(client.append(answer.size()), answer);
  client.become_websocket();
  return end + kEnd.size();
}

template <OnMessage on_message>
std::size_t consume_client(Stream& client, char* data, std::size_t size) {
  if (client.is_websocket()) return take_frames<on_message>(client, data, size);
  if (size > 0 && *data == 'G') return take_upgrade(client, data, size);
  return take_packages<on_message>(client, data, size);
}

void forward(Stream& client, std::string_view message) {
  Stream& back = *client.owner<Relay>().back;
  write_bytes(append_frame(back, message.size(), client.index()), message);
}

void answer(Stream& client, std::string_view message) {
  Request request;
  if (!read_request(message, request)) return;
  write_echo(client.append_package(echo_size(request)), request);
}

// ---- the link between the two

std::size_t answer_frames(Stream& front, char* data, std::size_t size) {
  std::size_t used = 0;
  for (FrameHeader frame; read_frame(data + used, size - used, frame);) {
    Request request;
    if (read_request({data + used + sizeof frame, frame.length}, request)) {
      write_echo(append_frame(front, echo_size(request), frame.client), request);
    }
    used += sizeof frame + frame.length;
  }
  return used;
}

std::size_t deliver_answers(Stream& back, char* data, std::size_t size) {
  const std::vector<Stream*>& clients = back.owner<Relay>().peers;
  std::size_t used = 0;
  for (FrameHeader frame; read_frame(data + used, size - used, frame);) {
    if (Stream* client = clients[frame.client]; client != nullptr) {
      write_bytes(client->append_package(frame.length), {data + used + sizeof frame, frame.length});
    }
    used += sizeof frame + frame.length;
  }
  return used;
}

// ---- processes

[[noreturn]] void fail(const char* what) {
  std::fprintf(stderr, "relay: %s\n", what);
  std::exit(1);
}

int serve(Relay& relay, int port, Stream::Consume consume) {
  relay.consume = consume;
  relay.listener.data = &relay;
  const int bound = listen_on(relay.turn.loop(), &relay.listener, port, accept);
  if (bound < 0) fail(uv_strerror(bound));
  std::printf("%d\n", bound);
  std::fflush(stdout);
  return uv_run(relay.turn.loop(), UV_RUN_DEFAULT);
}

int serve_front(Relay& relay, int port, int back_port) {
  const auto lost = [](Stream&) { fail("the link to the back is gone"); };
  relay.back = new Stream(relay.turn, &relay, 0, deliver_answers, lost);
  relay.back->connect(back_port, [](Stream&) {});
  return serve(relay, port, consume_client<forward>);
}

}  // namespace
}  // namespace shaddock::bench

int main(int argc, char** argv) {
  using namespace shaddock::bench;
  std::signal(SIGPIPE, SIG_IGN);
  const std::string_view role = argc > 2 ? argv[1] : "";
  Relay relay;
  if (role == "back") return serve(relay, std::atoi(argv[2]), answer_frames);
  if (role == "local") return serve(relay, std::atoi(argv[2]), consume_client<answer>);
  if (role == "front" && argc > 3)
    return serve_front(relay, std::atoi(argv[2]), std::atoi(argv[3]));
  std::fputs("usage: relay back PORT | relay front PORT BACK_PORT | relay local PORT\n", stderr);
  return 2;
}
