#include "base/json_codec.h"

#include <array>
#include <cstring>
#include <memory>
#include <optional>

#include "base/json_bytes.h"
#include "base/json_reader.h"
#include "base/json_writer.h"
#include "base/value_sink.h"

namespace shaddock {
namespace {

// A copy of the text that may be changed, of most messages on the stack.
class Scratch {
 public:
  explicit Scratch(std::string_view text) {
    if (text.size() > small_.size() - kJsonPadding) {
      large_ = std::make_unique_for_overwrite<char[]>(text.size() + kJsonPadding);
      data_ = large_.get();
    }
    copy_short(data_, text.data(), text.size());
    std::memset(data_ + text.size(), 0, kJsonPadding);
  }
  char* data() { return data_; }

 private:
  std::array<char, 1024> small_;
  std::unique_ptr<char[]> large_;
  char* data_ = small_.data();
};

// What the sink objects to is for its owner to ask; what comes back is about the text.
inline std::optional<JsonSyntaxError> feed(std::string_view text, ValueSink& sink) {
  Scratch scratch(text);
  return read_json(scratch.data(), text.size(), sink);
}

Error not_json(const JsonSyntaxError& wrong) {
  return Error(code::kBadMessage,
               "not JSON at byte " + std::to_string(wrong.offset) + ": " + wrong.what);
}

bool is_false(const Json& value) {
  if (value.is_bool()) return !value.as_bool();
  if (value.is_number()) return value.as_number() == 0;
  return value.is_null() || (value.is_string() && value.as_string().empty());
}

void encode(const Type& type, const void* value, Buffer& out);

[[gnu::noinline]] void encode_fields(const Type& type, const char* message, Buffer& out) {
  char before = '{';
  for (const Field& field : type.fields) {
    const Type& inner = field.type();
    const void* value = message + field.offset;
    if (!field.required && inner.held(value) == nullptr) continue;
    const std::string_view key = field.json_key;
    char* const to = out.reserve(key.size());
    copy_short(to, key.data(), key.size());
    to[0] = std::exchange(before, ',');
    out.commit(key.size());
    encode(inner, value, out);
  }
  if (before == '{') out.push_back('{');
  out.push_back('}');
}

[[gnu::noinline]] void encode_list(const Type& type, const void* list, Buffer& out) {
  const Type& inner = type.element();
  const std::size_t count = type.count(list);
  out.push_back('[');
  for (std::size_t i = 0; i < count; ++i) {
    if (i != 0) out.push_back(',');
    encode(inner, type.item(list, i), out);
  }
  out.push_back(']');
}

[[gnu::noinline]] void encode_map(const Type& type, const void* map, Buffer& out) {
  struct Context {
    const Type& inner;
    Buffer& out;
    bool first = true;
  } context{type.element(), out};
  out.push_back('{');
  type.for_each(map, &context, [](void* at, const std::string& name, const void* value) {
    Context& to = *static_cast<Context*>(at);
    if (!std::exchange(to.first, false)) to.out.push_back(',');
    write_json_string(name, to.out);
    to.out.push_back(':');
    encode(to.inner, value, to.out);
  });
  out.push_back('}');
}

void encode_value(const Json& value, Buffer& out);

void encode_members(const Json::Object& members, Buffer& out) {
  bool first = true;
  out.push_back('{');
  for (const Json::Member& member : members) {
    if (!std::exchange(first, false)) out.push_back(',');
    write_json_string(member.name, out);
    out.push_back(':');
    encode_value(member.value, out);
  }
  out.push_back('}');
}

[[gnu::noinline]] void encode_value(const Json& value, Buffer& out) {
  if (value.is_null()) return out.append("null");
  if (value.is_bool()) return out.append(value.as_bool() ? "true" : "false");
  if (value.is_integer()) return write_json_integer(value.as_integer(), out);
  if (value.is_number()) return write_json_number(value.as_number(), out);
  if (value.is_string()) return write_json_string(value.as_string(), out);
  if (value.is_object()) return encode_members(value.as_object(), out);
  bool first = true;
  out.push_back('[');
  for (const Json& item : value.as_array()) {
    if (!std::exchange(first, false)) out.push_back(',');
    encode_value(item, out);
  }
  out.push_back(']');
}

void encode_integer(const Type& type, const void* value, Buffer& out) {
  const std::int64_t integer = type.get_integer(value);
  if (type.is_signed) return write_json_integer(integer, out);
  write_json_unsigned(static_cast<std::uint64_t>(integer), out);
}

[[gnu::noinline]] void encode_real(const Type& type, const void* value, Buffer& out) {
  if (type.size == sizeof(float)) return write_json_number(*static_cast<const float*>(value), out);
  write_json_number(type.get_real(value), out);
}

[[gnu::noinline]] void encode_optional(const Type& type, const void* value, Buffer& out) {
  const void* held = type.held(value);
  if (held == nullptr) return out.append("null");
  encode(type.element(), held, out);
}

inline void encode(const Type& type, const void* value, Buffer& out) {
  switch (type.kind) {
    case Type::Kind::boolean:
      return out.append(*static_cast<const bool*>(value) ? "true" : "false");
    case Type::Kind::integer:
      return encode_integer(type, value, out);
    case Type::Kind::real:
      return encode_real(type, value, out);
    case Type::Kind::string:
      return write_json_string(*static_cast<const std::string*>(value), out);
    case Type::Kind::json:
      return encode_value(*static_cast<const Json*>(value), out);
    case Type::Kind::list:
      return encode_list(type, value, out);
    case Type::Kind::map:
      return encode_map(type, value, out);
    case Type::Kind::object:
      return encode_fields(type, static_cast<const char*>(value), out);
    case Type::Kind::optional:
      return encode_optional(type, value, out);
  }
}

}  // namespace

Result<void> decode_json(std::string_view text, const Type& type, void* out,
                         const ValueLimits& limits) {
  ValueSink sink(type, out, limits);
  const auto wrong = feed(text.empty() ? "{}" : text, sink);
  if (sink.failed()) return sink.failure();
  if (wrong) return not_json(*wrong);
  return {};
}

void encode_json(const Type& type, const void* value, Buffer& out) { encode(type, value, out); }

Result<Json> parse_json(std::string_view text) {
  if (text.empty()) return not_json({0, "The document is empty."});
  return decode_json<Json>(text);
}

Result<Json> handler_json(std::string_view text, const ValueLimits& limits) {
  Json value;
  ValueSink sink(type_of<Json>(), &value, limits);
  const auto wrong = feed(text, sink);
  if (sink.failed()) return sink.failure();
  if (wrong || is_false(value)) return Json::object();
  return value;
}

Json json_or_empty(std::string_view text) {
  auto parsed = parse_json(text);
  return parsed ? std::move(parsed).value() : Json::object();
}

}  // namespace shaddock
