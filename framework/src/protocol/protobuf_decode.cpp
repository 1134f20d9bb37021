#include <bit>
#include <cmath>
#include <utility>

#include "base/utf8.h"
#include "base/value_sink.h"
#include "protocol/protobuf.h"
#include "protocol/protobuf_levels.h"
#include "protocol/protobuf_wire.h"

namespace shaddock::protocol {
namespace {

using Kind = ProtoField::Kind;

constexpr std::string_view kCut = "the bytes end in it, or are no such value";

// Where a value goes; nowhere when the object has no such field.
struct Slot {
  const Type* type = nullptr;
  void* at = nullptr;
};

bool is_repeated(const ProtoField& field) { return field.option == ProtoField::Option::repeated; }

bool holds_members(const Type& type) {
  return type.kind == Type::Kind::object || type.kind == Type::Kind::map ||
         type.kind == Type::Kind::json;
}

bool holds_items(const Type& type) {
  return type.kind == Type::Kind::list || type.kind == Type::Kind::json;
}

// The fewest bytes that an item may have.
std::size_t least(Kind kind) {
  return kind == Kind::float64 ? sizeof(double) : kind == Kind::float32 ? sizeof(float) : 1;
}

// Within the optionals around it, which are filled when they are empty.
Slot inside(Slot slot) {
  while (slot.at != nullptr && slot.type->kind == Type::Kind::optional) {
    const void* const held = slot.type->held(slot.at);
    slot.at = held == nullptr ? slot.type->emplace(slot.at) : const_cast<void*>(held);
    slot.type = &slot.type->element();
  }
  return slot;
}

Slot in_object(const Slot& object, const ProtoField& field, std::size_t likely, bool again) {
  const std::size_t index = object.type->find(field.name, likely);
  if (index == object.type->fields.size()) return {};
  const Field& found = object.type->fields[index];
  const Type& type = found.type();
  void* const at = static_cast<char*>(object.at) + found.offset;
  const bool keep = is_repeated(field) ? again : !again && type.kind != Type::Kind::optional;
  if (!keep) type.reset(at);
  return {&type, at};
}

Slot in_map(const Slot& map, const std::string& name, bool keep) {
  const Type& element = map.type->element();
  if (!keep) return {&element, map.type->emplace_named(map.at, name)};
  struct Search {
    const std::string& name;
    const void* found;
  } search{name, nullptr};
  map.type->for_each(map.at, &search, [](void* to, const std::string& each, const void* value) {
    auto& [wanted, found] = *static_cast<Search*>(to);
    if (each == wanted) found = value;
  });
  return {&element, const_cast<void*>(search.found)};
}

Slot in_json(const Slot& json, const std::string& name, bool again) {
  Json& object = *static_cast<Json*>(json.at);
  if (again) return {json.type, const_cast<Json*>(object.find(name))};
  Json::Object& members = object.as_object();
  members.push_back({name, nullptr});
  return {json.type, &members.back().value};
}

Slot next_item(const Slot& list) {
  if (list.at == nullptr) return {};
  if (list.type->kind == Type::Kind::list)
    return {&list.type->element(), list.type->append(list.at)};
  return {list.type, &static_cast<Json*>(list.at)->as_array().emplace_back()};
}

class Decoder {
 public:
  explicit Decoder(const ProtoLimits& limits) : values_left_(limits.values), open_(limits.depth) {}

  bool message(const ProtoMessage& schema, std::string_view bytes, Slot to);
  Error failure() { return Error(code::kBadMessage, std::move(failure_)); }

 private:
  struct Level {
    const ProtoMessage& schema;
    Slot to;
    std::uint64_t* seen = nullptr;
  };

  bool field(const Level& level, WireReader& in);
  Slot slot(const Level& level, std::size_t index, bool again);
  bool items(const ProtoField& field, WireReader& in, const Slot& list);
  bool value(const ProtoField& field, WireReader& in, const Slot& to);
  bool whole(const ProtoField& field, WireReader& in, const Slot& to);
  bool real(const ProtoField& field, WireReader& in, const Slot& to);
  bool text(std::string_view text, const Slot& to);
  bool required(const Level& level);

  // Lets a sink put the event into the slot, by the rules that are the same for all encodings.
  template <class Event>
  bool store(const Slot& to, Event event) {
    if (to.at == nullptr) return true;
    ValueSink sink(*to.type, to.at);
    return event(sink) || fail(sink.failure().text);
  }
  bool count();
  bool fail(std::string_view what);

  std::size_t values_left_;
  OpenMessages open_;
  std::string failure_;
};

bool Decoder::message(const ProtoMessage& schema, std::string_view bytes, Slot to) {
  to = inside(to);
  if (to.at != nullptr && !holds_members(*to.type))
    return store(to, [](ValueSink& sink) { return sink.start_object(); });
  if (to.at != nullptr && to.type->kind == Type::Kind::json)
    *static_cast<Json*>(to.at) = Json::object();

  Level level{schema, to};
  if (const char* const wrong = open_.open(schema, level.seen)) return fail(wrong);
  for (WireReader in(bytes); !in.done();)
    if (!field(level, in)) return false;
  if (!required(level)) return false;
  open_.close(schema);
  return true;
}

bool Decoder::field(const Level& level, WireReader& in) {
  open_.at(nullptr);
  std::uint64_t key = 0;
  if (!count()) return false;
  if (!in.varint(key)) return fail("a key is cut, or no number of 64 bits");
  const std::size_t index = level.schema.with_tag(key >> 3);
  if (index == level.schema.fields.size()) return fail("unknown tag " + std::to_string(key >> 3));

  const ProtoField& field = level.schema.fields[index];
  open_.at(&field.name);
  const bool again = OpenMessages::test(level.seen, index);
  OpenMessages::set(level.seen, index);
  const Slot to = slot(level, index, again);
  if (!is_repeated(field)) return value(field, in, to);

  const Slot list = inside(to);
  if (list.at != nullptr && !holds_items(*list.type))
    return store(list, [](ValueSink& sink) { return sink.start_array(); });
  if (list.at != nullptr && list.type->kind == Type::Kind::json && !again)
    *static_cast<Json*>(list.at) = Json::array();
  return items(field, in, list);
}

// A field that comes again keeps its items when it is repeated, and else starts afresh.
Slot Decoder::slot(const Level& level, std::size_t index, bool again) {
  const ProtoField& field = level.schema.fields[index];
  if (level.to.at == nullptr) return {};
  if (level.to.type->kind == Type::Kind::object) return in_object(level.to, field, index, again);
  if (level.to.type->kind == Type::Kind::json) return in_json(level.to, field.name, again);
  return in_map(level.to, field.name, again && is_repeated(field));
}

bool Decoder::items(const ProtoField& field, WireReader& in, const Slot& list) {
  if (field.kind == Kind::string || field.kind == Kind::message)
    return value(field, in, next_item(list));
  std::uint64_t items = 0;
  if (!in.varint(items)) return fail(kCut);
  if (items > in.left() / least(field.kind)) return fail("fewer bytes than items");
  for (; items > 0; --items)
    if (!count() || !value(field, in, next_item(list))) return false;
  return true;
}

bool Decoder::value(const ProtoField& field, WireReader& in, const Slot& to) {
  switch (field.kind) {
    case Kind::u_int32:
    case Kind::s_int32:
      return whole(field, in, to);
    case Kind::float32:
    case Kind::float64:
      return real(field, in, to);
    case Kind::string:
    case Kind::message:
      break;
  }
  std::string_view bytes;
  if (!in.bytes(bytes)) return fail(kCut);
  return field.kind == Kind::string ? text(bytes, to) : message(*field.message, bytes, to);
}

bool Decoder::whole(const ProtoField& field, WireReader& in, const Slot& to) {
  std::uint64_t value = 0;
  if (!in.varint(value)) return fail(kCut);
  return store(to, [&](ValueSink& sink) {
    return field.kind == Kind::u_int32 ? sink.unsigned_integer(value)
                                       : sink.integer(from_zigzag(value));
  });
}

bool Decoder::real(const ProtoField& field, WireReader& in, const Slot& to) {
  double value = 0;
  std::uint64_t wide = 0;
  std::uint32_t narrow = 0;
  if (field.kind == Kind::float32 ? !in.fixed32(narrow) : !in.fixed64(wide)) return fail(kCut);
  value = field.kind == Kind::float32 ? std::bit_cast<float>(narrow) : std::bit_cast<double>(wide);
  if (!std::isfinite(value)) return fail("not a finite number");
  return store(to, [&](ValueSink& sink) { return sink.real(value); });
}

bool Decoder::text(std::string_view text, const Slot& to) {
  const auto put = [](std::string_view good) {
    return [good](ValueSink& sink) { return sink.string(good); };
  };
  if (is_utf8(text)) return store(to, put(text));
  std::string folded(text.size(), '\0');
  const auto size = fold_utf8(text, folded.data());
  if (!size) return fail("not UTF-8");
  return store(to, put(std::string_view(folded).substr(0, *size)));
}

// What schema or type demand. A list without items is not there at all.
bool Decoder::required(const Level& level) {
  const auto& [schema, to, seen] = level;
  if (!open_.all_required(schema, seen)) return fail("missing");
  if (to.at == nullptr || to.type->kind != Type::Kind::object) return true;
  for (std::size_t i = 0; i < to.type->fields.size(); ++i) {
    const Field& field = to.type->fields[i];
    if (!field.required) continue;
    const std::size_t index = schema.named(field.name, i);
    if (index < schema.fields.size() &&
        (is_repeated(schema.fields[index]) || OpenMessages::test(seen, index)))
      continue;
    open_.at(&field.name);
    return fail("missing");
  }
  return true;
}

bool Decoder::count() {
  if (values_left_ == 0) return fail("too many values");
  --values_left_;
  return true;
}

bool Decoder::fail(std::string_view what) {
  failure_ = open_.explain(what);
  return false;
}

}  // namespace

Result<void> decode_protobuf(const ProtoMessage& schema, std::string_view bytes, const Type& type,
                             void* out, const ProtoLimits& limits) {
  Decoder decoder(limits);
  if (decoder.message(schema, bytes, {&type, out})) return {};
  return decoder.failure();
}

}  // namespace shaddock::protocol
