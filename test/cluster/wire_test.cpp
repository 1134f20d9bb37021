#include "cluster/wire.h"

#include <doctest/doctest.h>

#include <array>
#include <msgpack.hpp>
#include <random>
#include <string>

using namespace shaddock;
using namespace shaddock::cluster;
using namespace std::string_view_literals;

namespace {

// One frame without its length, after a check of the length.
template <class Write>
std::string frame_of(Write write) {
  Buffer out;
  FrameWriter frame(out);
  write(frame);
  REQUIRE(frame.finish());
  const std::string_view all = out.view();
  REQUIRE(all.size() >= 4);
  std::size_t length = 0;
  for (int i = 0; i < 4; ++i) length = length << 8 | static_cast<unsigned char>(all[i]);
  CHECK(length == all.size() - 4);
  return std::string(all.substr(4));
}

std::string request_frame(const RequestHeader& header, std::string_view body) {
  return frame_of([&](FrameWriter& frame) {
    frame.request(header);
    frame.body().append(body);
  });
}

std::string push_frame(const PushHeader& header, std::string_view body) {
  return frame_of([&](FrameWriter& frame) {
    frame.push(header);
    frame.body().append(body);
  });
}

std::vector<SessionId> sessions_of(PushTargets& targets) {
  std::vector<SessionId> all;
  for (auto batch = targets.next_sessions(); !batch.empty(); batch = targets.next_sessions())
    all.insert(all.end(), batch.begin(), batch.end());
  return all;
}

const std::array<SessionId, 3> kSessions{1, 0x1'0000'0000, ~SessionId{0}};
const std::array<std::string_view, 2> kUids{"lucy"sv,
                                            "a name that is longer than thirty-one bytes"sv};

std::vector<std::string> one_of_each_kind() {
  return {
      request_frame({~CallId{0}, 70'000, 1ull << 60, 10'000, 77, "settings"sv, kProtobufBody},
                    "body"sv),
      request_frame({0, 5, 9, 0, 77, {}}, {}),
      frame_of([](FrameWriter& frame) { frame.answer(300, 522); }),
      frame_of([](FrameWriter& frame) { frame.call(1, 2, 3, 4); }),
      push_frame({PushScope::listed, "onChat"sv, kSessions, kUids, true}, "\x0a\x00"sv),
      frame_of([](FrameWriter& frame) { frame.closed(1ull << 40); }),
      frame_of([](FrameWriter& frame) { frame.ping(); }),
      frame_of([](FrameWriter& frame) { frame.pong(); }),
      frame_of([](FrameWriter& frame) { frame.drain(); }),
      frame_of([](FrameWriter& frame) { frame.drained(); }),
  };
}

}  // namespace

TEST_CASE("a request arrives with every field and its body untouched") {
  const std::string bytes = request_frame(
      {~CallId{0}, 70'000, 1ull << 60, 10'000, 0x1234, "set\0tings"sv, kProtobufAnswer},
      "\xff\x00raw"sv);
  const auto frame = decode_frame(bytes);
  REQUIRE(frame);
  CHECK(frame->kind == FrameKind::request);
  CHECK(frame->call == ~CallId{0});
  CHECK(frame->route == 70'000);
  CHECK(frame->session == 1ull << 60);
  CHECK(frame->remaining_ms == 10'000);
  CHECK(frame->trace == 0x1234);
  CHECK(frame->settings == "set\0tings"sv);
  CHECK(frame->coding == kProtobufAnswer);
  CHECK(frame->body == "\xff\x00raw"sv);
}

TEST_CASE("a request that wants no answer travels as a notify") {
  const std::string bytes = request_frame({0, 5, 9, 100, 77, "s"sv, kProtobufBody}, "body");
  const auto frame = decode_frame(bytes);
  REQUIRE(frame);
  CHECK(frame->kind == FrameKind::notify);
  CHECK(frame->call == 0);
  CHECK(frame->route == 5);
  CHECK(frame->session == 9);
  CHECK(frame->trace == 77);
  CHECK(frame->coding == kProtobufBody);
  CHECK(frame->settings == "s");
  CHECK(frame->body == "body");
}

TEST_CASE("answers, calls and ends of sessions arrive as sent") {
  const std::vector<std::string> bytes = one_of_each_kind();
  const auto answer = decode_frame(bytes[2]), call = decode_frame(bytes[3]),
             closed = decode_frame(bytes[5]);
  REQUIRE((answer && call && closed));
  CHECK(answer->kind == FrameKind::answer);
  CHECK(answer->call == 300);
  CHECK(answer->status == 522);
  CHECK(call->kind == FrameKind::call);
  CHECK(call->call == 1);
  CHECK(call->route == 2);
  CHECK(call->remaining_ms == 3);
  CHECK(call->trace == 4);
  CHECK(closed->kind == FrameKind::closed);
  CHECK(closed->session == 1ull << 40);
  CHECK(decode_frame(bytes[6])->kind == FrameKind::ping);
  CHECK(decode_frame(bytes[7])->kind == FrameKind::pong);
  CHECK(decode_frame(bytes[8])->kind == FrameKind::drain);
  CHECK(decode_frame(bytes[9])->kind == FrameKind::drained);
}

TEST_CASE("the targets of a push are walked in the order given") {
  const std::string bytes = push_frame({PushScope::bound, "onChat"sv, kSessions, kUids}, "{}");
  const auto frame = decode_frame(bytes);
  REQUIRE(frame);
  CHECK(frame->kind == FrameKind::push);
  CHECK(frame->scope == PushScope::bound);
  CHECK(frame->route_name == "onChat");
  CHECK(!frame->protobuf);
  CHECK(frame->body == "{}");
  PushTargets targets(frame->targets);
  CHECK(sessions_of(targets) == std::vector(kSessions.begin(), kSessions.end()));
  CHECK(targets.next_sessions().empty());
  for (const std::string_view uid : kUids) CHECK(targets.next_uid() == uid);
  CHECK(!targets.next_uid());
  CHECK(!targets.next_uid());
}

TEST_CASE("uids of a push can be read without asking for the sessions first") {
  const std::string bytes = push_frame({PushScope::listed, "r"sv, kSessions, kUids}, {});
  const auto frame = decode_frame(bytes);
  REQUIRE(frame);
  PushTargets targets(frame->targets);
  CHECK(targets.next_uid() == "lucy");
  CHECK(targets.next_sessions().empty());
}

TEST_CASE("however many sessions a push has, each is read once, and the uids behind them") {
  for (const std::size_t count : {0, 1, 63, 64, 65, 128, 1000}) {
    CAPTURE(count);
    std::vector<SessionId> sessions(count);
    for (std::size_t i = 0; i < count; ++i) sessions[i] = i * i * 1'000'003;
    const std::string bytes = push_frame({PushScope::listed, "r"sv, sessions, kUids}, "b");
    const auto frame = decode_frame(bytes);
    REQUIRE(frame);
    CHECK(frame->body == "b");
    PushTargets targets(frame->targets), only_uids(frame->targets);
    CHECK(sessions_of(targets) == sessions);
    for (PushTargets* each : {&targets, &only_uids}) {
      for (const std::string_view uid : kUids) CHECK(each->next_uid() == uid);
      CHECK(!each->next_uid());
      CHECK(each->next_sessions().empty());
    }
  }
}

TEST_CASE("targets that are cut off end where they end") {
  std::vector<SessionId> sessions(100, 1ull << 40);
  const std::string bytes = push_frame({PushScope::listed, "r"sv, sessions, kUids}, {});
  const auto frame = decode_frame(bytes);
  REQUIRE(frame);
  for (std::size_t kept = 0; kept < 100; ++kept) {
    const std::string part(frame->targets.substr(0, 5 + 9 * kept + 4));
    PushTargets targets(part);
    CHECK(sessions_of(targets).size() == (5 + 9 * kept + 4 < 105 ? 0 : kept));
    CHECK(!targets.next_uid());
  }
}

TEST_CASE("targets that are no arrays have nobody in them") {
  PushTargets targets("\xff\xff"sv);
  CHECK(targets.next_sessions().empty());
  CHECK(!targets.next_uid());
}

TEST_CASE("the msgpack library reads every header we write") {
  for (const std::string& bytes : one_of_each_kind()) {
    std::size_t used = 0;
    const msgpack::object_handle handle = msgpack::unpack(bytes.data(), bytes.size(), used);
    const msgpack::object& header = handle.get();
    REQUIRE(header.type == msgpack::type::ARRAY);
    const auto frame = decode_frame(bytes);
    REQUIRE(frame);
    CHECK(header.via.array.ptr[0].as<int>() == static_cast<int>(frame->kind));
    CHECK(used == bytes.size() - frame->body.size());
  }
}

TEST_CASE("headers in any width of integer that the msgpack library may choose are read") {
  for (const std::uint64_t trace :
       {0ull, 127ull, 128ull, 255ull, 256ull, 65'535ull, 65'536ull, ~0ull}) {
    msgpack::sbuffer out;
    msgpack::pack(out, std::make_tuple(4, trace, 3, 5000, trace));
    const auto frame = decode_frame({out.data(), out.size()});
    REQUIRE(frame);
    CHECK(frame->call == trace);
    CHECK(frame->trace == trace);
  }
  const auto wide = decode_frame(
      "\x93\x03\xd3\x00\x00\x00\x00\x00\x00\x00\x07\xcf\x00\x00\x00\x00\x00\x00\x00\xc8"sv);
  REQUIRE(wide);
  CHECK(wide->call == 7);
  CHECK(wide->status == 200);
}

TEST_CASE("numbers that are negative or too wide for their field are refused") {
  CHECK(!decode_frame("\x92\x06\xff"sv));                                  // session -1
  CHECK(!decode_frame("\x92\x06\xd0\x80"sv));                              // session -128
  CHECK(!decode_frame("\x92\x06\xd3\x80\x00\x00\x00\x00\x00\x00\x00"sv));  // the least of 64 bits
  CHECK(!decode_frame(
      "\x95\x04\x01\xcf\x00\x00\x00\x01\x00\x00\x00\x00\x01\x01"sv));  // route of 33 bits
  CHECK(!decode_frame("\x93\x03\x01\xce\x00\x01\x00\x00"sv));          // status of 17 bits
}

TEST_CASE("a request without a call id, unknown kinds and wrong numbers of items are refused") {
  CHECK(!decode_frame("\x98\x01\x00\x01\x01\x01\x01\x00\xc4\x00"sv));
  CHECK(!decode_frame("\x91\x00"sv));
  CHECK(!decode_frame("\x91\x0b"sv));
  CHECK(!decode_frame("\x92\x07\x00"sv));
  CHECK(!decode_frame("\x91\x06"sv));
  CHECK(!decode_frame("\x96\x05\x03\xa1r\x00\x90\x90"sv));         // push of scope 3
  CHECK(!decode_frame("\x97\x01\x01\x01\x01\x01\x01\xc4\x00"sv));  // no coding
  CHECK(!decode_frame(""));
  CHECK(!decode_frame("\x81\x01\x02"sv));
}

TEST_CASE("codings that this build does not know are refused") {
  const auto request = [](char coding) {
    return decode_frame(std::string("\x98\x01\x01\x01\x01\x01\x01") + coding + "\xc4" + '\0');
  };
  const auto notify = [](char coding) {
    return decode_frame(std::string("\x96\x02\x01\x01\x01") + coding + "\xc4" + '\0');
  };
  for (char coding = 0; coding < 4; ++coding) {
    REQUIRE(request(coding));
    CHECK(request(coding)->coding == coding);
    REQUIRE(notify(coding));
    CHECK(notify(coding)->coding == coding);
  }
  for (const char coding : {'\x04', '\x05', '\x7f', '\xc0'}) {
    CHECK(!request(coding));
    CHECK(!notify(coding));
  }
  CHECK(decode_frame("\x96\x05\x00\xa1r\x01\x90\x90"sv)->protobuf);
  CHECK(!decode_frame("\x96\x05\x00\xa1r\x02\x90\x90"sv));
}

TEST_CASE("a list that claims more items than there are bytes is refused") {
  CHECK(!decode_frame("\x96\x05\x00\xa1r\x00\xdd\xff\xff\xff\xff\x01"sv));
  CHECK(!decode_frame("\x96\x05\x00\xa1r\x00\x90\xdd\x7f\xff\xff\xff\xa0"sv));
  CHECK(!decode_frame("\x96\x05\x00\xdb\xff\xff\xff\xff\x01"sv));
  CHECK(!decode_frame("\xdd\xff\xff\xff\xff"sv));
}

TEST_CASE("every truncation of every header is refused") {
  for (const std::string& whole : one_of_each_kind()) {
    const std::size_t header = whole.size() - decode_frame(whole)->body.size();
    for (std::size_t length = 0; length < header; ++length) {
      // In memory of its own, so that a sanitizer sees a read behind the end.
      const std::string cut(whole, 0, length);
      CHECK(!decode_frame(cut));
    }
  }
}

TEST_CASE("random and damaged bytes never read outside the frame") {
  std::mt19937_64 random(20261122);
  const std::vector<std::string> kinds = one_of_each_kind();
  std::size_t read = 0;
  for (int round = 0; round < 50'000; ++round) {
    std::string bytes = kinds[random() % kinds.size()];
    for (int damage = static_cast<int>(random() % 4); damage >= 0; --damage)
      bytes[random() % bytes.size()] = static_cast<char>(random());
    bytes.resize(random() % (bytes.size() + 1));
    bytes.shrink_to_fit();
    const auto frame = decode_frame(bytes);
    if (!frame || frame->kind != FrameKind::push) continue;
    PushTargets targets(frame->targets);
    read += sessions_of(targets).size();
    while (targets.next_uid()) ++read;
  }
  CHECK(read > 0);
}

TEST_CASE("frames are written one behind the other and a cancelled one leaves no trace") {
  Buffer out;
  FrameWriter first(out);
  first.ping();
  REQUIRE(first.finish());
  const std::string before(out.view());
  FrameWriter second(out);
  second.answer(1, 200);
  second.body().append("half an answer");
  second.cancel();
  CHECK(out.view() == before);
}

TEST_CASE("a frame longer than peers accept is taken back") {
  Buffer out;
  out.append("before");
  FrameWriter frame(out);
  frame.answer(1, 200);
  frame.body().append(std::string(kMaxFrame, 'x'));
  CHECK(!frame.finish());
  CHECK(out.view() == "before");
}

TEST_CASE("a frame of exactly the greatest length goes out") {
  Buffer out;
  FrameWriter frame(out);
  frame.ping();
  frame.body().append(std::string(kMaxFrame - 2, 'x'));
  CHECK(frame.finish());
  CHECK(out.size() == kMaxFrame + 4);
}
