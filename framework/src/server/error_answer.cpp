#include "server/error_answer.h"

#include <shaddock/fields.h>

#include "base/json_codec.h"

namespace shaddock::server {

Json error_answer(const Error& error, bool with_text) {
  Json answer = Json::object();
  answer.set("code", error.code);
  if (with_text && !error.text.empty()) answer.set("message", error.text);
  if (error.body.is_object()) {
    for (const auto& member : error.body.as_object()) answer.set(member.name, member.value);
  }
  return answer;
}

void encode_error(const Error& error, bool with_text, Buffer& out) {
  encode_json(error_answer(error, with_text), out);
}

}  // namespace shaddock::server
