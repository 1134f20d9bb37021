// The bound of rooms: one process on bare libuv that writes what a member says to all members.
//
//   fan PORT PUSHES   each write to a member carries PUSHES pushes (1 or more; 2.5: two and three
//                     in turn), so that it can be as many as those of the server it is compared to
//
// Prints the port it listens on (PORT 0: the kernel's choice) and runs until it is killed. Whoever
// sends a request with a "room" is a member of it from then on; every later message of a member is
// pushed to its room as onSay, with the body it came with. What a room has to say is written once,
// in a buffer that all its members share; answers wait for the same write. When fewer pushes come
// than PUSHES, they are written when they have waited for a while.

#include <algorithm>
#include <charconv>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <vector>

#include "stream.h"
#include "wire.h"

namespace shaddock::bench {
namespace {

constexpr std::string_view kRoute = "onSay";
constexpr std::size_t kMaxRoom = 100'000;
constexpr std::uint64_t kPatienceMs = 20;

struct Room {
  std::vector<Stream*> members;
  Output said;
  unsigned pushes = 0;
  unsigned wanted = 1;
  double left_over = 0;
  bool waited = false;
};

struct Fan {
  Turn turn{uv_default_loop()};
  uv_tcp_t listener;
  uv_timer_t timer;
  double pushes_per_write = 1;
  std::vector<std::unique_ptr<Room>> rooms;
  std::vector<Room*> room_of;  // by the client's number
};

void write_out(const Fan& fan, Room& room) {
  for (Stream* member : room.members) member->write_with(room.said.view());
  room.said.clear();
  const double wanted = fan.pushes_per_write + room.left_over;
  room.wanted = static_cast<unsigned>(wanted);
  room.left_over = wanted - room.wanted;
  room.pushes = 0;
  room.waited = false;
}

void write_what_waits(uv_timer_t* timer) {
  Fan& fan = *static_cast<Fan*>(timer->data);
  for (auto& room : fan.rooms) {
    if (room == nullptr || room->pushes == 0) continue;
    if (room->waited) write_out(fan, *room);
    room->waited = room->pushes > 0;
  }
}

Room* open_room(Fan& fan, std::string_view body) {
  constexpr std::string_view kKey = R"("room":")";
  const std::size_t key = body.find(kKey);
  if (key == std::string_view::npos) return nullptr;
  const char* at = body.data() + key + kKey.size();
  std::size_t number = kMaxRoom;
  std::from_chars(at, body.data() + body.size(), number);
  if (number >= kMaxRoom) return nullptr;
  if (fan.rooms.size() <= number) fan.rooms.resize(number + 1);
  auto& room = fan.rooms[number];
  if (room == nullptr) {
    room = std::make_unique<Room>();
    room->wanted = static_cast<unsigned>(fan.pushes_per_write);
  }
  return room.get();
}

void enter(Fan& fan, Stream& client, const Request& request) {
  Room* room = open_room(fan, request.body);
  if (room == nullptr) return client.close();
  room->members.push_back(&client);
  fan.room_of[client.index()] = room;
  write_response(client.append(response_size(request.id, kDone)), request.id, kDone);
}

void say(const Fan& fan, Stream& client, Room& room, const Request& request) {
  if (!request.id.empty()) {
    write_response(client.hold(response_size(request.id, kDone)), request.id, kDone);
  }
  const std::size_t length = 1 + 1 + kRoute.size() + request.body.size();
  char* at = write_header(room.said.append(kHeader + length), kData, length);
  *at++ = kPush;
  *at++ = static_cast<char>(kRoute.size());
  write_bytes(write_bytes(at, kRoute), request.body);
  if (++room.pushes >= room.wanted) write_out(fan, room);
}

std::size_t consume(Stream& client, char* data, std::size_t size) {
  Fan& fan = client.owner<Fan>();
  std::size_t used = 0;
  for (Package package; read_package(data + used, size - used, package);) {
    Request request;
    Room* room = fan.room_of[client.index()];
    if (package.type != kData) {
      answer_control(client, package.type);
    } else if (read_request(package.body, request)) {
      room == nullptr ? enter(fan, client, request) : say(fan, client, *room, request);
    }
    used += kHeader + package.body.size();
  }
  return used;
}

void leave(Stream& client) {
  Room* room = client.owner<Fan>().room_of[client.index()];
  if (room != nullptr) std::erase(room->members, &client);
}

void accept(uv_stream_t* listener, int status) {
  if (status != 0) return;
  Fan& fan = *static_cast<Fan*>(listener->data);
  const auto index = static_cast<std::uint32_t>(fan.room_of.size());
  fan.room_of.push_back(nullptr);
  (new Stream(fan.turn, &fan, index, consume, leave))->accept_from(listener);
}

int serve(int port, double pushes_per_write) {
  Fan fan;
  fan.pushes_per_write = pushes_per_write;
  fan.listener.data = fan.timer.data = &fan;
  uv_timer_init(fan.turn.loop(), &fan.timer);
  uv_timer_start(&fan.timer, write_what_waits, kPatienceMs, kPatienceMs);
  const int bound = listen_on(fan.turn.loop(), &fan.listener, port, accept);
  if (bound < 0) {
    std::fprintf(stderr, "fan: %s\n", uv_strerror(bound));
    return 1;
  }
  std::printf("%d\n", bound);
  std::fflush(stdout);
  return uv_run(fan.turn.loop(), UV_RUN_DEFAULT);
}

}  // namespace
}  // namespace shaddock::bench

int main(int argc, char** argv) {
  std::signal(SIGPIPE, SIG_IGN);
  const double pushes = argc == 3 ? std::atof(argv[2]) : 0;
  if (pushes >= 1) return shaddock::bench::serve(std::atoi(argv[1]), pushes);
  std::fputs("usage: fan PORT PUSHES   PUSHES: 1 or more\n", stderr);
  return 2;
}
