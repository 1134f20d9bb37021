#include "base/inflate.h"

#include <zlib.h>

#include <algorithm>
#include <limits>
#include <new>
#include <string>

namespace shaddock {
namespace {

constexpr std::string_view kMessageEnd("\0\0\xFF\xFF", 4);
constexpr std::size_t kFirstRoom = 1024;

int window_bits(Compression format) {
  if (format == Compression::gzip) return MAX_WBITS + 16;
  return format == Compression::zlib ? MAX_WBITS : -MAX_WBITS;
}

}  // namespace

struct Inflater::State {
  enum class Outcome {
    end,     // of the deflated stream; input may be left
    hungry,  // all input is used up
    too_long,
    corrupt
  };

  State() {
    if (inflateInit2(&stream, MAX_WBITS) != Z_OK) throw std::bad_alloc();
  }
  ~State() { inflateEnd(&stream); }
  State(const State&) = delete;
  State& operator=(const State&) = delete;

  Outcome whole(Compression format, std::string_view bytes);
  Outcome message(std::string_view bytes);
  Outcome run();
  std::size_t next_room() const;
  bool between_blocks() const;
  void give(std::string_view bytes);

  z_stream stream{};
  std::size_t left = 0;   // of the cap
  std::size_t input = 0;  // a hint at how much will come out
  Buffer* out = nullptr;
};

void Inflater::State::give(std::string_view bytes) {
  stream.next_in = const_cast<Bytef*>(reinterpret_cast<const Bytef*>(bytes.data()));
  stream.avail_in = static_cast<uInt>(bytes.size());
}

Inflater::State::Outcome Inflater::State::whole(Compression format, std::string_view bytes) {
  inflateReset2(&stream, window_bits(format));
  if (format == Compression::message) return message(bytes);
  give(bytes);
  const Outcome outcome = run();
  const bool cut_or_more = outcome == Outcome::hungry || stream.avail_in != 0;
  return outcome != Outcome::too_long && cut_or_more ? Outcome::corrupt : outcome;
}

// A message may have blocks that say they are the last; others follow all the same.
Inflater::State::Outcome Inflater::State::message(std::string_view bytes) {
  if (bytes.empty()) return Outcome::end;
  for (const std::string_view part : {bytes, kMessageEnd}) {
    give(part);
    Outcome outcome = run();
    while (outcome == Outcome::end && stream.avail_in != 0) {
      inflateReset(&stream);
      outcome = run();
    }
    if (outcome != Outcome::hungry) return outcome;
  }
  return between_blocks() ? Outcome::end : Outcome::corrupt;
}

Inflater::State::Outcome Inflater::State::run() {
  for (;;) {
    char surplus;  // where a byte too many shows itself
    const std::size_t room = next_room();
    stream.next_out = reinterpret_cast<Bytef*>(room == 0 ? &surplus : out->reserve(room));
    stream.avail_out = static_cast<uInt>(std::max<std::size_t>(room, 1));
    const int status = ::inflate(&stream, Z_NO_FLUSH);
    if (room == 0 && stream.avail_out == 0) return Outcome::too_long;
    const std::size_t made = room == 0 ? 0 : room - stream.avail_out;
    out->commit(made);
    left -= made;
    if (status == Z_STREAM_END) return Outcome::end;
    if (status != Z_OK && status != Z_BUF_ERROR) return Outcome::corrupt;
    if (stream.avail_out != 0) return Outcome::hungry;
  }
}

// Twice a guess, then all that the cap allows: memory stays near the cap, and small for most.
std::size_t Inflater::State::next_room() const {
  const std::size_t guess = std::max(kFirstRoom, input * 4);
  const std::size_t room = stream.total_out == 0 && guess < left / 2 ? guess : left;
  return std::min<std::size_t>(room, std::numeric_limits<uInt>::max());
}

// As zlib.h tells of data_type: 128 right behind a block, the low bits count those not used.
bool Inflater::State::between_blocks() const {
  return (stream.data_type & 128) != 0 && (stream.data_type & 63) == 0;
}

Inflater::Inflater() = default;
Inflater::~Inflater() = default;

Result<std::size_t> Inflater::inflate(Compression format, std::string_view bytes, std::size_t cap,
                                      Buffer& out) {
  if (bytes.size() > std::numeric_limits<uInt>::max()) {
    return Error(code::kTooLarge, "too many compressed bytes");
  }
  if (!state_) state_ = std::make_unique<State>();
  const std::size_t before = out.size();
  state_->left = cap;
  state_->input = bytes.size();
  state_->out = &out;
  const State::Outcome outcome = state_->whole(format, bytes);
  if (outcome == State::Outcome::end) return out.size() - before;

  out.truncate(before);
  if (outcome == State::Outcome::corrupt) return Error(code::kBadMessage, "corrupt compression");
  return Error(code::kTooLarge, "inflates to more than " + std::to_string(cap) + " bytes");
}

Result<std::size_t> inflate_bounded(Compression format, std::string_view bytes, std::size_t cap,
                                    Buffer& out) {
  return Inflater().inflate(format, bytes, cap, out);
}

}  // namespace shaddock
