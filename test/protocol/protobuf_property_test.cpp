#include <doctest/doctest.h>

#include <algorithm>
#include <random>

#include "protocol/protobuf_codec.h"

using namespace shaddock;
using namespace shaddock::protocol;
using namespace shaddock::testing;

namespace {

// Schemas, objects that fit them, and bytes, all from one seed.
class Dice {
 public:
  explicit Dice(std::uint64_t seed) : random_(seed) {}

  std::uint64_t below(std::uint64_t limit) { return random_() % limit; }
  bool once_in(std::uint64_t times) { return below(times) == 0; }

  // A file with the route "on" and three messages that may contain each other and themselves.
  std::string schema() {
    std::string text = "{\"on\":" + message_text();
    for (const char* name : {"A", "B", "C"})
      text += std::string(",\"message ") + name + "\":" + message_text();
    return text + '}';
  }

  Json object(const ProtoMessage& message, int depth) {
    Json::Object members;
    for (const ProtoField& field : message.fields) {
      if (field.option != ProtoField::Option::required && (depth > 2 || once_in(3))) continue;
      if (field.option != ProtoField::Option::repeated) {
        members.push_back({field.name, value(field, depth)});
        continue;
      }
      Json items = Json::array();
      for (std::uint64_t left = 1 + below(4); left > 0; --left)
        items.push_back(value(field, depth));
      members.push_back({field.name, items});
    }
    std::shuffle(members.begin(), members.end(), random_);
    return Json(std::move(members));
  }

  std::string bytes(std::size_t size) {
    std::string all;
    while (all.size() < size) all.push_back(static_cast<char>(below(once_in(3) ? 256 : 24)));
    return all;
  }

 private:
  std::string message_text() {
    constexpr const char* kTypes[] = {"uInt32", "int32", "sInt32", "float", "double",
                                      "string", "A",     "B",      "C"};
    constexpr const char* kOptions[] = {"required", "optional", "repeated"};
    std::string text;
    const std::uint64_t count = below(8);
    for (std::uint64_t i = 0; i < count; ++i) {
      const std::uint64_t type = below(std::size(kTypes));
      const std::uint64_t option = type > 5 ? 1 + below(2) : below(3);  // an end to recursion
      text += (i == 0 ? "\"" : ",\"") + std::string(kOptions[option]) + ' ' + kTypes[type] + " f" +
              std::to_string(i) + "\":" + std::to_string(1 + i * (1 + below(300)) % 7 + i * 7);
    }
    return '{' + text + '}';
  }

  Json value(const ProtoField& field, int depth) {
    const auto whole = static_cast<std::int64_t>(random_() >> (12 + below(52)));
    switch (field.kind) {
      case ProtoField::Kind::u_int32:
        return Json(whole);
      case ProtoField::Kind::s_int32:
        return Json(once_in(2) ? whole : -whole);
      case ProtoField::Kind::float32:
        return Json(double{static_cast<float>(whole) / 1024});
      case ProtoField::Kind::float64:
        return Json(static_cast<double>(whole) / 1000);
      case ProtoField::Kind::string:
        return Json(std::string(below(once_in(20) ? 300 : 12), 'x') + (once_in(4) ? "\u00e9" : ""));
      case ProtoField::Kind::message:
        break;
    }
    return object(*field.message, depth + 1);
  }

  std::mt19937_64 random_;
};

std::string raw(const ProtoMessage& schema, const Json& message) {
  Buffer out;
  const auto done = encode_protobuf(schema, type_of<Json>(), &message, out);
  if (!done) FAIL(done.error().text);
  return std::string(out.view());
}

// What holds for any bytes.
void check_any(const ProtoMessage& schema, std::string_view bytes) {
  const auto message = decoded(schema, bytes);
  const auto again = decoded(schema, bytes);
  REQUIRE(message.ok() == again.ok());
  // Whether the bytes are a message does not depend on who reads it.
  REQUIRE(message.ok() == decoded<Nothing>(schema, bytes).ok());
  if (!message) return;
  Buffer out;
  const Json& value = *message;
  if (encode_protobuf(schema, type_of<Json>(), &value, out))
    REQUIRE(decoded(schema, out.view()).ok());
}

}  // namespace

TEST_CASE("Objects of random schemas come back as they were, members in their order") {
  for (std::uint64_t seed = 1; seed <= 300; ++seed) {
    CAPTURE(seed);
    Dice dice(seed);
    const ProtoSchema schema = schema_of(dice.schema());
    const ProtoMessage& on = *schema.find("on");
    for (int i = 0; i < 5; ++i) {
      const Json message = dice.object(on, 0);
      const auto back = decoded(on, raw(on, message), {.values = 1'000'000});
      REQUIRE(back.ok());
      REQUIRE(back->dump() == message.dump());
    }
  }
}

TEST_CASE("Random bytes are a message or an error, and the same for every reader") {
  for (std::uint64_t seed = 1; seed <= 100; ++seed) {
    CAPTURE(seed);
    Dice dice(seed);
    const ProtoSchema schema = schema_of(dice.schema());
    for (int i = 0; i < 50; ++i) check_any(*schema.find("on"), dice.bytes(dice.below(80)));
  }
}

TEST_CASE("Messages with a few bytes changed, cut or doubled are a message or an error") {
  const ProtoSchema fixed = schema_of(kAllProtos);
  for (std::uint64_t seed = 1; seed <= 100; ++seed) {
    CAPTURE(seed);
    Dice dice(seed);
    const ProtoSchema any = schema_of(dice.schema());
    const ProtoMessage& on = seed % 2 == 0 ? *any.find("on") : *fixed.find("onAll");
    const std::string good = raw(on, dice.object(on, 0));
    if (good.empty()) continue;
    for (int i = 0; i < 30; ++i) {
      std::string bytes = good;
      const std::size_t at = dice.below(bytes.size());
      if (dice.once_in(3))
        bytes.resize(at);
      else if (dice.once_in(3))
        bytes.insert(at, good.substr(at, dice.below(9)));
      else
        bytes[at] = static_cast<char>(dice.below(256));
      check_any(on, bytes);
    }
  }
}
