#include "protocol/package.h"

#include "fuzz/input.h"

// The same bytes give the same packages however they are cut; what was given out encodes to the
// bytes that came.

using namespace shaddock;
using protocol::PackageReader;

namespace {

struct Heard {
  std::string bytes;  // of the packages, encoded again
  std::size_t packages = 0;
  PackageReader::Failure failure = PackageReader::Failure::none;
  bool at_boundary = true;
  bool operator==(const Heard&) const = default;
};

void listen(PackageReader& reader, std::string_view chunk, std::size_t limit, Heard& heard) {
  Buffer out;
  reader.feed(chunk);
  while (const auto package = reader.next()) {
    fuzz::require(package->body.size() <= limit, "a body is no longer than the limit");
    fuzz::require(append_package(out, package->type, package->body), "what came can be sent");
    ++heard.packages;
  }
  heard.bytes += out.view();
  heard.failure = reader.failure();
  heard.at_boundary = reader.at_boundary();
}

Heard whole(std::string_view bytes, std::size_t limit) {
  Heard heard;
  PackageReader reader(limit);
  listen(reader, bytes, limit, heard);
  return heard;
}

Heard cut(std::string_view bytes, std::size_t limit, std::uint64_t seed) {
  Heard heard;
  PackageReader reader(limit);
  fuzz::in_pieces(bytes, seed, [&](std::span<char> piece) {
    listen(reader, {piece.data(), piece.size()}, limit, heard);
    return true;
  });
  return heard;
}

void check(std::string_view bytes, std::size_t limit) {
  const Heard heard = whole(bytes, limit);
  fuzz::require(cut(bytes, limit, 0) == heard, "byte by byte the same packages come");
  fuzz::require(cut(bytes, limit, fuzz::seed_of(bytes)) == heard, "cut anywhere the same come");
  fuzz::require(bytes.starts_with(heard.bytes), "packages encode to the bytes that came");
  const bool all_read = heard.bytes.size() == bytes.size();
  if (heard.failure == PackageReader::Failure::none) {
    fuzz::require(heard.at_boundary == all_read, "the end of a package is known");
  } else {
    fuzz::require(!all_read, "a failure has bytes behind the last package");
  }
}

// A datagram is one package or nothing.
void check_datagram(std::string_view bytes) {
  const auto package = protocol::decode_package(bytes, 1000);
  const Heard heard = whole(bytes, 1000);
  fuzz::require(package.has_value() == (heard.packages == 1 && heard.bytes == bytes),
                "a datagram is one package and nothing else");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes = fuzz::text_of(data, size);
  check(bytes, protocol::kMaxPackageBody);
  check(bytes, 16);
  check_datagram(bytes);
  return 0;
}
