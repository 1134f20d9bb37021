#include "base/deflate.h"
#include "base/inflate.h"
#include "fuzz/input.h"

// Inflating stops at its cap and leaves nothing behind when it fails; what was deflated comes back.

using namespace shaddock;

namespace {

constexpr Compression kFormats[] = {Compression::zlib, Compression::gzip, Compression::message};

void check_inflating(Inflater& inflater, std::string_view bytes, std::size_t cap) {
  for (const Compression format : kFormats) {
    Buffer out;
    out.append("before");
    const auto size = inflater.inflate(format, bytes, cap, out);
    fuzz::require(out.view().starts_with("before"), "what was there stays");
    if (size) {
      fuzz::require(*size <= cap && out.size() == 6 + *size, "no more than the cap comes out");
    } else {
      fuzz::require(out.size() == 6, "after an error nothing is left behind");
      fuzz::require(size.error().code == code::kBadMessage || size.error().code == code::kTooLarge,
                    "an error is a 400 or a 413");
    }
    Buffer fresh;
    const auto once = inflate_bounded(format, bytes, cap, fresh);
    fuzz::require(once.ok() == size.ok() && fresh.view() == out.view().substr(6),
                  "a used inflater does as a new one");
  }
}

void check_deflating(Inflater& inflater, std::string_view bytes) {
  Deflater deflater;
  for (const Compression format : kFormats) {
    Buffer packed, out;
    if (!deflater.deflate(format, bytes, packed)) {
      fuzz::require(packed.empty(), "what does not shrink is not written");
      continue;
    }
    fuzz::require(packed.size() < bytes.size(), "what is written is shorter");
    const auto size = inflater.inflate(format, packed.view(), bytes.size(), out);
    fuzz::require(size.ok() && out.view() == bytes, "what was deflated comes back");
    if (!bytes.empty()) {
      const auto less = inflater.inflate(format, packed.view(), bytes.size() - 1, out);
      fuzz::require(!less && less.error().code == code::kTooLarge, "the cap is exact");
    }
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes = fuzz::text_of(data, size);
  Inflater inflater;
  check_inflating(inflater, bytes, 64);
  check_inflating(inflater, bytes, 64 * 1024);
  check_deflating(inflater, bytes);
  return 0;
}
