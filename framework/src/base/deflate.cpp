#include "base/deflate.h"

#include <zlib.h>

#include <cassert>
#include <limits>
#include <new>

namespace shaddock {
namespace {

constexpr int kMemoryLevel = 8;
constexpr std::size_t kMessageEnd = 4;  // 00 00 FF FF, which is not sent

int wrapped(Compression format, int window_bits) {
  if (format == Compression::gzip) return window_bits + 16;
  return format == Compression::zlib ? window_bits : -window_bits;
}

}  // namespace

struct Deflater::State {
  State(int level, int window_bits) : window_bits(window_bits) {
    if (deflateInit2(&stream, level, Z_DEFLATED, window_bits, kMemoryLevel, Z_DEFAULT_STRATEGY) !=
        Z_OK) {
      throw std::bad_alloc();
    }
  }
  ~State() { deflateEnd(&stream); }
  State(const State&) = delete;
  State& operator=(const State&) = delete;

  z_stream stream{};
  int window_bits;
};

Deflater::Deflater(int level) : level_(level) {}
Deflater::~Deflater() = default;

bool Deflater::deflate(Compression format, std::string_view bytes, Buffer& out, int window_bits) {
  assert(window_bits >= kNarrowest && window_bits <= kWidest);
  if (bytes.empty() || bytes.size() > std::numeric_limits<uInt>::max() - kMessageEnd) return false;
  const int wanted = wrapped(format, window_bits);
  if (!state_ || state_->window_bits != wanted) {
    state_.reset();
    state_ = std::make_unique<State>(level_, wanted);
  }

  const bool message = format == Compression::message;
  const std::size_t room = bytes.size() + (message ? kMessageEnd : 0);
  z_stream& stream = state_->stream;
  stream.next_in = const_cast<Bytef*>(reinterpret_cast<const Bytef*>(bytes.data()));
  stream.avail_in = static_cast<uInt>(bytes.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.reserve(room));
  stream.avail_out = static_cast<uInt>(room);
  const int status = ::deflate(&stream, message ? Z_SYNC_FLUSH : Z_FINISH);
  const std::size_t made = room - stream.avail_out;
  const bool all = stream.avail_out != 0 && status == (message ? Z_OK : Z_STREAM_END);
  deflateReset(&stream);
  if (all) out.commit(made - (message ? kMessageEnd : 0));
  return all;
}

}  // namespace shaddock
