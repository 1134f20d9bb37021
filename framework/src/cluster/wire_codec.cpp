#include "cluster/wire_codec.h"

#include <msgpack.hpp>
#include <optional>

#include "base/value_sink.h"
#include "cluster/wire_pack.h"

namespace shaddock::cluster {

namespace {

constexpr std::size_t kMaxItems = 100'000;

struct BufferSink {
  void write(const char* bytes, std::size_t size) { out.append({bytes, size}); }
  Buffer& out;
};

using Packer = msgpack::packer<BufferSink>;

void pack_value(Packer& packer, const Type& type, const void* at);

void pack_text(Packer& packer, std::string_view text) {
  packer.pack_str(static_cast<std::uint32_t>(text.size()));
  packer.pack_str_body(text.data(), static_cast<std::uint32_t>(text.size()));
}

// Of 2^64 the library asks whether it is whole by making it an integer, which it does not fit.
void pack_real(Packer& packer, double value) {
  constexpr std::string_view kTwoTo64("\xcb\x43\xf0\0\0\0\0\0\0", 9);
  if (value == 18446744073709551616.0)
    packer.pack_str_body(kTwoTo64.data(), static_cast<std::uint32_t>(kTwoTo64.size()));
  else
    packer.pack_double(value);
}

void pack_json(Packer& packer, const Json& value) {
  if (value.is_null()) {
    packer.pack_nil();
  } else if (value.is_bool()) {
    packer.pack(value.as_bool());
  } else if (value.is_integer()) {
    packer.pack_int64(value.as_integer());
  } else if (value.is_number()) {
    pack_real(packer, value.as_number());
  } else if (value.is_string()) {
    pack_text(packer, value.as_string());
  } else if (value.is_array()) {
    packer.pack_array(static_cast<std::uint32_t>(value.size()));
    for (const Json& item : value.as_array()) pack_json(packer, item);
  } else {
    packer.pack_map(static_cast<std::uint32_t>(value.size()));
    for (const Json::Member& member : value.as_object()) {
      pack_text(packer, member.name);
      pack_json(packer, member.value);
    }
  }
}

void pack_integer(Packer& packer, const Type& type, const void* at) {
  const std::int64_t bits = type.get_integer(at);
  if (type.is_signed)
    packer.pack_int64(bits);
  else
    packer.pack_uint64(static_cast<std::uint64_t>(bits));
}

void pack_list(Packer& packer, const Type& type, const void* at) {
  const std::size_t count = type.count(at);
  packer.pack_array(static_cast<std::uint32_t>(count));
  for (std::size_t i = 0; i < count; ++i) pack_value(packer, type.element(), type.item(at, i));
}

void pack_map(Packer& packer, const Type& type, const void* at) {
  struct Context {
    Packer& packer;
    const Type& element;
  } context{packer, type.element()};
  packer.pack_map(static_cast<std::uint32_t>(type.count(at)));
  type.for_each(at, &context, [](void* given, const std::string& name, const void* value) {
    const auto& [to, element] = *static_cast<Context*>(given);
    pack_text(to, name);
    pack_value(to, element, value);
  });
}

bool absent(const Field& field, const void* object) {
  const Type& type = field.type();
  return type.kind == Type::Kind::optional &&
         type.held(static_cast<const char*>(object) + field.offset) == nullptr;
}

void pack_object(Packer& packer, const Type& type, const void* at) {
  std::uint32_t present = 0;
  for (const Field& field : type.fields) present += absent(field, at) ? 0 : 1;
  packer.pack_map(present);
  for (const Field& field : type.fields) {
    if (absent(field, at)) continue;
    pack_text(packer, field.name);
    pack_value(packer, field.type(), static_cast<const char*>(at) + field.offset);
  }
}

void pack_value(Packer& packer, const Type& type, const void* at) {
  switch (type.kind) {
    case Type::Kind::boolean:
      packer.pack(*static_cast<const bool*>(at));
      return;
    case Type::Kind::integer:
      pack_integer(packer, type, at);
      return;
    case Type::Kind::real:
      pack_real(packer, type.get_real(at));
      return;
    case Type::Kind::string:
      pack_text(packer, *static_cast<const std::string*>(at));
      return;
    case Type::Kind::json:
      pack_json(packer, *static_cast<const Json*>(at));
      return;
    case Type::Kind::list:
      pack_list(packer, type, at);
      return;
    case Type::Kind::map:
      pack_map(packer, type, at);
      return;
    case Type::Kind::object:
      pack_object(packer, type, at);
      return;
    case Type::Kind::optional: {
      const void* const held = type.held(at);
      if (held == nullptr)
        packer.pack_nil();
      else
        pack_value(packer, type.element(), held);
      return;
    }
  }
}

// Feeds the events of one encoded value to a sink. The sink's limit on depth also limits the
// recursion here.
class Walker {
 public:
  Walker(std::string_view bytes, ValueSink& sink) : in_(bytes), sink_(sink) {}

  bool whole() { return value() && in_.done(); }

 private:
  bool value() {
    if (in_.done()) return false;
    const unsigned char first = in_.peek();
    if (first == 0xd0 || first == 0xd1 || first == 0xd2 || first == 0xd3 || first >= 0xe0)
      return signed_value();
    if (first < 0x80 || (first >= 0xcc && first <= 0xcf)) return unsigned_value();
    if (first < 0x90 || first == 0xde || first == 0xdf) return map();
    if (first < 0xa0 || first == 0xdc || first == 0xdd) return array();
    if (first < 0xc0 || (first >= 0xd9 && first <= 0xdb)) return text();
    return rare(first);
  }

  bool rare(unsigned char first) {
    double real = 0;
    std::string_view blob;
    if (in_.literal('\xc0')) return sink_.null();
    if (in_.literal('\xc2')) return sink_.boolean(false);
    if (in_.literal('\xc3')) return sink_.boolean(true);
    if (first == 0xca || first == 0xcb) return in_.real(real) && sink_.real(real);
    return in_.blob(blob) && sink_.string(blob);
  }

  bool signed_value() {
    std::int64_t value = 0;
    return in_.integer(value) && sink_.integer(value);
  }

  bool unsigned_value() {
    std::uint64_t value = 0;
    return in_.number(value) && sink_.unsigned_integer(value);
  }

  bool text() {
    std::string_view value;
    return in_.text(value) && sink_.string(value);
  }

  bool array() {
    std::uint32_t items = 0;
    if (!in_.array(items) || items > kMaxItems || !sink_.start_array()) return false;
    for (; items > 0; --items)
      if (!value()) return false;
    return sink_.end_array();
  }

  bool map() {
    std::uint32_t members = 0;
    if (!in_.map(members) || members > kMaxItems || !sink_.start_object()) return false;
    for (; members > 0; --members) {
      std::string_view name;
      if (!in_.text(name) || !sink_.key(name) || !value()) return false;
    }
    return sink_.end_object();
  }

  pack::Reader in_;
  ValueSink& sink_;
};

struct ErrorBody {
  int code = 0;
  std::string text;
  Json body;
  static void fields(auto& m, auto&& f) {
    f("code", m.code);
    f("text", m.text);
    f("body", m.body);
  }
};

}  // namespace

void encode_msgpack(const Type& type, const void* value, Buffer& out) {
  BufferSink sink{out};
  Packer packer(sink);
  pack_value(packer, type, value);
}

Result<void> decode_msgpack(std::string_view bytes, const Type& type, void* out) {
  if (bytes.empty()) bytes = {"\x80", 1};
  ValueSink sink(type, out, {.values = kMaxItems});
  if (Walker(bytes, sink).whole()) return {};
  if (sink.failed()) return sink.failure();
  return Error(code::kBadMessage, "no msgpack");
}

void encode_error(const Error& error, Buffer& out) {
  const ErrorBody body{error.code, error.text, error.body};
  encode_msgpack(type_of<ErrorBody>(), &body, out);
}

Error decode_error(std::string_view bytes, int status) {
  ErrorBody read;
  if (bytes.empty() || !decode_msgpack(bytes, type_of<ErrorBody>(), &read))
    return Error(status, "");
  return Error(read.code, std::move(read.text), std::move(read.body));
}

}  // namespace shaddock::cluster
