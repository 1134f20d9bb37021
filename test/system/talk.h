#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "system/conversation.h"

namespace shaddock::system_test {

// People in many rooms who never stop talking: each says the next word a breath after the answer to
// the last, so that all keep to the thousand messages a second that a session may send.
class Talk {
 public:
  Talk(ChatCluster& cluster, int rooms) {
    for (int room = 0; room < rooms; ++room)
      for (auto& person : let_in(cluster, {"ann", "ben"}, "room" + std::to_string(room)))
        people_.push_back(std::make_unique<Talker>(cluster, *this, std::move(person)));
    for (const auto& talker : people_) talker->breath.start(kBreath);
  }

  // Until so many words more have been answered.
  bool goes_on(ChatCluster& cluster, std::uint64_t more = 500) {
    const std::uint64_t enough = answers() + more;
    return cluster.until([&] { return answers() >= enough; });
  }
  bool ends(ChatCluster& cluster) {
    silent_ = true;
    return cluster.until([this] { return talking_ == 0; });
  }
  // When it has ended: everybody says one more word, and all of each room hear it.
  bool everybody_hears(ChatCluster& cluster) {
    std::vector<std::size_t> heard(people_.size());
    for (std::size_t i = 0; i < people_.size(); ++i)
      people_[i]->person->on_words = [&heard, i](const Person::Words& words) {
        if (words.text == "the last word") ++heard[i];
      };
    for (const auto& talker : people_)
      talker->person->say("the last word", "*", [this](int code) { ++codes_[code]; });
    const bool all = cluster.until([&] {
      return std::all_of(heard.begin(), heard.end(),
                         [](std::size_t words) { return words == kInARoom; });
    });
    for (const auto& talker : people_) talker->person->on_words = nullptr;
    return all;
  }
  std::uint64_t answers() const {
    std::uint64_t all = 0;
    for (const auto& [code, count] : codes_) all += count;
    return all;
  }
  // What a machine that is too slow for its servers sheds (503) has not run, and is not counted.
  std::uint64_t lost() const { return answers() - count(200) - count(503); }
  // When all are silent, one in each room says something, and something else once everybody has
  // heard it: what came twice has come by then.
  bool all_hear_once(ChatCluster& cluster) {
    Heard heard;
    for (const auto& talker : people_)
      talker->person->on_words = [&heard, person = talker->person.get()](const auto& words) {
        ++heard[words.text][person];
      };
    const std::string first = "is everybody here?", second = "then let us begin";
    bool once = all_hear(cluster, first, heard) && all_hear(cluster, second, heard);
    for (const auto& [person, times] : heard[first]) once = once && times == 1;
    for (const auto& talker : people_) talker->person->on_words = nullptr;
    return once;
  }
  bool only(std::set<int> known) const {
    for (const auto& [code, count] : codes_)
      if (!known.contains(code)) return false;
    return true;
  }
  std::string told() const {
    std::string text = std::to_string(answers()) + " requests";
    for (const auto& [code, count] : codes_)
      text += ", " + std::to_string(count) + " answered " + std::to_string(code);
    return text;
  }
  bool all_inside() const {
    for (const auto& talker : people_)
      if (!talker->person->inside()) return false;
    return true;
  }

 private:
  std::uint64_t count(int code) const {
    const auto at = codes_.find(code);
    return at == codes_.end() ? 0 : at->second;
  }

  static constexpr net::Duration kBreath{3};
  static constexpr std::size_t kInARoom = 2;
  struct Talker {
    Talker(ChatCluster& cluster, Talk& talk, std::unique_ptr<Person> who)
        : person(std::move(who)),
          breath(cluster.host().loop.timers(), [this, &talk] { talk.go_on(*this); }) {}
    std::unique_ptr<Person> person;
    net::Timer breath;
  };

  using Heard = std::map<std::string, std::map<const Person*, int>>;
  bool all_hear(ChatCluster& cluster, const std::string& text, Heard& heard) {
    const auto answered = std::make_shared<std::size_t>(0);
    for (const auto& talker : people_)
      if (talker->person->name() == "ann")
        talker->person->say(text, "*", [answered](int code) { *answered += code == 200; });
    return cluster.until(
        [&] { return *answered == people_.size() / 2 && heard[text].size() == people_.size(); });
  }

  void go_on(Talker& talker) {
    if (silent_) return;
    ++talking_;
    talker.person->say("hello", "*", [this, &talker](int code) {
      --talking_;
      ++codes_[code];
      talker.breath.start(kBreath);
    });
  }

  std::map<int, std::uint64_t> codes_;
  int talking_ = 0;
  bool silent_ = false;
  std::vector<std::unique_ptr<Talker>> people_;
};

}  // namespace shaddock::system_test
