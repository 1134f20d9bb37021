#include "server/pitaya_error.h"

#include <string>

#include "base/json_codec.h"

namespace shaddock::server {

namespace {

std::string_view words_of(int code) {
  switch (code) {
    case 0:
      return "the handler failed";
    case 400:
      return "bad request";
    case 404:
      return "no such route";
    case 408:
    case 504:
      return "too late";
    case 413:
      return "too large";
    case 429:
      return "too many requests";
    case 500:
      return "internal error";
    default:
      return "not possible now";
  }
}

std::string name_of(int code) {
  if (code == 408) code = 504;
  std::string digits = std::to_string(code);
  if (digits.size() < 3) digits.insert(0, 3 - digits.size(), '0');
  return "PIT-" + digits;
}

std::string as_text(const Json& value) {
  if (value.is_string()) return value.as_string();
  Buffer text;
  encode_json(value, text);
  return std::string(text.view());
}

Json metadata_of(const Json& body) {
  Json metadata = Json::object();
  if (!body.is_object()) return metadata;
  for (const auto& member : body.as_object()) {
    if (member.name != "code" && member.name != "message")
      metadata.set(member.name, as_text(member.value));
  }
  return metadata;
}

}  // namespace

void encode_pitaya_error(int code, std::string_view text, const Json& body, Buffer& out) {
  Json answer = Json::object();
  answer.set("code", name_of(code));
  answer.set("msg", std::string(text.empty() ? words_of(code) : text));
  if (Json metadata = metadata_of(body); !metadata.as_object().empty())
    answer.set("metadata", std::move(metadata));
  encode_json(answer, out);
}

}  // namespace shaddock::server
