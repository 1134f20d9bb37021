#include <shaddock/fields.h>

#include <doctest/doctest.h>

#include <stdexcept>

using namespace shaddock;

namespace {

enum class Colour : std::uint8_t { red = 1, blue = 200 };

struct Inner {
  int x = 0;
  static void fields(auto& m, auto&& f) { f("x", m.x); }
};

struct Tree {
  std::string name;
  std::vector<Tree> children;
  static void fields(auto& m, auto&& f) {
    f("name", m.name);
    f("children", m.children);
  }
};

struct Base {
  std::string id = "none";
  static void fields(auto& m, auto&& f) { f("id", m.id); }
};
struct Derived : Base {
  std::optional<Inner> inner;
  static void fields(auto& m, auto&& f) {
    Base::fields(m, f);
    f("inner", m.inner);
  }
};

struct Twice {
  int a = 0, b = 0;
  static void fields(auto& m, auto&& f) {
    f("same", m.a);
    f("same", m.b);
  }
};

struct Unlisted {
  int x = 0;
};

template <class T>
Type::Kind kind_of() {
  return type_of<T>().kind;
}

}  // namespace

static_assert(Message<Inner> && Message<Derived> && Message<Nothing>);
static_assert(!Message<Unlisted> && !Message<int> && !Message<std::string>);

TEST_CASE("Every type that may travel has a kind and a size") {
  CHECK(kind_of<bool>() == Type::Kind::boolean);
  CHECK(kind_of<int>() == Type::Kind::integer);
  CHECK(kind_of<unsigned char>() == Type::Kind::integer);
  CHECK(kind_of<Colour>() == Type::Kind::integer);
  CHECK(kind_of<float>() == Type::Kind::real);
  CHECK(kind_of<std::string>() == Type::Kind::string);
  CHECK(kind_of<Json>() == Type::Kind::json);
  CHECK(kind_of<std::vector<int>>() == Type::Kind::list);
  CHECK(kind_of<std::optional<int>>() == Type::Kind::optional);
  CHECK(kind_of<std::map<std::string, int>>() == Type::Kind::map);
  CHECK(kind_of<Inner>() == Type::Kind::object);
  CHECK(kind_of<Nothing>() == Type::Kind::object);
  CHECK(type_of<Tree>().size == sizeof(Tree));
  CHECK(&type_of<Tree>() == &type_of<Tree>());
}

TEST_CASE("Integers are stored only when they fit") {
  std::int8_t small = 5;
  const Type& type = type_of<std::int8_t>();
  CHECK(type.lowest == -128);
  CHECK(type.highest == 127);
  CHECK(type.set_signed(&small, -128));
  CHECK(type.get_integer(&small) == -128);
  CHECK_FALSE(type.set_signed(&small, 128));
  CHECK_FALSE(type.set_unsigned(&small, 300));
  CHECK(small == -128);

  std::uint64_t large = 0;
  CHECK(type_of<std::uint64_t>().set_unsigned(&large, UINT64_MAX));
  CHECK(static_cast<std::uint64_t>(type_of<std::uint64_t>().get_integer(&large)) == UINT64_MAX);
  CHECK_FALSE(type_of<std::uint64_t>().set_signed(&large, -1));

  Colour colour = Colour::red;
  CHECK(type_of<Colour>().set_signed(&colour, 200));
  CHECK(colour == Colour::blue);
  CHECK_FALSE(type_of<Colour>().set_signed(&colour, 256));
}

TEST_CASE("A float refuses what would become infinite") {
  float value = 1;
  CHECK_FALSE(type_of<float>().set_real(&value, 1e39));
  CHECK(value == 1);
  CHECK(type_of<float>().set_real(&value, 0.5));
  CHECK(type_of<float>().get_real(&value) == 0.5);
}

TEST_CASE("Fields know where they live, and what must be there") {
  const Type& type = type_of<Derived>();
  REQUIRE(type.fields.size() == 2);
  CHECK(type.fields[0].name == "id");
  CHECK(type.fields[0].json_key == ",\"id\":");
  CHECK(type.fields[0].required);
  CHECK_FALSE(type.fields[1].required);
  CHECK(type.required == std::vector<std::uint64_t>{1});

  Derived message;
  const auto* id = reinterpret_cast<const std::string*>(reinterpret_cast<const char*>(&message) +
                                                        type.fields[0].offset);
  CHECK(id == &message.id);
  message.id = "changed";
  type.reset(&message);
  CHECK(message.id == "none");
}

TEST_CASE("A field is found from any place to begin the search") {
  const Type& type = type_of<Tree>();
  for (std::size_t hint = 0; hint < 4; ++hint) {
    CHECK(type.find("name", hint) == 0);
    CHECK(type.find("children", hint) == 1);
    CHECK(type.find("nothing", hint) == 2);
  }
}

TEST_CASE("A message may contain itself") {
  const Type& type = type_of<Tree>();
  CHECK(&type.fields[1].type().element() == &type);
}

TEST_CASE("Two fields of one name are a mistake of the program") {
  CHECK_THROWS_AS(type_of<Twice>(), std::logic_error);
}

TEST_CASE("Lists, optionals and maps are filled and read without their C++ type") {
  std::vector<int> list;
  const Type& list_type = type_of<std::vector<int>>();
  CHECK(list_type.element().set_signed(list_type.append(&list), 4));
  CHECK(list_type.count(&list) == 1);
  CHECK(*static_cast<const int*>(list_type.item(&list, 0)) == 4);

  std::optional<std::string> maybe;
  const Type& maybe_type = type_of<std::optional<std::string>>();
  CHECK(maybe_type.held(&maybe) == nullptr);
  *static_cast<std::string*>(maybe_type.emplace(&maybe)) = "there";
  CHECK(maybe_type.held(&maybe) == &*maybe);
  maybe_type.reset(&maybe);
  CHECK_FALSE(maybe);

  std::map<std::string, int> map{{"b", 1}};
  const Type& map_type = type_of<std::map<std::string, int>>();
  *static_cast<int*>(map_type.emplace_named(&map, "a")) = 2;
  CHECK(*static_cast<int*>(map_type.emplace_named(&map, "b")) == 0);
  std::string seen;
  map_type.for_each(&map, &seen, [](void* context, const std::string& name, const void* value) {
    *static_cast<std::string*>(context) += name + std::to_string(*static_cast<const int*>(value));
  });
  CHECK(seen == "a2b0");
}
