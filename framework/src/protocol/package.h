#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

#include "base/buffer.h"

namespace shaddock::protocol {

// The outer layer of Pomelo's client protocol:
//
//   | type: 1 byte | length of the body: 3 bytes, big-endian | body |
//
// Pure bytes; nothing here knows a socket or a thread.
enum class PackageType : std::uint8_t {
  handshake = 1,
  handshake_ack = 2,
  heartbeat = 3,
  data = 4,
  kick = 5,
};

struct Package {
  PackageType type;
  std::string_view body;
};

inline constexpr std::size_t kPackageHeaderSize = 4;
inline constexpr std::size_t kMaxPackageBody = 0xFFFFFF;
inline constexpr std::size_t kHandshakeBodyLimit = 4 * 1024;
inline constexpr std::size_t kDataBodyLimit = 64 * 1024;

inline constexpr std::string_view kHeartbeatPackage{"\x03\0\0\0", kPackageHeaderSize};
inline constexpr std::string_view kHandshakeAckPackage{"\x02\0\0\0", kPackageHeaderSize};

// Cuts a stream of bytes into packages.
//
//   reader.feed(chunk);
//   while (auto package = reader.next()) ...
//   if (reader.failure() != PackageReader::Failure::none) close
//
// A package that lies whole in the chunk is a view into it; only the beginning of an unfinished one
// is copied. A body is valid until the next call of next() or feed(), and only as long as the
// chunk. next() must be called until it gives nothing before the chunk dies and before the next
// feed(). Type and length are judged from the header, before anything is stored; memory grows with
// the bytes that came, never with the length that was promised.
class PackageReader {
 public:
  enum class Failure { none, unknown_type, too_long };

  explicit PackageReader(std::size_t limit = kMaxPackageBody) : limit_(limit) {}

  // The longest body accepted from the next header on.
  void set_limit(std::size_t limit) { limit_ = limit; }
  std::size_t limit() const { return limit_; }

  // After a failure nothing more is read.
  void feed(std::string_view chunk) {
    chunk_ = failure_ == Failure::none ? chunk : std::string_view();
  }

  std::optional<Package> next() {
    if (chunk_.size() >= kPackageHeaderSize && partial_.empty()) [[likely]] {
      const std::size_t length = body_length(chunk_.data());
      if (judge(chunk_.data()) && chunk_.size() - kPackageHeaderSize >= length) [[likely]] {
        const Package package{static_cast<PackageType>(chunk_[0]),
                              chunk_.substr(kPackageHeaderSize, length)};
        chunk_.remove_prefix(kPackageHeaderSize + length);
        return package;
      }
    }
    if (chunk_.empty() && !given_) return std::nullopt;
    return next_across_chunks();
  }

  Failure failure() const { return failure_; }
  // False when the bytes so far end inside a package, once next() gives nothing. A WebSocket
  // message must end where a package ends.
  bool at_boundary() const { return partial_.empty(); }
  // How many bytes of that unfinished package are here.
  std::size_t unfinished() const { return partial_.size(); }

 private:
  static std::size_t body_length(const char* header) {
    const auto byte = [header](int i) {
      return std::size_t{static_cast<unsigned char>(header[i])};
    };
    return byte(1) << 16 | byte(2) << 8 | byte(3);
  }
  bool known_type(char type) const { return static_cast<unsigned char>(type - 1) < 5; }
  bool judge(const char* header) const {
    return known_type(header[0]) && body_length(header) <= limit_;
  }

  std::optional<Package> next_across_chunks();
  bool take_up_to(std::size_t size);
  std::optional<Package> fail(Failure failure);

  std::string_view chunk_;
  Buffer partial_;      // header and body so far of the package that began in an earlier chunk
  bool given_ = false;  // partial_ is whole and was given out: it is dropped with the next call
  Failure failure_ = Failure::none;
  std::size_t limit_;
};

// The package that these bytes are, no more and no less: what a datagram holds. Nothing when they
// are anything else or the body is longer than `limit`.
std::optional<Package> decode_package(std::string_view bytes, std::size_t limit);

inline void write_package_header(char* at, PackageType type, std::size_t length) {
  at[0] = static_cast<char>(type);
  at[1] = static_cast<char>(length >> 16);
  at[2] = static_cast<char>(length >> 8);
  at[3] = static_cast<char>(length);
}

// Encoding in place: begin, append the body, end. Nothing may be consumed from the buffer in
// between.
inline std::size_t begin_package(Buffer& out) {
  const std::size_t at = out.size();
  out.reserve(kPackageHeaderSize);
  out.commit(kPackageHeaderSize);
  return at;
}
// False, and the buffer is as it was before begin_package(), when the body has more than
// kMaxPackageBody bytes.
[[nodiscard]] inline bool end_package(Buffer& out, std::size_t at, PackageType type) {
  const std::size_t length = out.size() - at - kPackageHeaderSize;
  if (length > kMaxPackageBody) {
    out.truncate(at);
    return false;
  }
  write_package_header(out.data() + at, type, length);
  return true;
}

// A whole package; false, and nothing is written, when the body is too long.
[[nodiscard]] bool append_package(Buffer& out, PackageType type, std::string_view body);

}  // namespace shaddock::protocol
