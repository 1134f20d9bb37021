// The load generator: clients that keep a number of echo requests in flight and check every answer.
//
// One thread, bare libuv. It connects, shakes hands, warms up, counts for a while, then sends
// nothing more and waits for what is in flight. It prints one line of JSON and exits with 0 if
// every answer was right and none is missing:
//
//   answers, seconds   what was counted, and how long the window was
//   errors             lost connections, refused handshakes, clients that could not connect
//   wrong              answers with a wrong id, code or message
//   unanswered         requests without an answer at the end
//   answers_per_read   how many answers one read brought
//   cpu_seconds        CPU time of --pids in the window
//   load_seconds       its own CPU time in the window
//   stolen             time stolen from one of --cpus, as a share of the window; the worst of them
//   cpu_busy           seconds the first of --cpus was busy, whoever used it

#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <cstdio>
#include <memory>

#include "bounds/stream.h"
#include "bounds/wire.h"
#include "load_options.h"
#include "machine_time.h"
#include "outstanding.h"

namespace shaddock::bench {
namespace {

constexpr unsigned kAck = 2;
constexpr unsigned kHeartbeat = 3;
constexpr std::string_view kBody = R"({"msg":"012345678901234567890"})";
constexpr std::string_view kAnswer = R"({"code":200,"msg":"012345678901234567890"})";
constexpr std::uint64_t kConnectMs = 10'000;
constexpr std::uint64_t kDrainMs = 2'000;
constexpr std::string_view kHello = R"({"sys":{"type":"bench","version":"1"},"user":{}})";

struct Reading {
  std::uint64_t answers = 0;
  std::uint64_t reads = 0;
  std::uint64_t clock = 0;
  double servers = 0;
  double self = 0;
  std::vector<CpuUse> cpus;
};

class Load {
 public:
  explicit Load(const LoadOptions& options);
  int run();

 private:
  enum class Phase { connecting, warming, counting, draining, done };

  struct Client {
    Stream* stream;
    Outstanding outstanding;
  };

  static std::size_t consume(Stream& stream, const char* data, std::size_t size);
  static void connected(Stream& stream);
  static void closed(Stream& stream);

  void make_request_template();
  void ready(Client& client);
  bool handle(Client& client, const Package& package);
  bool answer(Client& client, std::string_view message);
  void control(Client& client, const Package& package);
  void send(Client& client, unsigned slot);
  void after(double seconds, uv_timer_cb next);
  void finish();
  Reading read_counters() const;
  void print() const;

  const LoadOptions options_;
  Turn turn_{uv_default_loop()};
  uv_timer_t timer_;
  Phase phase_ = Phase::connecting;
  std::string request_;
  std::vector<Client> clients_;
  int ready_ = 0;
  std::int64_t in_flight_ = 0;
  std::uint64_t answers_ = 0;
  std::uint64_t reads_ = 0;
  std::uint64_t wrong_ = 0;
  std::uint64_t errors_ = 0;
  Reading begin_;
  Reading end_;
};

Load::Load(const LoadOptions& options) : options_(options) {
  uv_timer_init(turn_.loop(), &timer_);
  timer_.data = this;
  make_request_template();
}

void Load::make_request_template() {
  const std::size_t length = 1 + 2 + 1 + options_.route.size() + kBody.size();
  request_.resize(kHeader + length);
  char* at = write_header(request_.data(), kData, length) + 3;
  *at++ = static_cast<char>(options_.route.size());
  write_bytes(write_bytes(at, options_.route), kBody);
}

int Load::run() {
  const auto count = static_cast<std::size_t>(options_.clients);
  clients_.reserve(count);
  for (std::uint32_t i = 0; i < count; ++i) {
    auto* stream = new Stream(turn_, this, i, consume, closed);
    clients_.push_back({stream, Outstanding(static_cast<unsigned>(options_.inflight))});
    stream->connect(options_.port, connected);
  }
  uv_timer_start(
      &timer_, [](uv_timer_t* timer) { static_cast<Load*>(timer->data)->finish(); }, kConnectMs, 0);
  uv_run(turn_.loop(), UV_RUN_DEFAULT);
  print();
  const bool good = errors_ == 0 && wrong_ == 0 && in_flight_ == 0 && end_.answers > begin_.answers;
  return good ? 0 : 1;
}

void Load::connected(Stream& stream) {
  Load& load = stream.owner<Load>();
  if (!load.options_.handshake) return load.ready(load.clients_[stream.index()]);
  char* at = stream.append(kHeader + kHello.size());
  write_bytes(write_header(at, kHandshake, kHello.size()), kHello);
}

void Load::closed(Stream& stream) {
  Load& load = stream.owner<Load>();
  load.clients_[stream.index()].stream = nullptr;
  if (load.phase_ == Phase::done) return;
  ++load.errors_;
  load.finish();
}

void Load::ready(Client& client) {
  for (int i = 0; i < options_.inflight; ++i) send(client, static_cast<unsigned>(i));
  if (++ready_ < options_.clients) return;
  phase_ = Phase::warming;
  after(options_.warmup, [](uv_timer_t* timer) {
    Load& load = *static_cast<Load*>(timer->data);
    load.phase_ = Phase::counting;
    load.begin_ = load.read_counters();
    load.after(load.options_.seconds, [](uv_timer_t* again) {
      Load& counted = *static_cast<Load*>(again->data);
      counted.end_ = counted.read_counters();
      counted.phase_ = Phase::draining;
      constexpr double kMsPerSecond = 1000;
      counted.after(kDrainMs / kMsPerSecond,
                    [](uv_timer_t* late) { static_cast<Load*>(late->data)->finish(); });
    });
  });
}

void Load::send(Client& client, unsigned slot) {
  constexpr std::size_t kIdAt = kHeader + 1;
  const unsigned id = client.outstanding.start(slot);
  char* at = client.stream->append(request_.size());
  std::memcpy(at, request_.data(), request_.size());
  at[kIdAt] = static_cast<char>(id | 0x80);
  at[kIdAt + 1] = static_cast<char>(id >> 7);
  ++in_flight_;
}

std::size_t Load::consume(Stream& stream, const char* data, std::size_t size) {
  Load& load = stream.owner<Load>();
  Client& client = load.clients_[stream.index()];
  ++load.reads_;
  std::size_t used = 0;
  for (Package package; read_package(data + used, size - used, package);) {
    used += kHeader + package.body.size();
    if (package.type == kData) {
      if (!load.answer(client, package.body)) ++load.wrong_;
    } else {
      load.control(client, package);
    }
  }
  return used;
}

bool Load::answer(Client& client, std::string_view message) {
  constexpr std::size_t kBodyAt = 3;
  if (message.size() < kBodyAt || message[0] != kResponse) return false;
  const unsigned id = (message[1] & 0x7fu) | static_cast<unsigned char>(message[2]) << 7;
  if ((message[1] & 0x80) == 0 || !client.outstanding.finish(id)) return false;
  --in_flight_;
  ++answers_;
  if (phase_ != Phase::draining) {
    send(client, client.outstanding.slot_of(id));
  } else if (in_flight_ == 0) {
    finish();
  }
  return message.substr(kBodyAt) == kAnswer;
}

void Load::control(Client& client, const Package& package) {
  if (package.type == kHeartbeat) return;
  const bool accepted =
      package.type == kHandshake && package.body.find(R"("code":200)") != std::string_view::npos;
  if (!accepted) return client.stream->close();
  write_header(client.stream->append(kHeader), kAck, 0);
  ready(client);
}

void Load::after(double seconds, uv_timer_cb next) {
  uv_timer_start(&timer_, next, static_cast<std::uint64_t>(seconds * 1000), 0);
}

void Load::finish() {
  if (phase_ == Phase::connecting) ++errors_;
  if (phase_ == Phase::counting) end_ = read_counters();
  phase_ = Phase::done;
  uv_stop(turn_.loop());
}

Reading Load::read_counters() const {
  Reading reading{answers_, reads_, uv_hrtime(), 0, 0, cpu_use(options_.cpus)};
  for (int pid : options_.pids) reading.servers += process_seconds(pid).value_or(0);
  reading.self = process_seconds(::getpid()).value_or(0);
  return reading;
}

void Load::print() const {
  const auto answers = static_cast<double>(end_.answers - begin_.answers);
  const auto reads = static_cast<double>(std::max<std::uint64_t>(1, end_.reads - begin_.reads));
  const double seconds = static_cast<double>(end_.clock - begin_.clock) / 1e9;
  double stolen = 0;
  for (std::size_t i = 0; i < end_.cpus.size(); ++i) {
    stolen = std::max(stolen, (end_.cpus[i].stolen - begin_.cpus[i].stolen) / seconds);
  }
  const double busy = end_.cpus.empty() ? 0 : end_.cpus[0].busy - begin_.cpus[0].busy;
  std::printf(R"({"answers":%.0f,"seconds":%.3f,"errors":%llu,"wrong":%llu,"unanswered":%lld,)"
              R"("answers_per_read":%.2f,"cpu_seconds":%.2f,"load_seconds":%.2f,"stolen":%.4f,)"
              R"("cpu_busy":%.2f})"
              "\n",
              answers, seconds, static_cast<unsigned long long>(errors_),
              static_cast<unsigned long long>(wrong_), static_cast<long long>(in_flight_),
              answers / reads, end_.servers - begin_.servers, end_.self - begin_.self, stolen,
              busy);
}

}  // namespace
}  // namespace shaddock::bench

int main(int argc, char** argv) {
  std::signal(SIGPIPE, SIG_IGN);
  const auto options = shaddock::bench::read_load_options(argc, argv);
  return options ? shaddock::bench::Load(*options).run() : 2;
}
