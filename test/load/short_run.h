#pragma once

#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "load/command_line.h"
#include "load/run.h"

namespace shaddock::load {

// A run of a tenth of a second, without warm-up, as the words of the command line say.
inline LoadResult short_run(std::vector<std::string> words, double seconds = 0.1) {
  for (const char* word : {"--warmup", "0", "--quiet", "--seconds"}) words.push_back(word);
  words.push_back(std::to_string(seconds));
  const auto parsed = parse_options("shaddock load", words);
  REQUIRE_MESSAGE(parsed.options.has_value(), parsed.text);
  return Run(*parsed.options, {[](const std::string&) {}, [](const Second&) {}}).run();
}

inline std::string texts_of(const LoadResult& result) {
  std::string all;
  for (const auto& [text, times] : result.total.error_texts) all += text + '\n';
  return all;
}

}  // namespace shaddock::load
