#pragma once

#include <shaddock/json.h>

#include <cassert>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

namespace shaddock {

// A message is a struct that names its fields once; this serves every encoding:
//
//   struct Enter {
//     std::string username;
//     std::optional<int> level;                     // may be absent; everything else is required
//     static void fields(auto& m, auto&& f) { f("username", m.username); f("level", m.level); }
//   };
//
// Fields may be bool, integers, scoped enums (as integers), float, double, std::string, Json, other
// messages, and std::vector, std::optional and std::map<std::string, ...> of these. A message can
// be made without arguments and is not declared inside a function. An empty struct needs no field
// list.
struct Nothing {};

struct Type;

// Where one field of a message lives.
struct Field {
  std::string name;
  std::string json_key;  // ,"name": as it stands in JSON text
  std::size_t offset = 0;
  const Type* described = nullptr;
  bool required = true;  // all but optionals are
  const Type& type() const { return *described; }
};

// What codecs know about a C++ type. Built once by type_of<T>(), then immutable, so any thread may
// read it. Codecs work on this and a void*, and are compiled once instead of once per message.
// Functions that do not belong to the kind are null.
struct Type {
  enum class Kind { boolean, integer, real, string, json, list, optional, map, object };

  Kind kind = Kind::object;
  std::size_t size = 0;               // of the C++ object
  void (*reset)(void* at) = nullptr;  // back to a fresh value; every kind has it

  // integer: set_* answer false when the value does not fit. Of an unsigned type, get returns the
  // bits.
  bool is_signed = false;
  std::int64_t lowest = 0;
  std::uint64_t highest = 0;
  bool (*set_signed)(void* at, std::int64_t value) = nullptr;
  bool (*set_unsigned)(void* at, std::uint64_t value) = nullptr;
  std::int64_t (*get_integer)(const void* at) = nullptr;

  // real: size tells float from double. set_real answers false when a finite value would become
  // infinite.
  bool (*set_real)(void* at, double value) = nullptr;
  double (*get_real)(const void* at) = nullptr;

  // list, optional, map: what they hold.
  const Type& (*element)() = nullptr;  // a function, so that a message may contain itself
  // list. A pointer to an item lives until the next append to that list.
  void* (*append)(void* at) = nullptr;
  std::size_t (*count)(const void* at) = nullptr;  // map as well
  const void* (*item)(const void* at, std::size_t index) = nullptr;
  // optional: a fresh value inside, and the value or nullptr.
  void* (*emplace)(void* at) = nullptr;
  const void* (*held)(const void* at) = nullptr;
  // map: a fresh value under that name, and a visit of all in order of names.
  void* (*emplace_named)(void* at, std::string_view name) = nullptr;
  using Visit = void (*)(void* context, const std::string& name, const void* value);
  void (*for_each)(const void* at, void* context, Visit visit) = nullptr;

  // object. Bit i % 64 of required[i / 64] is set when field i must be present.
  std::vector<Field> fields;
  std::vector<std::uint64_t> required;

  // The index of the field, looking first at `hint` (the one expected next), or fields.size().
  std::size_t find(std::string_view name, std::size_t hint = 0) const;
};

template <class T>
const Type& type_of();

namespace detail {

struct AnyVisitor {
  template <class T>
  void operator()(const char*, T&) const {}
};

template <class M>
concept HasFields = requires(M& m) {
  M::fields(m, AnyVisitor{});
};
template <class T>
concept ScopedEnum = std::is_enum_v<T> && !std::is_convertible_v<T, long long>;
template <class T>
concept Integer = std::is_integral_v<T> && !std::is_same_v<T, bool>;

template <class T>
struct Part {
  static constexpr bool kNone = true;
};
template <class T>
struct Part<std::vector<T>> {
  using Element = T;
  static constexpr auto kKind = Type::Kind::list;
};
template <class T>
struct Part<std::optional<T>> {
  using Element = T;
  static constexpr auto kKind = Type::Kind::optional;
};
template <class T>
struct Part<std::map<std::string, T>> {
  using Element = T;
  static constexpr auto kKind = Type::Kind::map;
};
template <class T>
concept Container = requires {
  Part<T>::kKind;
};
template <class T>
concept Optional = Container<T> && requires(T t) {
  t.has_value();
};

// Adds the field and marks it as required; a name used twice throws std::logic_error.
void add_field(Type& type, Field field, const Type& (*describe)());

inline Type of_kind(Type::Kind kind) {
  Type type;
  type.kind = kind;
  return type;
}

template <class T, class Value>
bool fits(Value value) {  // std::in_range, for the character types as well
  return std::cmp_greater_equal(value, +std::numeric_limits<T>::min()) &&
         std::cmp_less_equal(value, +std::numeric_limits<T>::max());
}

template <class T>
Type integer_type() {
  using Limits = std::numeric_limits<T>;
  Type type = of_kind(Type::Kind::integer);
  type.is_signed = Limits::is_signed;
  type.lowest = static_cast<std::int64_t>(Limits::min());
  type.highest = static_cast<std::uint64_t>(Limits::max());
  type.set_signed = [](void* at, std::int64_t value) {
    if (!fits<T>(value)) return false;
    *static_cast<T*>(at) = static_cast<T>(value);
    return true;
  };
  type.set_unsigned = [](void* at, std::uint64_t value) {
    if (!fits<T>(value)) return false;
    *static_cast<T*>(at) = static_cast<T>(value);
    return true;
  };
  type.get_integer = [](const void* at) {
    return static_cast<std::int64_t>(*static_cast<const T*>(at));
  };
  return type;
}

template <class T>
Type real_type() {
  Type type = of_kind(Type::Kind::real);
  type.set_real = [](void* at, double value) {
    if constexpr (sizeof(T) < sizeof(double)) {
      constexpr double kMax = std::numeric_limits<T>::max();
      if ((value > kMax || value < -kMax) && value - value == 0) return false;
    }
    *static_cast<T*>(at) = static_cast<T>(value);
    return true;
  };
  type.get_real = [](const void* at) { return static_cast<double>(*static_cast<const T*>(at)); };
  return type;
}

template <class T>
Type container_type() {
  using Element = typename Part<T>::Element;
  Type type = of_kind(Part<T>::kKind);
  type.element = &type_of<Element>;
  if constexpr (Part<T>::kKind == Type::Kind::optional) {
    type.emplace = [](void* at) -> void* { return &static_cast<T*>(at)->emplace(); };
    type.held = [](const void* at) -> const void* {
      const T& value = *static_cast<const T*>(at);
      return value ? &*value : nullptr;
    };
    return type;
  } else {
    type.count = [](const void* at) { return static_cast<const T*>(at)->size(); };
  }
  if constexpr (Part<T>::kKind == Type::Kind::list) {
    static_assert(!std::is_same_v<Element, bool>,
                  "a list of bool has no elements to point to: use std::vector<int>");
    type.append = [](void* at) -> void* { return &static_cast<T*>(at)->emplace_back(); };
    type.item = [](const void* at, std::size_t index) -> const void* {
      return &(*static_cast<const T*>(at))[index];
    };
  } else if constexpr (Part<T>::kKind == Type::Kind::map) {
    type.emplace_named = [](void* at, std::string_view name) -> void* {
      return &static_cast<T*>(at)->insert_or_assign(std::string(name), Element{}).first->second;
    };
    type.for_each = [](const void* at, void* context, Type::Visit visit) {
      for (const auto& [name, value] : *static_cast<const T*>(at)) visit(context, name, &value);
    };
  }
  return type;
}

template <class M>
Type object_type() {
  static_assert(std::is_default_constructible_v<M>,
                "a message must be constructible without arguments");
  Type type = of_kind(Type::Kind::object);
  if constexpr (HasFields<M>) {
    M sample{};
    M::fields(sample, [&]<class T>(const char* name, T& member) {
      const auto offset = static_cast<std::size_t>(reinterpret_cast<const char*>(&member) -
                                                   reinterpret_cast<const char*>(&sample));
      assert(offset + sizeof(T) <= sizeof(M) && "fields() must name members of the message itself");
      add_field(type, {name, {}, offset, nullptr, !Optional<T>}, type_of<T>);
    });
  }
  return type;
}

template <class T>
Type make_type() {
  if constexpr (std::is_same_v<T, bool>) {
    return of_kind(Type::Kind::boolean);
  } else if constexpr (Integer<T>) {
    return integer_type<T>();
  } else if constexpr (ScopedEnum<T>) {
    return integer_type<std::underlying_type_t<T>>();
  } else if constexpr (std::is_same_v<T, float> || std::is_same_v<T, double>) {
    return real_type<T>();
  } else if constexpr (std::is_same_v<T, std::string>) {
    return of_kind(Type::Kind::string);
  } else if constexpr (std::is_same_v<T, Json>) {
    return of_kind(Type::Kind::json);
  } else if constexpr (Container<T>) {
    return container_type<T>();
  } else {
    static_assert(
        HasFields<T> || std::is_empty_v<T>,
        "this type cannot travel: give the struct `static void fields(auto& m, auto&& f)` that "
        "calls f(\"name\", m.name) for every field, or use a type listed in shaddock/fields.h");
    return object_type<T>();
  }
}

}  // namespace detail

// A struct that can be a message of its own: it lists its fields, or has none.
template <class M>
concept Message = std::is_class_v<M> &&(detail::HasFields<M> || std::is_empty_v<M>);

// The description of T, made at the first call.
template <class T>
const Type& type_of() {
  static const Type type = [] {
    Type made = detail::make_type<T>();
    made.size = sizeof(T);
    made.reset = [](void* at) { *static_cast<T*>(at) = T{}; };
    return made;
  }();
  return type;
}

}  // namespace shaddock
