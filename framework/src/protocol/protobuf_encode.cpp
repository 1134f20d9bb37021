#include <bit>
#include <cmath>
#include <limits>
#include <optional>
#include <utility>

#include "base/json_codec.h"
#include "base/utf8.h"
#include "protocol/protobuf.h"
#include "protocol/protobuf_levels.h"
#include "protocol/protobuf_wire.h"

namespace shaddock::protocol {
namespace {

using Kind = ProtoField::Kind;

constexpr std::size_t kShown = 32;  // bytes of a value in an error
constexpr std::uint64_t kLargest = (std::uint64_t{1} << 53) - 1;

// A number of whatever type: whole ones exactly, as sign and magnitude.
struct Number {
  bool whole;
  bool negative;
  std::uint64_t magnitude;
  double real;
};

Number number(std::int64_t value) {
  const auto bits = static_cast<std::uint64_t>(value);
  return {true, value < 0, value < 0 ? ~bits + 1 : bits, static_cast<double>(value)};
}

Number number(double value) {
  const double size = std::fabs(value);
  const bool whole = size <= static_cast<double>(kLargest) && size == std::trunc(size);
  return {whole, value < 0, whole ? static_cast<std::uint64_t>(size) : 0, value};
}

std::optional<Number> number_of(const Type& type, const void* at) {
  if (type.kind == Type::Kind::integer) {
    const std::int64_t value = type.get_integer(at);
    if (type.is_signed || value >= 0) return number(value);
    const auto bits = static_cast<std::uint64_t>(value);
    return Number{true, false, bits, static_cast<double>(bits)};
  }
  if (type.kind == Type::Kind::real) return number(type.get_real(at));
  if (type.kind != Type::Kind::json) return std::nullopt;
  const Json& json = *static_cast<const Json*>(at);
  if (json.is_integer()) return number(json.as_integer());
  return json.is_number() ? std::optional(number(json.as_number())) : std::nullopt;
}

const std::string* string_of(const Type& type, const void* at) {
  if (type.kind == Type::Kind::string) return static_cast<const std::string*>(at);
  if (type.kind != Type::Kind::json || !static_cast<const Json*>(at)->is_string()) return nullptr;
  return &static_cast<const Json*>(at)->as_string();
}

std::string_view expectation(const ProtoField& field) {
  constexpr std::string_view kNames[] = {"an integer from 0 to 2^53-1",
                                         "an integer from -2^52 to 2^52-1",
                                         "a number that fits into a float",
                                         "a number",
                                         "a string",
                                         "an object"};
  return kNames[static_cast<std::size_t>(field.kind)];
}

// Every byte that is wrong becomes U+FFFD.
std::string repaired(std::string_view text) {
  std::string all;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t start = at;
    if (read_utf8(text, at))
      all += text.substr(start, at - start);
    else
      ++at, all += "\xEF\xBF\xBD";
  }
  return all;
}

class Encoder {
 public:
  explicit Encoder(Buffer& out) : out_(out) {}

  bool message(const ProtoMessage& schema, const Type& type, const void* at);
  Error failure() { return Error(code::kFailed, std::move(failure_)); }

 private:
  struct Level {
    const ProtoMessage& schema;
    std::uint64_t* seen;
    std::size_t next = 0;  // the likely next field
  };

  bool fields(Level& level, const Type& type, const void* at);
  bool members(Level& level, const Type& map, const void* at);
  bool member(Level& level, const std::string& name, const Type& type, const void* at);
  bool list(const ProtoField& field, const Type& type, const void* at);
  template <class Item>
  bool items(const ProtoField& field, std::size_t count, Item item);
  bool value(const ProtoField& field, const Type& type, const void* at);
  bool scalar(const ProtoField& field, const Number& number);
  void text(std::string_view text);
  bool nested(const ProtoField& field, const Type& type, const void* at);

  bool mismatch(std::string_view expected, const Type& type, const void* at);
  bool fail(std::string_view what);

  Buffer& out_;
  OpenMessages open_;
  std::string failure_;
};

// What stands in the optionals around it; a null of Json is as good as an empty one.
const void* present(const Type*& type, const void* at) {
  while (type->kind == Type::Kind::optional) {
    at = type->held(at);
    if (at == nullptr) return nullptr;
    type = &type->element();
  }
  if (type->kind == Type::Kind::json && static_cast<const Json*>(at)->is_null()) return nullptr;
  return at;
}

bool Encoder::message(const ProtoMessage& schema, const Type& type, const void* at) {
  Level level{schema, nullptr};
  if (const char* const wrong = open_.open(schema, level.seen)) return fail(wrong);
  if (!fields(level, type, at)) return false;
  if (!open_.all_required(schema, level.seen)) return fail("missing");
  open_.close(schema);
  return true;
}

bool Encoder::fields(Level& level, const Type& type, const void* at) {
  if (type.kind == Type::Kind::object) {
    for (const Field& field : type.fields)
      if (!member(level, field.name, field.type(), static_cast<const char*>(at) + field.offset))
        return false;
    return true;
  }
  if (type.kind == Type::Kind::map) return members(level, type, at);
  if (type.kind != Type::Kind::json || !static_cast<const Json*>(at)->is_object())
    return mismatch("an object", type, at);
  for (const Json::Member& each : static_cast<const Json*>(at)->as_object())
    if (!member(level, each.name, type, &each.value)) return false;
  return true;
}

bool Encoder::members(Level& level, const Type& map, const void* at) {
  struct Context {
    Encoder& encoder;
    Level& level;
    const Type& element;
    bool good = true;
  } context{*this, level, map.element()};
  map.for_each(at, &context, [](void* given, const std::string& name, const void* value) {
    Context& to = *static_cast<Context*>(given);
    to.good = to.good && to.encoder.member(to.level, name, to.element, value);
  });
  return context.good;
}

bool Encoder::member(Level& level, const std::string& name, const Type& type, const void* at) {
  const std::size_t index = level.schema.named(name, level.next);
  if (index == level.schema.fields.size()) return true;
  const Type* inner = &type;
  const void* const found = present(inner, at);
  if (found == nullptr) return true;

  level.next = index + 1;
  const ProtoField& field = level.schema.fields[index];
  OpenMessages::set(level.seen, index);
  open_.at(&field.name);
  if (field.option == ProtoField::Option::repeated) return list(field, *inner, found);
  append_key(field, out_);
  return value(field, *inner, found);
}

bool Encoder::list(const ProtoField& field, const Type& type, const void* at) {
  if (type.kind == Type::Kind::list)
    return items(field, type.count(at),
                 [&](std::size_t i) { return value(field, type.element(), type.item(at, i)); });
  if (type.kind != Type::Kind::json || !static_cast<const Json*>(at)->is_array())
    return mismatch("an array", type, at);
  const Json::Array& array = static_cast<const Json*>(at)->as_array();
  return items(field, array.size(), [&](std::size_t i) { return value(field, type, &array[i]); });
}

template <class Item>
bool Encoder::items(const ProtoField& field, std::size_t count, Item item) {
  if (count == 0) return true;
  const bool a_key_for_each = field.kind == Kind::string || field.kind == Kind::message;
  if (!a_key_for_each) {
    append_key(field, out_);
    append_varint(count, out_);
  }
  for (std::size_t i = 0; i < count; ++i) {
    if (a_key_for_each) append_key(field, out_);
    if (!item(i)) return false;
  }
  return true;
}

bool Encoder::value(const ProtoField& field, const Type& type, const void* at) {
  const Type* inner = &type;
  const void* const found = present(inner, at);
  if (found == nullptr) return mismatch(expectation(field), type, at);
  if (field.kind == Kind::message) return nested(field, *inner, found);
  if (field.kind == Kind::string) {
    const std::string* const string = string_of(*inner, found);
    if (string == nullptr) return mismatch(expectation(field), *inner, found);
    return text(*string), true;
  }
  const auto number = number_of(*inner, found);
  return (number && scalar(field, *number)) || mismatch(expectation(field), *inner, found);
}

// False when it does not fit.
bool Encoder::scalar(const ProtoField& field, const Number& number) {
  if (field.kind == Kind::float64) {
    append_fixed64(std::bit_cast<std::uint64_t>(number.real), out_);
    return true;
  }
  if (field.kind == Kind::float32) {
    if (std::isfinite(number.real) && std::fabs(number.real) > std::numeric_limits<float>::max())
      return false;
    append_fixed32(std::bit_cast<std::uint32_t>(static_cast<float>(number.real)), out_);
    return true;
  }
  if (!number.whole || number.magnitude > kLargest) return false;
  if (field.kind == Kind::u_int32) {
    append_varint(number.magnitude, out_);
    return !number.negative;
  }
  const std::uint64_t doubled = 2 * number.magnitude - (number.negative ? 1 : 0);
  append_varint(doubled, out_);
  return doubled <= kLargest;
}

void Encoder::text(std::string_view text) {
  if (!is_utf8(text)) return this->text(repaired(text));
  append_varint(text.size(), out_);
  out_.append(text);
}

// The length is known afterwards; most fit into the one byte that was left for it.
bool Encoder::nested(const ProtoField& field, const Type& type, const void* at) {
  const std::size_t start = out_.size();
  out_.push_back(0);
  if (!message(*field.message, type, at)) return false;
  const std::size_t size = out_.size() - start - 1;
  const std::size_t more = varint_size(size) - 1;
  if (more > 0) {
    out_.reserve(more);
    out_.commit(more);
    char* const begin = out_.data() + start + 1;
    std::memmove(begin + more, begin, size);
  }
  write_varint(size, out_.data() + start);
  return true;
}

bool Encoder::mismatch(std::string_view expected, const Type& type, const void* at) {
  Buffer got;
  encode_json(type, at, got);
  const std::string_view shown = got.view().substr(0, kShown);
  return fail("expected " + std::string(expected) + ", got " + std::string(shown) +
              (shown.size() < got.size() ? "..." : ""));
}

bool Encoder::fail(std::string_view what) {
  failure_ = open_.explain(what);
  return false;
}

}  // namespace

Result<void> encode_protobuf(const ProtoMessage& schema, const Type& type, const void* value,
                             Buffer& out) {
  const std::size_t before = out.size();
  Encoder encoder(out);
  if (encoder.message(schema, type, value)) return {};
  out.truncate(before);
  return encoder.failure();
}

}  // namespace shaddock::protocol
