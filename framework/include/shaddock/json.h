#pragma once

#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

namespace shaddock {

template <class T>
class Result;  // error.h

// One JSON value, for handlers that do not want a struct and for bodies of errors. Members keep
// their order; of members with the same name the last one wins. Integers that fit into 64 bits are
// kept exact.
class Json {
 public:
  struct Member;
  using Array = std::vector<Json>;
  using Object = std::vector<Member>;

  Json();
  Json(std::nullptr_t);
  template <class Bool>
  requires std::is_same_v<Bool, bool> Json(Bool value);
  // An unsigned value beyond 63 bits becomes a double.
  template <class Int>
  requires(std::is_integral_v<Int> && !std::is_same_v<Int, bool>) Json(Int value);
  Json(double value);
  Json(const char* text);
  Json(std::string_view text);
  Json(std::string text);
  Json(Array items);
  Json(Object members);
  Json(std::initializer_list<Member> members);  // {{"code", 200}, {"users", list}}

  static Json array();
  static Json object();

  bool is_null() const { return std::holds_alternative<std::nullptr_t>(value_); }
  bool is_bool() const { return std::holds_alternative<bool>(value_); }
  bool is_integer() const { return std::holds_alternative<std::int64_t>(value_); }
  bool is_number() const { return is_integer() || std::holds_alternative<double>(value_); }
  bool is_string() const { return std::holds_alternative<std::string>(value_); }
  bool is_array() const { return std::holds_alternative<Array>(value_); }
  bool is_object() const { return std::holds_alternative<Object>(value_); }

  // Each throws Error(400) naming what was found when the value is of another kind. as_integer
  // accepts a double with an integral value; as_number accepts an integer.
  bool as_bool() const;
  std::int64_t as_integer() const;
  double as_number() const;
  const std::string& as_string() const;
  const Array& as_array() const;
  const Object& as_object() const;
  Array& as_array();
  Object& as_object();

  // The member of that name, or nullptr when there is none or this is no object.
  const Json* find(std::string_view name) const;
  // Throws Error(400) when there is no such member.
  const Json& at(std::string_view name) const;
  // Sets the member, replacing one of the same name; null becomes an object. Throws on other kinds.
  Json& set(std::string_view name, Json value);
  // Appends to an array; null becomes an array. Throws on other kinds.
  Json& push_back(Json value);
  // Items of an array or members of an object, else 0.
  std::size_t size() const;

  // Numbers are equal when their values are, 5 and 5.0 too; members of objects in any order.
  bool operator==(const Json& other) const;

  // Compact JSON text. Characters beyond the basic plane are written as \u escapes, which every
  // Pomelo client can read; doubles with an integral value are written without a fraction, as
  // JavaScript does.
  std::string dump() const;

 private:
  std::variant<std::nullptr_t, bool, std::int64_t, double, std::string, Array, Object> value_;
};

struct Json::Member {
  std::string name;
  Json value;
  bool operator==(const Member&) const = default;
};

inline Json::Json() = default;
inline Json::Json(std::nullptr_t) {}
template <class Bool>
requires std::is_same_v<Bool, bool> Json::Json(Bool value) : value_(value) {}
template <class Int>
requires(std::is_integral_v<Int> && !std::is_same_v<Int, bool>) Json::Json(Int value) {
  if (std::is_signed_v<Int> || static_cast<std::uint64_t>(value) <= INT64_MAX)
    value_ = static_cast<std::int64_t>(value);
  else
    value_ = static_cast<double>(value);
}
inline Json::Json(double value) : value_(value) {}
inline Json::Json(const char* text) : value_(std::string(text)) {}
inline Json::Json(std::string_view text) : value_(std::string(text)) {}
inline Json::Json(std::string text) : value_(std::move(text)) {}
inline Json Json::array() { return Json(Array{}); }
inline Json Json::object() { return Json(Object{}); }

// At most 32 levels deep and 10,000 values and names; invalid UTF-8 is an error, paired surrogates
// in CESU-8 are folded.
Result<Json> parse_json(std::string_view text);

}  // namespace shaddock
