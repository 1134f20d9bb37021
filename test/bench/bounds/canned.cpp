// The bound of logins and of idle connections: one process on bare libuv that has an answer ready
// for all that a client asks on its way in, and holds the connection.
//
//   canned PORT   gate and connector in one: a gate's question is answered with this port, any
//                 other request with {"code":200}
//
// Prints the port it listens on (PORT 0: the kernel's choice) and runs until it is killed. Nothing
// is kept for a connection but its handle: what a client sends on its way in is so small that it
// comes in one piece, and so is what it is told.

#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <vector>

#include "stream.h"
#include "wire.h"

namespace shaddock::bench {
namespace {

struct Canned {
  uv_loop_t* loop = uv_default_loop();
  uv_tcp_t listener;
  std::vector<char> read_buffer = std::vector<char>(256 * 1024);
  std::vector<char> output = std::vector<char>(64 * 1024);
  std::string address;
};

Canned& canned_of(void* handle) {
  return *static_cast<Canned*>(static_cast<uv_handle_t*>(handle)->data);
}

char* write_welcome(char* at) {
  return write_bytes(write_header(at, kHandshake, kWelcome.size()), kWelcome);
}

char* write_answer(char* at, std::string_view message, std::string_view address) {
  Request request;
  if (!read_request(message, request) || request.id.empty()) return at;
  return write_response(at, request.id, request.route.starts_with("gate.") ? address : kDone);
}

// Returns where the answers to these bytes end.
char* answer(Canned& canned, const char* data, std::size_t size) {
  char* at = canned.output.data();
  const char* end = at + canned.output.size() / 2;
  std::size_t used = 0;
  for (Package package; at < end && read_package(data + used, size - used, package);) {
    if (package.type == kHandshake) at = write_welcome(at);
    if (package.type == kData) at = write_answer(at, package.body, canned.address);
    used += kHeader + package.body.size();
  }
  return at;
}

void close(uv_stream_t* client) {
  uv_close(reinterpret_cast<uv_handle_t*>(client),
           [](uv_handle_t* closed) { delete reinterpret_cast<uv_tcp_t*>(closed); });
}

void read(uv_stream_t* client, ssize_t count, const uv_buf_t* buffer) {
  if (count < 0) return close(client);
  Canned& canned = canned_of(client);
  const char* end = answer(canned, buffer->base, static_cast<std::size_t>(count));
  const auto length = static_cast<unsigned>(end - canned.output.data());
  if (length == 0) return;
  const uv_buf_t all = uv_buf_init(canned.output.data(), length);
  if (uv_try_write(client, &all, 1) != static_cast<int>(length)) close(client);
}

void accept(uv_stream_t* listener, int status) {
  if (status != 0) return;
  Canned& canned = canned_of(listener);
  auto* client = new uv_tcp_t;
  uv_tcp_init(canned.loop, client);
  client->data = &canned;
  auto* stream = reinterpret_cast<uv_stream_t*>(client);
  if (uv_accept(listener, stream) != 0) return close(stream);
  uv_tcp_nodelay(client, 1);
  const auto allocate = [](uv_handle_t* handle, std::size_t, uv_buf_t* buffer) {
    std::vector<char>& bytes = canned_of(handle).read_buffer;
    *buffer = uv_buf_init(bytes.data(), static_cast<unsigned>(bytes.size()));
  };
  uv_read_start(stream, allocate, read);
}

int serve(int port) {
  Canned canned;
  canned.listener.data = &canned;
  const int bound = listen_on(canned.loop, &canned.listener, port, accept);
  if (bound < 0) {
    std::fprintf(stderr, "canned: %s\n", uv_strerror(bound));
    return 1;
  }
  canned.address = R"({"code":200,"host":"127.0.0.1","port":)" + std::to_string(bound) + "}";
  std::printf("%d\n", bound);
  std::fflush(stdout);
  return uv_run(canned.loop, UV_RUN_DEFAULT);
}

}  // namespace
}  // namespace shaddock::bench

int main(int argc, char** argv) {
  std::signal(SIGPIPE, SIG_IGN);
  if (argc == 2) return shaddock::bench::serve(std::atoi(argv[1]));
  std::fputs("usage: canned PORT\n", stderr);
  return 2;
}
