#include <shaddock/error.h>
#include <shaddock/json.h>

#include <algorithm>
#include <numeric>

#include "base/json_bytes.h"
#include "base/json_codec.h"
#include "base/json_members.h"

namespace shaddock {
namespace {

[[noreturn]] void refuse(const char* expected, const Json& value) {
  const char* found = value.is_null()     ? "null"
                      : value.is_bool()   ? "a boolean"
                      : value.is_number() ? "a number"
                      : value.is_string() ? "a string"
                      : value.is_array()  ? "an array"
                                          : "an object";
  throw Error(code::kBadMessage, std::string("expected ") + expected + ", got " + found);
}

bool same_members(const Json::Object& one, const Json& other) {
  return one.size() == other.size() && std::ranges::all_of(one, [&](const Json::Member& member) {
           const Json* found = other.find(member.name);
           return found != nullptr && *found == member.value;
         });
}

}  // namespace

Json::Json(Array items) : value_(std::move(items)) {}

Json::Json(Object members) : value_(std::move(members)) {
  keep_last_duplicates(*std::get_if<Object>(&value_));
}

Json::Json(std::initializer_list<Member> members) : Json(Object(members)) {}

bool Json::as_bool() const {
  if (const bool* value = std::get_if<bool>(&value_)) return *value;
  refuse("a boolean", *this);
}

std::int64_t Json::as_integer() const {
  if (const std::int64_t* value = std::get_if<std::int64_t>(&value_)) return *value;
  constexpr double kTwoTo63 = 9223372036854775808.0;
  if (const double* value = std::get_if<double>(&value_))
    if (*value >= -kTwoTo63 && *value < kTwoTo63) {
      const auto whole = static_cast<std::int64_t>(*value);
      if (static_cast<double>(whole) == *value) return whole;
    }
  refuse("an integer", *this);
}

double Json::as_number() const {
  if (const double* value = std::get_if<double>(&value_)) return *value;
  if (const std::int64_t* value = std::get_if<std::int64_t>(&value_))
    return static_cast<double>(*value);
  refuse("a number", *this);
}

const std::string& Json::as_string() const {
  if (const std::string* value = std::get_if<std::string>(&value_)) return *value;
  refuse("a string", *this);
}

const Json::Array& Json::as_array() const {
  if (const Array* value = std::get_if<Array>(&value_)) return *value;
  refuse("an array", *this);
}

const Json::Object& Json::as_object() const {
  if (const Object* value = std::get_if<Object>(&value_)) return *value;
  refuse("an object", *this);
}

Json::Array& Json::as_array() {
  return const_cast<Array&>(static_cast<const Json*>(this)->as_array());
}

Json::Object& Json::as_object() {
  return const_cast<Object&>(static_cast<const Json*>(this)->as_object());
}

const Json* Json::find(std::string_view name) const {
  const Object* members = std::get_if<Object>(&value_);
  if (members == nullptr) return nullptr;
  const auto found = std::ranges::find(*members, name, &Member::name);
  return found == members->end() ? nullptr : &found->value;
}

const Json& Json::at(std::string_view name) const {
  if (const Json* found = find(name)) return *found;
  if (!is_object()) refuse("an object", *this);
  throw Error(code::kBadMessage, std::string(name) + ": missing");
}

Json& Json::set(std::string_view name, Json value) {
  if (is_null()) value_ = Object{};
  Object& members = as_object();
  const auto found = std::ranges::find(members, name, &Member::name);
  if (found != members.end())
    found->value = std::move(value);
  else
    members.push_back({std::string(name), std::move(value)});
  return *this;
}

Json& Json::push_back(Json value) {
  if (is_null()) value_ = Array{};
  as_array().push_back(std::move(value));
  return *this;
}

std::size_t Json::size() const {
  if (const Array* items = std::get_if<Array>(&value_)) return items->size();
  if (const Object* members = std::get_if<Object>(&value_)) return members->size();
  return 0;
}

bool Json::operator==(const Json& other) const {
  if (is_number() && other.is_number())
    return is_integer() && other.is_integer() ? as_integer() == other.as_integer()
                                              : as_number() == other.as_number();
  if (value_.index() != other.value_.index()) return false;
  if (is_object()) return same_members(as_object(), other);
  return value_ == other.value_;
}

std::string Json::dump() const {
  Buffer out;
  encode_json(type_of<Json>(), this, out);
  return std::string(out.view());
}

namespace {

// For objects of a few members, which most are: nothing is allocated. Larger ones may have some.
bool has_no_duplicates(const Json::Object& members) {
  constexpr std::size_t kFew = 8;
  if (members.size() > kFew) return false;
  for (auto one = members.begin(); one != members.end(); ++one)
    for (auto other = members.begin(); other != one; ++other)
      if (same_short(one->name, other->name)) return false;
  return true;
}

}  // namespace

void keep_last_duplicates(Json::Object& members) {
  if (has_no_duplicates(members)) return;
  std::vector<std::size_t> order(members.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  const auto name_of = [&](std::size_t i) -> const std::string& { return members[i].name; };
  std::ranges::stable_sort(order, {}, name_of);

  std::vector<bool> drop(members.size());
  bool any = false;
  for (std::size_t i = 0; i < order.size();) {
    const std::size_t first = order[i];
    std::size_t last = i;
    while (last + 1 < order.size() && name_of(order[last + 1]) == name_of(first))
      drop[order[++last]] = any = true;
    if (last != i) members[first].value = std::move(members[order[last]].value);
    i = last + 1;
  }
  if (!any) return;
  std::size_t index = 0;
  std::erase_if(members, [&](const Json::Member&) { return drop[index++]; });
}

}  // namespace shaddock
