#include <doctest/doctest.h>
#include <zlib.h>

#include "system/fortress_cluster.h"
#include "system/raw_peer.h"

namespace shaddock::system_test {
namespace {

using namespace std::string_view_literals;
using Over = server::TestClient::Over;

constexpr std::int64_t kMebibyte = 1 << 20;
constexpr std::size_t kMany = 1000;
constexpr int kTimes = 100;

// 0xFFFFFF is the most that a package can announce: 16 MiB less one byte.
constexpr auto kHugePackage = "\x04\xFF\xFF\xFF\x00\x01"sv;
// 16 MiB, masked.
constexpr auto kHugeFrame = "\x82\xFF\x00\x00\x00\x00\x01\x00\x00\x00\x01\x02\x03\x04\x05"sv;

std::string name_of(Over over) { return over == Over::tcp ? "packages" : "frames"; }

void announce(Fortress::Visitor& visitor, Over over) {
  visitor.stream->write(over == Over::tcp ? kHugePackage : kHugeFrame);
}

TEST_CASE("what 1,000 connections announce is not reserved, be it allowed") {
  for (const Over over : {Over::tcp, Over::websocket}) {
    Fortress fortress("roomy");
    fortress.start();
    const auto witness = fortress.guest();
    const auto crowd = fortress.guests(kMany, Fortress::kDoor, over);
    fortress.let_it_read(*witness);
    const ProcessFigures figures = fortress.figures();
    const std::int64_t idle = figures.resident_bytes();
    figures.forget_peak();

    for (const auto& one : crowd) announce(*one, over);
    fortress.let_it_read(*witness);
    const std::int64_t more = figures.resident_bytes() - idle;
    const std::int64_t peak = figures.peak_bytes() - idle;
    MESSAGE(name_of(over), " of 16 MiB announced by ", kMany, ": resident ", idle / 1024,
            " KiB and ", more / 1024, " KiB more (peak ", peak / 1024, " KiB)");
    CHECK(more < kMebibyte);
    CHECK(peak < kMebibyte);
    for (const auto& one : crowd) REQUIRE_FALSE(one->ended);
  }
}

TEST_CASE("what 1,000 connections announce beyond the limit ends them at the header") {
  for (const Over over : {Over::tcp, Over::websocket}) {
    Fortress fortress("defaults");
    fortress.start();
    const auto witness = fortress.guest();
    const auto crowd = fortress.guests(kMany, Fortress::kDoor, over);
    const ProcessFigures figures = fortress.figures();
    const std::int64_t idle = figures.resident_bytes();
    figures.forget_peak();

    for (const auto& one : crowd) announce(*one, over);
    CHECK(fortress.until([&] {
      return std::all_of(crowd.begin(), crowd.end(), [](const auto& one) { return one->ended; });
    }));
    const std::int64_t peak = figures.peak_bytes() - idle;
    MESSAGE(name_of(over), " of 16 MiB refused from ", kMany, ": peak ", peak / 1024,
            " KiB more than ", idle / 1024, " KiB");
    CHECK(peak < kMebibyte);
    if (over == Over::websocket)
      for (const auto& one : crowd) REQUIRE(one->knows("close 1009"));
    fortress.check_served(*witness);
  }
}

// `window` as of deflateInit2: 15 for zlib, 31 for gzip, -15 for raw deflate.
std::string deflated(std::size_t zeros, int window) {
  z_stream state{};
  REQUIRE(deflateInit2(&state, 9, Z_DEFLATED, window, 9, Z_DEFAULT_STRATEGY) == Z_OK);
  std::string plain(1 << 16, '\0'), out(1 << 17, '\0');
  state.next_out = reinterpret_cast<Bytef*>(out.data());
  state.avail_out = static_cast<uInt>(out.size());
  for (std::size_t left = zeros; left != 0; left -= plain.size()) {
    state.next_in = reinterpret_cast<Bytef*>(plain.data());
    state.avail_in = static_cast<uInt>(plain.size());
    const bool last = left == plain.size();
    const int done = deflate(&state, last ? (window < 0 ? Z_SYNC_FLUSH : Z_FINISH) : Z_NO_FLUSH);
    REQUIRE((done == Z_OK || done == Z_STREAM_END));
    REQUIRE(state.avail_in == 0);
  }
  out.resize(state.total_out);
  deflateEnd(&state);
  return out;
}

constexpr std::size_t kBomb = 60 << 20;  // about 60 KiB deflated: what one package may hold

// Runs an attack many times, one after the other, and prints what each costs the server.
template <class Attack>
void cost(Fortress& fortress, const std::string& name, Attack&& attack) {
  CAPTURE(name);
  const auto witness = fortress.guest();
  attack();  // whatever is made when it is first needed
  fortress.let_it_read(*witness);
  const ProcessFigures figures = fortress.figures();
  const std::int64_t before = figures.resident_bytes();
  const double cpu = figures.cpu_milliseconds();
  figures.forget_peak();
  for (int i = 0; i < kTimes; ++i) attack();
  const double each = (figures.cpu_milliseconds() - cpu) / kTimes;
  const std::int64_t peak = figures.peak_bytes() - before;
  MESSAGE(name, ": ", each, " ms of CPU each, peak ", peak / 1024, " KiB more than ", before / 1024,
          " KiB");
  CHECK(peak < kMebibyte);
  CHECK(figures.resident_bytes() - before < kMebibyte);
  fortress.check_served(*witness);
}

void wait_for_end(Fortress& fortress, const bool& ended) {
  REQUIRE(fortress.until([&] { return ended; }));
}

TEST_CASE("bombs end their senders and cost next to nothing") {
  Fortress fortress("defaults", R"(,"listeners":[{"port":3060,"deflate":true}])");
  fortress.start();
  const std::string zlib = deflated(kBomb, 15), gzip = deflated(kBomb, 31);
  const std::string raw = deflated(kBomb, -15), hello = deflated(3 << 20, 15);
  REQUIRE(std::max(zlib.size(), gzip.size()) < (64 << 10) - 100);
  REQUIRE(hello.size() < 4096);

  constexpr auto kPitaya =
      R"({"sys":{"platform":"mac","libVersion":"1","clientBuildNumber":"1","clientVersion":"1"},"user":{}})"sv;
  for (const Over over : {Over::tcp, Over::websocket}) {
    const auto bomb = [&](const std::string& bytes) {
      return [&, bytes] {
        const auto guest = fortress.guest(Fortress::kDoor, over, kPitaya);
        guest->request_deflated("connector.hall.echo", bytes);
        wait_for_end(fortress, guest->ended);
        if (over == Over::websocket) CHECK(guest->knows("close 1009"));
        CHECK(guest->count("answer") == 0);
      };
    };
    cost(fortress, over == Over::tcp ? "zlib body" : "zlib body in WebSocket", bomb(zlib));
    if (over == Over::tcp) cost(fortress, "gzip body", bomb(gzip));
  }

  cost(fortress, "zlib handshake", [&] {
    const auto visitor = fortress.visitor();
    REQUIRE(fortress.until([&] { return visitor->stream != nullptr; }));
    visitor->handshake(hello);
    wait_for_end(fortress, visitor->ended);
    CHECK(visitor->count("handshake {\"code\":200") == 0);
  });

  cost(fortress, "permessage-deflate", [&] {
    RawPeer peer(fortress.host(), fortress.door(3060),
                 upgrade_request("Sec-WebSocket-Extensions: permessage-deflate\r\n"));
    REQUIRE(fortress.until([&] { return peer.heard.ends_with("\r\n\r\n"); }));
    REQUIRE(peer.heard.find("permessage-deflate") != std::string::npos);
    Buffer frame;
    net::write_masked_frame(frame, net::Opcode::binary, raw, 0);
    frame.data()[0] |= 0x40;
    peer.write(frame.view());
    wait_for_end(fortress, peer.ended);
    CHECK(peer.heard.ends_with("\x88\x02\x03\xF1"sv));  // 1009
  });
}

TEST_CASE("JSON 60,000 levels deep is answered with 400, and the client may go on") {
  Fortress fortress("defaults");
  fortress.start();
  const auto guest = fortress.guest();
  const std::string arrays(60'000, '[');
  std::string objects;
  while (objects.size() < 60'000) objects += R"({"a":)";
  for (const auto& [name, body] :
       {std::pair("60,000 arrays", arrays), {"12,000 objects", objects}}) {
    cost(fortress, name, [&, text = body] {
      const std::uint32_t id = guest->request("connector.hall.say", text);
      REQUIRE(fortress.until([&] { return guest->ended || !guest->answer(id).empty(); }));
      CHECK(guest->answer(id).starts_with(R"({"code":400)"));
    });
  }
  fortress.check_served(*guest);
}

}  // namespace
}  // namespace shaddock::system_test
