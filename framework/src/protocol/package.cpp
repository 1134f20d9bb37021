#include "protocol/package.h"

#include <algorithm>

namespace shaddock::protocol {

std::optional<Package> PackageReader::next_across_chunks() {
  if (given_) {
    partial_.clear();
    partial_.release();
    given_ = false;
    return next();
  }
  const char type = partial_.empty() ? chunk_[0] : partial_.data()[0];
  if (!known_type(type)) return fail(Failure::unknown_type);
  if (!take_up_to(kPackageHeaderSize)) return std::nullopt;
  const std::size_t length = body_length(partial_.data());
  if (length > limit_) return fail(Failure::too_long);
  if (!take_up_to(kPackageHeaderSize + length)) return std::nullopt;

  given_ = true;
  return Package{static_cast<PackageType>(type), partial_.view().substr(kPackageHeaderSize)};
}

// Moves bytes from the chunk until partial_ has `size` of them; false when the chunk ended before.
bool PackageReader::take_up_to(std::size_t size) {
  if (partial_.size() >= size) return true;
  const std::size_t n = std::min(chunk_.size(), size - partial_.size());
  partial_.append(chunk_.substr(0, n));
  chunk_.remove_prefix(n);
  return partial_.size() == size;
}

std::optional<Package> PackageReader::fail(Failure failure) {
  failure_ = failure;
  chunk_ = {};
  partial_.clear();
  partial_.release();
  return std::nullopt;
}

std::optional<Package> decode_package(std::string_view bytes, std::size_t limit) {
  PackageReader reader(limit);
  reader.feed(bytes);
  const auto package = reader.next();
  if (!package || bytes.size() != kPackageHeaderSize + package->body.size()) return std::nullopt;
  return package;
}

bool append_package(Buffer& out, PackageType type, std::string_view body) {
  if (body.size() > kMaxPackageBody) return false;
  char* at = out.reserve(kPackageHeaderSize + body.size());
  write_package_header(at, type, body.size());
  if (!body.empty()) std::memcpy(at + kPackageHeaderSize, body.data(), body.size());
  out.commit(kPackageHeaderSize + body.size());
  return true;
}

}  // namespace shaddock::protocol
