#include "options.h"

#include <charconv>
#include <map>
#include <string_view>

namespace shaddock::simulator {

const char* const kUsage =
    "usage: simulator [--seed N | --from N] [--seeds K] [--seconds S] [--sim-seconds T]\n"
    "                 [--faults 0,3] [--trace] [--shrink] [--twice] [--hash]\n";

namespace {

template <class T>
bool read(std::string_view text, T& value) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  return error == std::errc() && end == text.data() + text.size();
}

// "0,3,7", and "" for none.
bool read_list(std::string_view text, std::vector<std::size_t>& list) {
  if (text.empty()) return true;
  while (true) {
    const std::size_t comma = text.find(',');
    std::size_t value = 0;
    if (!read(text.substr(0, comma), value)) return false;
    list.push_back(value);
    if (comma == std::string_view::npos) return true;
    text.remove_prefix(comma + 1);
  }
}

bool apply(std::string_view name, std::string_view value, Options& options) {
  if (name == "--seed") {
    options.seeds = 1;
    return read(value, options.from);
  }
  if (name == "--from") return read(value, options.from);
  if (name == "--seeds") return read(value, options.seeds) && options.seeds > 0;
  if (name == "--seconds") return read(value, options.seconds) && options.seconds > 0;
  if (name == "--faults") {
    options.only_faults = true;
    return read_list(value, options.faults);
  }
  double seconds = 0;
  if (name != "--sim-seconds" || !read(value, seconds) || seconds < 0 || seconds > 3600)
    return false;
  options.sim_time =
      std::chrono::duration_cast<sim::Instant>(std::chrono::duration<double>(seconds));
  return true;
}

}  // namespace

std::optional<Options> parse_options(const std::vector<std::string>& words) {
  Options options;
  const std::map<std::string_view, bool*> flags{{"--trace", &options.trace},
                                                {"--shrink", &options.shrink},
                                                {"--twice", &options.twice},
                                                {"--hash", &options.hash},
                                                {"--help", &options.help}};
  for (std::size_t i = 0; i < words.size(); ++i) {
    if (const auto flag = flags.find(words[i]); flag != flags.end())
      *flag->second = true;
    else if (i + 1 == words.size() || !apply(words[i], words[i + 1], options))
      return std::nullopt;
    else
      ++i;
  }
  return options;
}

}  // namespace shaddock::simulator
