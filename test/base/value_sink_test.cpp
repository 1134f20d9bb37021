#include "base/value_sink.h"

#include <doctest/doctest.h>

using namespace shaddock;

namespace {

struct Nested {
  std::vector<Nested> kids;
  std::optional<Json> any;
  static void fields(auto& m, auto&& f) {
    f("kids", m.kids);
    f("any", m.any);
  }
};

// 65 required fields, so that two words of bits are needed.
struct Wide {
  std::array<int, 65> values{};
  static void fields(auto& m, auto&& f) {
    static const std::vector<std::string> names = [] {
      std::vector<std::string> made;
      for (int i = 0; i < 65; ++i) made.push_back("f" + std::to_string(i));
      return made;
    }();
    for (std::size_t i = 0; i < names.size(); ++i) f(names[i].c_str(), m.values[i]);
  }
};

struct Chain {
  Wide wide;
  std::vector<Chain> next;
  static void fields(auto& m, auto&& f) {
    Wide::fields(m.wide, f);
    f("next", m.next);
  }
};

bool nest(ValueSink& sink, int levels) {
  for (int i = 0; i < levels; ++i) {
    if (i % 2 == 0 ? !sink.start_object() : !sink.start_array()) return false;
    if (i % 2 == 0 && !sink.key("kids")) return false;
  }
  return true;
}

}  // namespace

TEST_CASE("Depth is limited, in what is kept as in what is skipped") {
  Nested message;
  ValueSink kept(type_of<Nested>(), &message);
  CHECK(nest(kept, 32));
  CHECK_FALSE(kept.start_object());
  CHECK(kept.failure().text.ends_with("nested too deep"));

  Nothing nothing;
  ValueSink skipping(type_of<Nothing>(), &nothing);
  CHECK(skipping.start_object());
  CHECK(skipping.key("x"));
  for (int i = 1; i < 32; ++i) CHECK(skipping.start_array());
  CHECK_FALSE(skipping.start_array());
  CHECK(skipping.failure().text == "x: nested too deep");

  Json any;
  ValueSink tree(type_of<Json>(), &any);
  for (int i = 0; i < 32; ++i) CHECK(tree.start_array());
  CHECK_FALSE(tree.start_object());
}

TEST_CASE("The limit on depth can be lower, and is never higher") {
  for (const std::size_t limit : {std::size_t{0}, std::size_t{1}, std::size_t{5}}) {
    for (const bool skipped : {false, true}) {
      Json any;
      Nothing nothing;
      ValueSink sink(skipped ? type_of<Nothing>() : type_of<Json>(),
                     skipped ? static_cast<void*>(&nothing) : &any, {.depth = limit});
      CHECK(nest(sink, static_cast<int>(limit)));
      CHECK_FALSE(nest(sink, 1));
      CHECK(sink.failed());
    }
  }
  Json any;
  ValueSink sink(type_of<Json>(), &any, {.depth = 1000});
  CHECK(nest(sink, 32));
  CHECK_FALSE(nest(sink, 1));
}

TEST_CASE("Values and names are counted, skipped ones too") {
  std::vector<int> list;
  ValueSink sink(type_of<std::vector<int>>(), &list, {.values = 3});
  CHECK(sink.start_array());
  CHECK(sink.integer(1));
  CHECK(sink.integer(2));
  CHECK_FALSE(sink.integer(3));
  CHECK(sink.failure().code == 400);
  CHECK(sink.failure().text == "[1]: too many values");
  CHECK(list == std::vector<int>{1, 2});

  Nothing nothing;
  ValueSink skipping(type_of<Nothing>(), &nothing, {.values = 3});
  CHECK(skipping.start_object());
  CHECK(skipping.key("x"));
  CHECK(skipping.null());
  CHECK_FALSE(skipping.key("y"));
}

TEST_CASE("More than 64 required fields are all checked") {
  for (int left_out : {-1, 0, 63, 64}) {
    Wide message;
    ValueSink sink(type_of<Wide>(), &message);
    CHECK(sink.start_object());
    for (int i = 64; i >= 0; --i) {
      if (i == left_out) continue;
      const std::string name = "f" + std::to_string(i);
      CHECK(sink.key(type_of<Wide>().fields[static_cast<std::size_t>(i)].name));
      CHECK(sink.integer(i));
    }
    CHECK(sink.end_object() == (left_out < 0));
    if (left_out >= 0) CHECK(sink.failure().text == "f" + std::to_string(left_out) + ": missing");
    if (left_out < 0) CHECK(message.values[64] == 64);
  }
}

TEST_CASE("Messages of many fields inside each other are refused instead of forgotten") {
  Chain message;
  ValueSink sink(type_of<Chain>(), &message);
  int levels = 0;
  while (sink.start_object() && sink.key("next") && sink.start_array()) ++levels;
  CHECK(levels == 16);
  CHECK(sink.failed());
}

TEST_CASE("A real that is no number fits no integer") {
  int value = 4;
  ValueSink sink(type_of<int>(), &value);
  CHECK_FALSE(sink.real(0.0 / 0.0));
  CHECK(value == 4);
}
