#include "chronicle.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <tuple>

#include "words.h"

namespace shaddock::game {

namespace {

// Tells it again as it was told; false when the words are not those of such an event.
template <class... P>
bool again(WordReader& words, Checker& checker, void (Guarantee::*event)(P...)) {
  using Text = std::string;
  std::tuple<std::conditional_t<std::is_same_v<std::decay_t<P>, std::string_view>, Text,
                                std::decay_t<P>>...>
      all;
  std::apply([&](auto&... one) { (words.take(one), ...); }, all);
  if (words.fine()) std::apply([&](const auto&... one) { checker.tell(event, one...); }, all);
  return words.fine();
}

using Teller = bool (*)(WordReader&, Checker&);
template <auto Event>
bool tell_again(WordReader& words, Checker& checker) {
  return again(words, checker, Event);
}

const std::map<std::string_view, Teller>& tellers() {
  static const std::map<std::string_view, Teller> all{
      {"opened", tell_again<&Guarantee::opened>},
      {"will_think", tell_again<&Guarantee::will_think>},
      {"will_wait", tell_again<&Guarantee::will_wait>},
      {"may_come_back", tell_again<&Guarantee::may_come_back>},
      {"came_back", tell_again<&Guarantee::came_back>},
      {"turned_to", tell_again<&Guarantee::turned_to>},
      {"asked", tell_again<&Guarantee::asked>},
      {"notified", tell_again<&Guarantee::notified>},
      {"answered", tell_again<&Guarantee::answered>},
      {"echoed", tell_again<&Guarantee::echoed>},
      {"heard", tell_again<&Guarantee::heard>},
      {"heard_for", tell_again<&Guarantee::heard_for>},
      {"wrote", tell_again<&Guarantee::wrote>},
      {"kicked", tell_again<&Guarantee::kicked>},
      {"logging_out", tell_again<&Guarantee::logging_out>},
      {"logged_out", tell_again<&Guarantee::logged_out>},
      {"ended", tell_again<&Guarantee::ended>},
      {"started", tell_again<&Guarantee::started>},
      {"saw", tell_again<&Guarantee::saw>},
      {"pushed", tell_again<&Guarantee::pushed>},
      {"pushed_to_uid", tell_again<&Guarantee::pushed_to_uid>},
      {"pushed_to_all", tell_again<&Guarantee::pushed_to_all>},
      {"claimed", tell_again<&Guarantee::claimed>},
      {"bound", tell_again<&Guarantee::bound>},
      {"unbound", tell_again<&Guarantee::unbound>},
      {"missed", tell_again<&Guarantee::missed>},
      {"lingered", tell_again<&Guarantee::lingered>},
      {"stays", tell_again<&Guarantee::stays>},
      {"attended", tell_again<&Guarantee::attended>},
      {"framed", tell_again<&Guarantee::framed>},
      {"joined", tell_again<&Guarantee::joined>},
      {"closed", tell_again<&Guarantee::closed>},
      {"moved", tell_again<&Guarantee::moved>},
      {"kick_done", tell_again<&Guarantee::kick_done>},
      {"executed", tell_again<&Guarantee::executed>},
      {"call_failed", tell_again<&Guarantee::call_failed>},
      {"named", tell_again<&Guarantee::named>},
      {"told_to_stop", tell_again<&Guarantee::told_to_stop>},
      {"died", tell_again<&Guarantee::died>},
      {"healed", tell_again<&Guarantee::healed>},
  };
  return all;
}

}  // namespace

Result<Chronicle> Chronicle::read(const std::string& folder) {
  Chronicle all;
  std::vector<std::filesystem::path> files;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) files.push_back(entry);
  std::ranges::sort(files);
  for (const auto& file : files) {
    Life life = 0;  // stays so for who is no server
    const std::string name = file.filename().string();
    std::from_chars(name.data(), name.data() + name.size(), life);
    if (auto added = all.add_file(file.string(), life); !added) return std::move(added).error();
  }
  std::ranges::stable_sort(all.lines_, {}, &Line::when);
  return all;
}

Result<void> Chronicle::add_file(const std::string& path, Life life) {
  std::ifstream file(path);
  std::string line;
  std::int64_t last = 0;
  while (std::getline(file, line) && !file.eof()) {
    std::int64_t when = 0;
    WordReader(line).take(when);
    if (when < last) return Error(code::kFailed, path + ": " + line);
    last = when;
    lines_.push_back({when, line.substr(line.find(' ') + 1)});
  }
  if (life != 0) lines_.push_back({last, "died " + std::to_string(life)});
  return {};
}

Result<void> Chronicle::retell(Checker& checker, const std::vector<Life>& living) {
  for (const Line& line : lines_) {
    now_ = std::chrono::duration_cast<sim::Instant>(
        std::chrono::nanoseconds(line.when - lines_.front().when));
    if (!tell(line.words, checker, living))
      return Error(code::kFailed, "not to be read: " + line.words);
  }
  std::vector<std::pair<Life, LinkNumber>> links;
  for (const Life life : living)
    for (const LinkNumber link : links_[life]) links.emplace_back(life, link);
  checker.tell(&Guarantee::settled, links);
  return {};
}

bool Chronicle::tell(const std::string& words, Checker& checker, const std::vector<Life>& living) {
  WordReader reader(words);
  const std::string_view event = reader.word();
  const std::string_view rest =
      std::string_view(words).substr(std::min(words.size(), event.size() + 1));
  if (!note(event, rest)) return false;
  if (event == "links" || event == "figures") return true;
  Life life = 0;
  if (event == "died") WordReader(rest).take(life);
  if (life != 0 && std::ranges::find(living, life) != living.end()) return true;
  const auto teller = tellers().find(event);
  return teller != tellers().end() && teller->second(reader, checker);
}

// What is counted, and what no guarantee knows.
bool Chronicle::note(std::string_view event, std::string_view rest) {
  WordReader words(rest);
  if (event == "asked") ++counts_.requests;
  if (event == "heard" || event == "heard_for") ++counts_.pushes;
  if (event == "links") {
    Life life = 0;
    words.take(life);
    links_[life].clear();
    words.take(links_[life]);
  } else if (event == "figures") {
    Figures figures;
    words.take(figures);
    Figures& known = figures_[figures.server];
    if (figures.life >= known.life) known = figures;
  } else if (event == "answered") {
    Visit visit = 0;
    Number number = 0;
    int code = 0;
    words.take(visit);
    words.take(number);
    words.take(code);
    ++counts_.answers[code];
  } else if (event == "opened") {
    Visit visit = 0;
    std::string uid;
    words.take(visit);
    words.take(uid);
    ++counts_.visits;
    counts_.reconnects += !came_before_.insert({uid, true}).second;
  }
  return words.fine();
}

}  // namespace shaddock::game
