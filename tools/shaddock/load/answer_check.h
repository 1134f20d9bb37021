#pragma once
// Whether answers are what they should be. The first one is decoded and judged; those that are the
// same bytes are right without another look. An answer is right when it is, as a JSON value, what
// was expected; without an expectation, when it has no "code" other than 200.

#include <optional>
#include <string>
#include <string_view>

#include "agreement.h"
#include "text_template.h"

namespace shaddock::load {

class AnswerCheck {
 public:
  AnswerCheck(std::string route, const std::optional<std::string>& expected);

  bool right(const Agreement& agreement, std::string_view body, const Numbers& numbers) {
    if (constant_ && body == right_ && !right_.empty()) [[likely]]
      return true;
    return look(agreement, body, numbers);
  }

 private:
  bool look(const Agreement& agreement, std::string_view body, const Numbers& numbers);

  std::string route_;
  std::optional<TextTemplate> expected_;
  bool constant_;
  std::string right_;  // the last that was found right; with numbers in it: the one expected now
};

// Whether an answer has no "code" but 200.
bool is_good(const Json& answer);

}  // namespace shaddock::load
