#include "base/value_sink.h"

#include <algorithm>

#include "base/json_members.h"
#include "base/json_writer.h"

namespace shaddock {
namespace {

constexpr std::size_t kShown = 32;  // bytes of a peer's text in an error
constexpr double kTwoTo63 = 9223372036854775808.0;

std::string_view expectation(const Type& type) {
  switch (type.kind) {
    case Type::Kind::boolean:
      return "true or false";
    case Type::Kind::integer:
      return "an integer";
    case Type::Kind::real:
      return "a number";
    case Type::Kind::string:
      return "a string";
    case Type::Kind::list:
      return "an array";
    case Type::Kind::map:
    case Type::Kind::object:
      return "an object";
    case Type::Kind::optional:
      return expectation(type.element());
    case Type::Kind::json:
      break;
  }
  return "a value";
}

}  // namespace

// One value or name more.
bool ValueSink::count() {
  if (values_left_ == 0) return fail("too many values");
  --values_left_;
  return true;
}

ValueSink::Slot ValueSink::field_slot(Frame& frame) {
  const Type& type = *frame.type;
  if (frame.field == type.fields.size()) return {};
  const Field& field = type.fields[frame.field];
  void* at = static_cast<char*>(frame.at) + field.offset;
  const Type& inner = field.type();
  std::uint64_t& word = seen_[frame.first_word + frame.field / 64];
  const std::uint64_t bit = std::uint64_t{1} << (frame.field % 64);
  if ((word & bit) != 0) inner.reset(at);
  word |= bit;
  return {&inner, at};
}

ValueSink::Slot ValueSink::slot() {
  if (depth_ == 0) return {root_type_, root_};
  Frame& frame = frames_[static_cast<std::size_t>(depth_ - 1)];
  switch (frame.kind) {
    case Frame::Kind::object:
      return field_slot(frame);
    case Frame::Kind::list:
      return {&frame.type->element(), frame.type->append(frame.at)};
    case Frame::Kind::map:
      return {&frame.type->element(), frame.type->emplace_named(frame.at, frame.key())};
    case Frame::Kind::json_list:
      return {frame.type, &static_cast<Json*>(frame.at)->as_array().emplace_back()};
    case Frame::Kind::json_object:
      break;
  }
  auto& members = static_cast<Json*>(frame.at)->as_object();
  members.push_back({std::string(frame.key()), nullptr});
  return {frame.type, &members.back().value};
}

// The place for a value that is not null: inside whatever optionals it is wrapped in.
ValueSink::Slot ValueSink::take() {
  if (!count() || skipped_ != 0) return {};
  Slot found = slot();
  while (found.at != nullptr && found.type->kind == Type::Kind::optional) {
    found.at = found.type->emplace(found.at);
    found.type = &found.type->element();
  }
  return found;
}

bool ValueSink::null() {
  if (!count()) return false;
  if (skipped_ != 0) return true;
  const Slot to = slot();
  if (to.at == nullptr) return true;
  if (to.type->kind != Type::Kind::optional && to.type->kind != Type::Kind::json)
    return mismatch(to, "null");
  to.type->reset(to.at);
  return true;
}

bool ValueSink::boolean(bool value) {
  const Slot to = take();
  if (to.at == nullptr) return !failed();
  switch (to.type->kind) {
    case Type::Kind::boolean:
      *static_cast<bool*>(to.at) = value;
      return true;
    case Type::Kind::json:
      *static_cast<Json*>(to.at) = value;
      return true;
    default:
      return mismatch(to, value ? "true" : "false");
  }
}

bool ValueSink::integer(std::int64_t value) {
  return whole(value, [](const Type& type) { return type.set_signed; });
}

bool ValueSink::unsigned_integer(std::uint64_t value) {
  if (value <= INT64_MAX) return integer(static_cast<std::int64_t>(value));
  return whole(value, [](const Type& type) { return type.set_unsigned; });
}

template <class Integer, class Setter>
bool ValueSink::whole(Integer value, Setter setter) {
  const Slot to = take();
  if (to.at == nullptr) return !failed();
  bool stored = false;
  switch (to.type->kind) {
    case Type::Kind::integer:
      stored = setter(*to.type)(to.at, value);
      break;
    case Type::Kind::real:
      stored = to.type->set_real(to.at, static_cast<double>(value));
      break;
    case Type::Kind::json:
      *static_cast<Json*>(to.at) = value;
      return true;
    default:
      break;
  }
  return stored || mismatch(to, std::to_string(value));
}

bool ValueSink::real(double value) {
  const Slot to = take();
  if (to.at == nullptr) return !failed();
  bool stored = false;
  if (to.type->kind == Type::Kind::json) return *static_cast<Json*>(to.at) = value, true;
  if (to.type->kind == Type::Kind::real) {
    stored = to.type->set_real(to.at, value);
  } else if (to.type->kind == Type::Kind::integer && value == value) {
    if (value >= -kTwoTo63 && value < kTwoTo63) {
      const auto whole = static_cast<std::int64_t>(value);
      stored = static_cast<double>(whole) == value && to.type->set_signed(to.at, whole);
    } else if (value >= kTwoTo63 && value < 2 * kTwoTo63) {
      stored = to.type->set_unsigned(to.at, static_cast<std::uint64_t>(value));
    }
  }
  if (stored) return true;
  Buffer got;
  write_json_number(value, got);
  return mismatch(to, got.view());
}

bool ValueSink::string(std::string_view value) {
  const Slot to = take();
  if (to.at == nullptr) return !failed();
  if (to.type->kind == Type::Kind::string) {
    static_cast<std::string*>(to.at)->assign(value);
    return true;
  }
  if (to.type->kind == Type::Kind::json) return *static_cast<Json*>(to.at) = value, true;
  Buffer got;
  write_json_string(value.substr(0, kShown), got);
  if (value.size() > kShown) got.append("...");
  return mismatch(to, got.view());
}

bool ValueSink::push(Frame::Kind kind, const Slot& slot) {
  frames_[static_cast<std::size_t>(depth_++)] = {kind, slot.type, slot.at, nullptr, 0, 0, 0};
  return true;
}

bool ValueSink::push_object(const Slot& slot) {
  const std::size_t words = slot.type->required.size();
  if (words > seen_.size() - words_) return fail("too many fields");
  std::fill_n(seen_.begin() + static_cast<std::ptrdiff_t>(words_), words, 0);
  push(Frame::Kind::object, slot);
  frames_[static_cast<std::size_t>(depth_ - 1)].first_word = words_;
  words_ += words;
  return true;
}

// The place for an object or array; what is not wanted is noted as skipped.
ValueSink::Slot ValueSink::open() {
  const Slot to = take();
  if (failed()) return {};
  if (depth_ + skipped_ >= max_depth_) return fail("nested too deep"), Slot{};
  if (to.at == nullptr) ++skipped_;
  return to;
}

bool ValueSink::start_object() {
  const Slot to = open();
  if (to.at == nullptr) return !failed();
  switch (to.type->kind) {
    case Type::Kind::object:
      return push_object(to);
    case Type::Kind::map:
      return push(Frame::Kind::map, to);
    case Type::Kind::json:
      *static_cast<Json*>(to.at) = Json::object();
      return push(Frame::Kind::json_object, to);
    default:
      return mismatch(to, "an object");
  }
}

bool ValueSink::start_array() {
  const Slot to = open();
  if (to.at == nullptr) return !failed();
  switch (to.type->kind) {
    case Type::Kind::list:
      return push(Frame::Kind::list, to);
    case Type::Kind::json:
      *static_cast<Json*>(to.at) = Json::array();
      return push(Frame::Kind::json_list, to);
    default:
      return mismatch(to, "an array");
  }
}

bool ValueSink::key(std::string_view name) {
  if (!count()) return false;
  if (skipped_ != 0) return true;
  Frame& frame = frames_[static_cast<std::size_t>(depth_ - 1)];
  // The field behind the last one is the likely next.
  if (frame.kind == Frame::Kind::object)
    frame.field = frame.type->find(name, frame.name == nullptr ? 0 : frame.field + 1);
  frame.set_key(name);
  return true;
}

bool ValueSink::end_object() {
  if (skipped_ != 0) return --skipped_, true;
  const Frame& frame = frames_[static_cast<std::size_t>(depth_ - 1)];
  if (frame.kind == Frame::Kind::object) {
    if (!check_required(frame)) return false;
    words_ = frame.first_word;
  } else if (frame.kind == Frame::Kind::json_object) {
    keep_last_duplicates(static_cast<Json*>(frame.at)->as_object());
  }
  --depth_;
  return true;
}

bool ValueSink::end_array() {
  if (skipped_ != 0) return --skipped_, true;
  --depth_;
  return true;
}

bool ValueSink::check_required(const Frame& frame) {
  const auto& required = frame.type->required;
  for (std::size_t word = 0; word < required.size(); ++word) {
    const std::uint64_t missing = required[word] & ~seen_[frame.first_word + word];
    if (missing == 0) continue;
    const std::size_t field = word * 64 + static_cast<std::size_t>(__builtin_ctzll(missing));
    frames_[static_cast<std::size_t>(depth_ - 1)].set_key(frame.type->fields[field].name);
    return fail("missing");
  }
  return true;
}

bool ValueSink::mismatch(const Slot& slot, std::string_view got) {
  const Type& type = *slot.type;
  std::string what = "expected ";
  what += expectation(type);
  if (type.kind == Type::Kind::integer && (type.size < sizeof(std::int64_t) || !type.is_signed))
    what += " from " + std::to_string(type.lowest) + " to " + std::to_string(type.highest);
  what += ", got ";
  what += got;
  return fail(std::move(what));
}

bool ValueSink::fail(std::string what) {
  const std::string where = path();
  failure_ = where.empty() ? std::move(what) : where + ": " + what;
  return false;
}

// users[2].name
std::string ValueSink::path() const {
  std::string path;
  for (int i = 0; i < depth_; ++i) {
    const Frame& frame = frames_[static_cast<std::size_t>(i)];
    if (frame.kind == Frame::Kind::list) {
      path += '[' + std::to_string(frame.type->count(frame.at) - 1) + ']';
    } else if (frame.kind == Frame::Kind::json_list) {
      path += '[' + std::to_string(static_cast<const Json*>(frame.at)->size() - 1) + ']';
    } else {
      if (!path.empty()) path += '.';
      path += frame.key().substr(0, kShown);
    }
  }
  return path;
}

Error ValueSink::failure() const { return Error(code::kBadMessage, failure_); }

}  // namespace shaddock
