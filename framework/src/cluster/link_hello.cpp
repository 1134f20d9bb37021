#include "cluster/link_hello.h"

#include "cluster/wire_codec.h"
#include "cluster/wire_pack.h"

namespace shaddock::cluster {

namespace {

constexpr std::size_t kLength = 4;

}  // namespace

bool write_hello(const Identity& identity, Buffer& out) {
  const std::size_t start = out.size();
  out.reserve(kLength);
  out.commit(kLength);
  encode_msgpack(type_of<Identity>(), &identity, out);
  const std::size_t length = out.size() - start - kLength;
  if (length > kMaxHello) return out.truncate(start), false;
  pack::put_big_endian(out.data() + start, static_cast<std::uint32_t>(length));
  return true;
}

HelloStep take_hello(Buffer& in, Identity& identity) {
  if (in.size() < kLength) return HelloStep::more;
  const std::size_t length = pack::get_big_endian<std::uint32_t>(in.data());
  if (length == 0 || length > kMaxHello) return HelloStep::bad;
  if (in.size() < kLength + length) return HelloStep::more;
  const auto bytes = in.view().substr(kLength, length);
  if (!decode_msgpack(bytes, type_of<Identity>(), &identity)) return HelloStep::bad;
  in.consume(kLength + length);
  return HelloStep::done;
}

}  // namespace shaddock::cluster
