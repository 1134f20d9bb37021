#pragma once

#include <shaddock/fields.h>

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace shaddock::fuzz {

// A message with a field of every kind. All may be absent but those of Leaf, so that short inputs
// get far.
enum class Colour : std::uint8_t { red, green, blue };

struct Leaf {
  std::string name;
  int count = 0;
  static void fields(auto& m, auto&& f) {
    f("name", m.name);
    f("count", m.count);
  }
};

struct Everything {
  std::optional<bool> flag;
  std::optional<std::int8_t> tiny;
  std::optional<std::uint16_t> small;
  std::optional<std::int32_t> number;
  std::optional<std::uint32_t> natural;
  std::optional<std::int64_t> wide;
  std::optional<std::uint64_t> wide_natural;
  std::optional<float> narrow;
  std::optional<double> real;
  std::optional<std::string> text;
  std::optional<Json> any;
  std::optional<Colour> colour;
  std::optional<std::vector<std::int32_t>> numbers;
  std::optional<std::vector<double>> reals;
  std::optional<std::vector<std::string>> texts;
  std::optional<std::vector<Json>> anys;
  std::optional<std::map<std::string, std::int64_t>> named;
  std::optional<std::map<std::string, Leaf>> leaves;
  std::optional<std::map<std::string, std::vector<std::int32_t>>> lists;
  std::optional<Leaf> leaf;
  std::optional<std::vector<Everything>> more;

  static void fields(auto& m, auto&& f) {
    f("flag", m.flag);
    f("tiny", m.tiny);
    f("small", m.small);
    f("number", m.number);
    f("natural", m.natural);
    f("wide", m.wide);
    f("wideNatural", m.wide_natural);
    f("narrow", m.narrow);
    f("real", m.real);
    f("text", m.text);
    f("any", m.any);
    f("colour", m.colour);
    f("numbers", m.numbers);
    f("reals", m.reals);
    f("texts", m.texts);
    f("anys", m.anys);
    f("named", m.named);
    f("leaves", m.leaves);
    f("lists", m.lists);
    f("leaf", m.leaf);
    f("more", m.more);
  }
};

}  // namespace shaddock::fuzz

// Made once, in everything.cpp: it is long to compile.
extern template const shaddock::Type& shaddock::type_of<shaddock::fuzz::Everything>();
