#include "answer_check.h"

#include <utility>

namespace shaddock::load {

AnswerCheck::AnswerCheck(std::string route, const std::optional<std::string>& expected)
    : route_(std::move(route)) {
  if (expected) expected_.emplace(*expected);
  constant_ = !expected_ || expected_->constant();
}

bool AnswerCheck::look(const Agreement& agreement, std::string_view body, const Numbers& numbers) {
  if (!constant_) {
    right_.clear();
    expected_->fill(numbers, right_);
    if (body == right_) return true;
  }
  const auto answer = agreement.decode(route_, body);
  if (!answer) return false;
  if (!expected_) {
    if (!is_good(*answer)) return false;
  } else {
    const auto expected = parse_json(expected_->filled(numbers));
    if (!expected || !(*answer == *expected)) return false;
  }
  if (constant_) right_ = body;
  return true;
}

bool is_good(const Json& answer) {
  const Json* code = answer.find("code");
  return code == nullptr || (code->is_number() && code->as_number() == code::kOk);
}

}  // namespace shaddock::load
