#pragma once

#include "base/json_bytes.h"
#include "base/value_sink.h"

namespace shaddock {

// The ways through a ValueSink that most events take: fields of objects, in the order of the
// message, holding strings and integers. All others begin here and go on in value_sink.cpp.

// One value or name more.
inline bool ValueSink::count() {
  if (values_left_ == 0) [[unlikely]]
    return fail_count();
  --values_left_;
  return true;
}

// The place for the next value, which may be an optional.
inline ValueSink::Slot ValueSink::take() {
  if (!count()) return kNowhere;
  if (top_->kind != Frame::Kind::object) [[unlikely]]
    return place();
  return top_->slot;
}

inline bool ValueSink::string(std::string_view value) {
  const Slot to = take();
  if (to.at == nullptr || to.type->kind != Type::Kind::string) [[unlikely]]
    return other_string(to, value);
  *static_cast<std::string*>(to.at) = value;
  return true;
}

inline bool ValueSink::integer(std::int64_t value) {
  const Slot to = take();
  if (to.at == nullptr || to.type->kind != Type::Kind::integer) [[unlikely]]
    return other_integer(to, value);
  return to.type->set_signed(to.at, value) || other_integer(to, value);
}

inline bool ValueSink::open(Frame::Kind kind, Slot slot) {
  if (top_ == deepest_) [[unlikely]]
    return fail_depth();
  ++top_;
  top_->kind = kind;
  top_->type = slot.type;
  top_->at = slot.at;
  top_->set_key({});
  return true;
}

inline bool ValueSink::open_object(Slot slot) {
  if (!open(Frame::Kind::object, slot)) return false;
  top_->likely = slot.type->fields.data();
  top_->seen = unseen_;
  const std::size_t words = slot.type->required.size();
  if (words != 1 || unseen_ == seen_.data() + seen_.size()) [[unlikely]]
    return clear_seen(words);
  *unseen_++ = 0;
  return true;
}

inline bool ValueSink::start_object() {
  const Slot to = take();
  if (to.at == nullptr || to.type->kind != Type::Kind::object) [[unlikely]]
    return other_object(to);
  return open_object(to);
}

// Whether it was there before.
inline bool ValueSink::mark(const Field& field, Frame& frame) {
  const auto index = static_cast<std::size_t>(&field - frame.type->fields.data());
  std::uint64_t& word = frame.seen[index / 64];
  const std::uint64_t bit = std::uint64_t{1} << (index % 64);
  const bool before = (word & bit) != 0;
  word |= bit;
  frame.likely = &field + 1;
  return before;
}

inline bool ValueSink::find_field(std::string_view name, Frame& frame) {
  const auto& fields = frame.type->fields;
  const Field* field = frame.likely;
  const Field* const end = fields.data() + fields.size();
  if (field == end || !same_short(field->name, name)) [[unlikely]] {
    field = fields.data() + frame.type->find(name, static_cast<std::size_t>(field - fields.data()));
    if (field == end) return frame.slot = kNowhere, true;
  }
  frame.slot = {&field->type(), static_cast<char*>(frame.at) + field->offset};
  if (mark(*field, frame)) [[unlikely]]
    frame.slot.type->reset(frame.slot.at);
  return true;
}

inline bool ValueSink::key(std::string_view name) {
  if (!count()) return false;
  Frame& frame = *top_;
  frame.set_key(name);
  return frame.kind != Frame::Kind::object || find_field(name, frame);
}

inline bool ValueSink::has_required() const {
  const auto& required = top_->type->required;
  std::uint64_t missing = 0;
  for (std::size_t i = 0; i < required.size(); ++i) missing |= required[i] & ~top_->seen[i];
  return missing == 0;
}

inline bool ValueSink::end_object() {
  if (top_->kind != Frame::Kind::object) [[unlikely]]
    return other_end();
  if (!has_required()) [[unlikely]]
    return fail_missing();
  unseen_ = top_->seen;
  --top_;
  return true;
}

inline const Field* ValueSink::expected() const {
  if (top_->kind != Frame::Kind::object || values_left_ < 2) return nullptr;
  const auto& fields = top_->type->fields;
  return top_->likely == fields.data() + fields.size() ? nullptr : top_->likely;
}

inline void ValueSink::accepted(const Field& field) {
  values_left_ -= 2;
  top_->set_key(field.name);
  mark(field, *top_);
}

inline bool ValueSink::accept(const Field& field, std::string_view value) {
  if (field.type().kind != Type::Kind::string) return false;
  *reinterpret_cast<std::string*>(static_cast<char*>(top_->at) + field.offset) = value;
  accepted(field);
  return true;
}

inline bool ValueSink::accept(const Field& field, std::int64_t value) {
  const Type& type = field.type();
  if (type.kind != Type::Kind::integer) return false;
  if (!type.set_signed(static_cast<char*>(top_->at) + field.offset, value)) return false;
  accepted(field);
  return true;
}

}  // namespace shaddock
