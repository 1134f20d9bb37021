#include "server/error_answer.h"

#include <shaddock/fields.h>

#include "base/json_codec.h"

namespace shaddock::server {

void encode_error(const Error& error, bool with_text, Buffer& out) {
  Json answer = Json::object();
  answer.set("code", error.code);
  if (with_text && !error.text.empty()) answer.set("message", error.text);
  if (error.body.is_object()) {
    for (const auto& member : error.body.as_object()) answer.set(member.name, member.value);
  }
  encode_json(answer, out);
}

}  // namespace shaddock::server
