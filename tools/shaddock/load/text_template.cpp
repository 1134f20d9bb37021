#include "text_template.h"

#include <algorithm>
#include <charconv>

namespace shaddock::load {
namespace {

struct Name {
  std::string_view text;
  std::uint64_t Numbers::*number;
};

constexpr Name kNames[] = {
    {"{client}", &Numbers::client}, {"{room}", &Numbers::room}, {"{n}", &Numbers::n}};

const Name* name_at(std::string_view text) {
  const auto found = std::find_if(std::begin(kNames), std::end(kNames),
                                  [&](const Name& name) { return text.starts_with(name.text); });
  return found == std::end(kNames) ? nullptr : found;
}

bool take(std::string_view& text, std::string_view piece) {
  if (!text.starts_with(piece)) return false;
  text.remove_prefix(piece.size());
  return true;
}

}  // namespace

TextTemplate::TextTemplate(std::string_view text) {
  while (!text.empty()) {
    if (const Name* name = name_at(text)) {
      holes_.push_back({std::move(tail_), name->number});
      tail_.clear();
      text.remove_prefix(name->text.size());
    } else {
      tail_.push_back(text[0]);
      text.remove_prefix(1);
    }
  }
}

bool TextTemplate::names(std::uint64_t Numbers::*number) const {
  return std::any_of(holes_.begin(), holes_.end(),
                     [&](const Hole& hole) { return hole.number == number; });
}

void TextTemplate::fill(const Numbers& numbers, std::string& out) const {
  char digits[20];
  for (const Hole& hole : holes_) {
    out.append(hole.before);
    const auto end = std::to_chars(digits, digits + sizeof digits, numbers.*hole.number).ptr;
    out.append(digits, end);
  }
  out.append(tail_);
}

std::string TextTemplate::filled(const Numbers& numbers) const {
  std::string text;
  fill(numbers, text);
  return text;
}

std::optional<Numbers> TextTemplate::match(std::string_view text) const {
  Numbers numbers;
  for (const Hole& hole : holes_) {
    if (!take(text, hole.before)) return std::nullopt;
    auto& number = numbers.*hole.number;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc()) return std::nullopt;
    text.remove_prefix(static_cast<std::size_t>(end - text.data()));
  }
  if (text != tail_) return std::nullopt;
  return numbers;
}

}  // namespace shaddock::load
