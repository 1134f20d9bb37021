#include <vector>

#include "bench/micro/benchmarks.h"
#include "bench/micro/messages.h"
#include "cluster/frame_cutter.h"
#include "cluster/wire.h"
#include "session/snapshot.h"

namespace shaddock::micro {

namespace {

using benchmark::DoNotOptimize;
using benchmark::State;

detail::SessionData logged_in() {
  detail::SessionData data;
  data.uid = "somebody";
  session::set_setting(data, "rid", Json("room-7")).unwrap();
  return data;
}

Buffer snapshot() {
  Buffer bytes;
  session::encode_snapshot(logged_in(), bytes);
  return bytes;
}

constexpr cluster::SessionId kSession = 0x0000'0007'0000'1234;

cluster::RequestHeader request_header(std::string_view settings) {
  cluster::RequestHeader header;
  header.call = 0x0000'0012'0000'0345;
  header.route = 2;
  header.session = kSession;
  header.remaining_ms = 10'000;
  header.trace = 0x1234'5678'9abc'def1;
  header.settings = settings;
  return header;
}

void append_request(Buffer& out, const cluster::RequestHeader& header) {
  cluster::FrameWriter frame(out);
  frame.request(header);
  frame.body().append(kRequestBody);
  DoNotOptimize(frame.finish());
}

void append_answer(Buffer& out) {
  cluster::FrameWriter frame(out);
  frame.answer(0x0000'0012'0000'0345, 200);
  frame.body().append(kAnswerBody);
  DoNotOptimize(frame.finish());
}

void write_request(State& state) {
  const Buffer settings = snapshot();
  const auto header = request_header(settings.view());
  Buffer out;
  for (auto _ : state) {
    out.clear();
    append_request(out, header);
    DoNotOptimize(out.data());
  }
}

void write_answer(State& state) {
  Buffer out;
  for (auto _ : state) {
    out.clear();
    append_answer(out);
    DoNotOptimize(out.data());
  }
}

void read_frames(State& state, const Buffer& frames) {
  cluster::FrameCutter cutter;
  while (state.KeepRunningBatch(kInFlight)) {
    DoNotOptimize(cutter.feed(frames.view(), [](std::string_view bytes) {
      const auto frame = cluster::decode_frame(bytes);
      DoNotOptimize(frame->body.data());
      return true;
    }));
  }
}

void read_requests(State& state) {
  const Buffer settings = snapshot();
  Buffer frames;
  for (int i = 0; i < kInFlight; ++i) append_request(frames, request_header(settings.view()));
  read_frames(state, frames);
}

void read_answers(State& state) {
  Buffer frames;
  for (int i = 0; i < kInFlight; ++i) append_answer(frames);
  read_frames(state, frames);
}

Buffer push_of(std::size_t members) {
  std::vector<cluster::SessionId> sessions;
  for (std::size_t i = 0; i < members; ++i) sessions.push_back(kSession + i);
  Buffer out;
  cluster::FrameWriter frame(out);
  frame.push({cluster::PushScope::listed, "onSay", sessions, {}});
  frame.body().append(kRequestBody);
  DoNotOptimize(frame.finish());
  return out;
}

void write_push(State& state) {
  const auto members = static_cast<std::size_t>(state.range(0));
  std::vector<cluster::SessionId> sessions;
  for (std::size_t i = 0; i < members; ++i) sessions.push_back(kSession + i);
  Buffer out;
  for (auto _ : state) {
    out.clear();
    cluster::FrameWriter frame(out);
    frame.push({cluster::PushScope::listed, "onSay", sessions, {}});
    frame.body().append(kRequestBody);
    DoNotOptimize(frame.finish());
  }
}

void read_push(State& state) {
  const Buffer bytes = push_of(static_cast<std::size_t>(state.range(0)));
  for (auto _ : state) {
    const auto frame = cluster::decode_frame(bytes.view().substr(4));
    cluster::PushTargets targets(frame->targets);
    for (auto batch = targets.next_sessions(); !batch.empty(); batch = targets.next_sessions())
      for (cluster::SessionId session : batch) DoNotOptimize(session);
  }
}

void write_snapshot(State& state) {
  const detail::SessionData data = logged_in();
  Buffer out;
  for (auto _ : state) {
    out.clear();
    session::encode_snapshot(data, out);
    DoNotOptimize(out.data());
  }
}

void read_snapshot(State& state) {
  const Buffer bytes = snapshot();
  for (auto _ : state) DoNotOptimize(session::decode_snapshot(bytes.view()).ok());
}

}  // namespace

void add_wire(Budget& budget) {
  budget.line(23, "connector: frame of the request, settings and body copied", 32 + 5,
              write_request);
  budget.line(30, "backend: cut and read the frame of the request", 32, read_requests);
  budget.line(50, "backend: frame of the answer, body copied", 32, write_answer);
  budget.line(60, "connector: cut and read the frame of the answer", 32, read_answers);
  benchmark::RegisterBenchmark("wire/write a push to members", write_push)->Arg(10)->Arg(1000);
  benchmark::RegisterBenchmark("wire/read a push to members", read_push)->Arg(10)->Arg(1000);
  benchmark::RegisterBenchmark("wire/write a snapshot", write_snapshot);
  benchmark::RegisterBenchmark("wire/read a snapshot", read_snapshot);
}

}  // namespace shaddock::micro
