#include "base/json_codec.h"

#include <shaddock/json.h>

#include "base/json_stringify.h"
#include "fuzz/everything.h"
#include "fuzz/input.h"

// What parses is written, and parses again to the same text, as a tree and as a struct.

using namespace shaddock;

namespace {

std::string text_of_message(const fuzz::Everything& message) {
  Buffer out;
  encode_json(message, out);
  return std::string(out.view());
}

void check_tree(std::string_view text) {
  const auto value = parse_json(text);
  const Json given = json_or_empty(text);
  if (!value) {
    fuzz::require(!value.error().text.empty(), "an error says what is wrong");
    return fuzz::require(given == Json::object(), "what is no JSON is given as {}");
  }
  fuzz::require(given == *value, "what is JSON is given as it is");
  const std::string written = value->dump();
  const auto again = parse_json(written);
  fuzz::require(again.ok(), "what is written is JSON");
  fuzz::require(again->dump() == written, "and stays the same text");
  fuzz::require(*again == *value, "and the same value");
  const std::string signable = json_stringify(*value);
  const auto read = parse_json(signable);
  fuzz::require(read.ok() && json_stringify(*read) == signable, "as is what may be signed");
}

void check_struct(std::string_view text) {
  const auto message = decode_json<fuzz::Everything>(text);
  if (!message)
    return fuzz::require(message.error().code == code::kBadMessage && !message.error().text.empty(),
                         "an error is a 400 that says what is wrong");
  if (!text.empty()) fuzz::require(parse_json(text).ok(), "a message is JSON");
  const std::string written = text_of_message(*message);
  const auto again = decode_json<fuzz::Everything>(written);
  fuzz::require(again.ok(), "a message that was read can be sent");
  fuzz::require(text_of_message(*again) == written, "and arrives as it was sent");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text = fuzz::text_of(data, size);
  check_tree(text);
  check_struct(text);
  return 0;
}
