#include "base/value_sink.h"

#include <algorithm>
#include <bit>

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

// A new item of a list or map, or the field that the last key named.
ValueSink::Slot ValueSink::place() {
  const Frame& frame = *top_;
  switch (frame.kind) {
    case Frame::Kind::object:
      return frame.slot;
    case Frame::Kind::list:
      return {&frame.type->element(), frame.type->append(frame.at)};
    case Frame::Kind::map:
      return {&frame.type->element(), frame.type->emplace_named(frame.at, frame.key())};
    case Frame::Kind::json_list:
      return {frame.type, &static_cast<Json*>(frame.at)->as_array().emplace_back()};
    case Frame::Kind::skipped:
      return kNowhere;
    case Frame::Kind::json_object:
      break;
  }
  Json::Member& member = static_cast<Json*>(frame.at)->as_object().emplace_back();
  member.name = frame.key();
  return {frame.type, &member.value};
}

// Inside whatever optionals it is, for a value that is not null.
ValueSink::Slot ValueSink::inside(Slot slot) {
  while (slot.at != nullptr && slot.type->kind == Type::Kind::optional) {
    slot.at = slot.type->emplace(slot.at);
    slot.type = &slot.type->element();
  }
  return slot;
}

bool ValueSink::null() {
  if (!count()) return false;
  const Slot to = place();
  if (to.at == nullptr) return true;
  if (to.type->kind != Type::Kind::optional && to.type->kind != Type::Kind::json)
    return mismatch(to, "null");
  to.type->reset(to.at);
  return true;
}

bool ValueSink::boolean(bool value) {
  const Slot to = inside(take());
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

bool ValueSink::other_integer(Slot to, std::int64_t value) {
  return whole(to, value, [](const Type& type) { return type.set_signed; });
}

bool ValueSink::unsigned_integer(std::uint64_t value) {
  if (value <= INT64_MAX) return integer(static_cast<std::int64_t>(value));
  return whole(take(), value, [](const Type& type) { return type.set_unsigned; });
}

template <class Integer, class Setter>
bool ValueSink::whole(Slot slot, Integer value, Setter setter) {
  const Slot to = inside(slot);
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
  const Slot to = inside(take());
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

bool ValueSink::other_string(Slot slot, std::string_view value) {
  const Slot to = inside(slot);
  if (to.at == nullptr) return !failed();
  if (to.type->kind == Type::Kind::string)
    return static_cast<std::string*>(to.at)->assign(value), true;
  if (to.type->kind == Type::Kind::json) return *static_cast<Json*>(to.at) = value, true;
  Buffer got;
  write_json_string(value.substr(0, kShown), got);
  if (value.size() > kShown) got.append("...");
  return mismatch(to, got.view());
}

// An object or array that is not wanted.
bool ValueSink::skip() {
  if (failed()) return false;
  if (top_ - frames_.data() + skipped_ >= deepest_ - frames_.data() + (skipped_ != 0 ? 1 : 0))
    return fail_depth();
  if (skipped_++ == 0) (++top_)->kind = Frame::Kind::skipped;
  return true;
}

bool ValueSink::other_object(Slot slot) {
  const Slot to = inside(slot);
  if (to.at == nullptr) return skip();
  switch (to.type->kind) {
    case Type::Kind::object:
      return open_object(to);
    case Type::Kind::map:
      return open(Frame::Kind::map, to);
    case Type::Kind::json:
      *static_cast<Json*>(to.at) = Json::object();
      return open(Frame::Kind::json_object, to);
    default:
      return mismatch(to, "an object");
  }
}

bool ValueSink::start_array() {
  const Slot to = inside(take());
  if (to.at == nullptr) return skip();
  switch (to.type->kind) {
    case Type::Kind::list:
      return open(Frame::Kind::list, to);
    case Type::Kind::json:
      *static_cast<Json*>(to.at) = Json::array();
      return open(Frame::Kind::json_list, to);
    default:
      return mismatch(to, "an array");
  }
}

bool ValueSink::clear_seen(std::size_t words) {
  const auto room = static_cast<std::size_t>(seen_.data() + seen_.size() - unseen_);
  if (words > room) return --top_, fail("too many fields");
  unseen_ = std::fill_n(unseen_, words, 0);
  return true;
}

bool ValueSink::other_end() {
  if (skipped_ != 0) {
    if (--skipped_ == 0) --top_;
    return true;
  }
  if (top_->kind == Frame::Kind::json_object)
    keep_last_duplicates(static_cast<Json*>(top_->at)->as_object());
  --top_;
  return true;
}

bool ValueSink::end_array() { return other_end(); }

bool ValueSink::fail_missing() {
  const Type& type = *top_->type;
  for (std::size_t word = 0; word < type.required.size(); ++word) {
    const std::uint64_t missing = type.required[word] & ~top_->seen[word];
    if (missing == 0) continue;
    const std::size_t field = word * 64 + static_cast<std::size_t>(std::countr_zero(missing));
    top_->set_key(type.fields[field].name);
    break;
  }
  return fail("missing");
}

bool ValueSink::fail_count() { return fail("too many values"); }
bool ValueSink::fail_depth() { return fail("nested too deep"); }

bool ValueSink::mismatch(Slot slot, std::string_view got) {
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
  for (const Frame* at = frames_.data() + 1; at <= top_; ++at) {
    const Frame& frame = *at;
    if (frame.kind == Frame::Kind::skipped) break;
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
