#include "system/crowd.h"

#include <algorithm>
#include <charconv>

namespace shaddock::system_test {
namespace {

constexpr std::size_t kWindow = 4;
constexpr std::int64_t kPrivateEvery = 8;
constexpr int kWordsPerVisit = 100;
constexpr std::size_t kMostFaults = 20;

std::int64_t number_in(std::string_view text) {
  std::int64_t number = -1;
  std::from_chars(text.data() + 1, text.data() + text.size(), number);
  return number;
}

}  // namespace

TalkingRoom::TalkingRoom(net::Host& host, net::Address gate, std::string name, std::size_t people,
                         std::uint64_t seed)
    : gate_(std::move(gate)),
      name_(std::move(name)),
      random_(seed),
      speakers_(people),
      listeners_(people),
      breath_(host.loop.timers(), [this] { take_breath(); }) {
  for (std::size_t i = 0; i < people; ++i) {
    const auto transport = i % 2 == 0 ? client::Transport::tcp : client::Transport::websocket;
    people_.push_back(
        std::make_unique<Person>(host, name_ + "-" + std::to_string(i), name_, transport));
    index_[people_.back()->name()] = i;
    listeners_[i].next_private.assign(people, 0);
    set_callbacks(i);
  }
}

void TalkingRoom::set_callbacks(std::size_t who) {
  Person& person = *people_[who];
  person.on_inside = [this, who] { be_inside(who); };
  person.on_away = [this, who] { be_away(who); };
  person.on_words = [this, who](const Person::Words& words) { hear(who, words); };
  person.on_presence = [this, who](const std::string& what, const std::string& whom) {
    if (whom != people_[wanderer()]->name()) return;
    ++(what == "onAdd" ? listeners_[who].adds : listeners_[who].leaves);
  };
}

void TalkingRoom::be_inside(std::size_t who) {
  Listener& listener = listeners_[who];
  listener.promised.clear();
  for (const Speaker& speaker : speakers_) listener.promised.push_back(speaker.next);
  if (stays(who)) return;
  ++came_;
  heard_since_coming_ = 0;
}

void TalkingRoom::be_away(std::size_t who) {
  if (stays(who) || !std::exchange(leaving_, false))
    return fault(who, "lost the connection: " + people_[who]->refusal());
  if (!silent_) people_[who]->come(gate_);
}

void TalkingRoom::come() {
  for (std::size_t who = 0; who < people_.size(); ++who) {
    listeners_[who].next.assign(people_.size(), -1);
    if (stays(who)) people_[who]->come(gate_);
  }
}

bool TalkingRoom::all_inside() const {
  return std::all_of(people_.begin(), people_.end() - 1,
                     [](const auto& person) { return person->inside(); });
}

void TalkingRoom::talk() {
  people_[wanderer()]->come(gate_);
  for (std::size_t i = 0; i < wanderer(); ++i) go_on(i);
}

TalkingRoom::Word* TalkingRoom::Speaker::find(std::int64_t number) {
  const std::int64_t place = number - first_missing();
  const bool known = place >= 0 && number < next && !refused.contains(number);
  return known ? &words[static_cast<std::size_t>(place)] : nullptr;
}

void TalkingRoom::go_on(std::size_t who) {
  Speaker& speaker = speakers_[who];
  if (speaker.resting || !people_[who]->inside()) return;
  for (; speaker.owed_privately > 0; --speaker.owed_privately) say_privately(who);
  while ((!silent_ || speaker.owed > 0) && speaker.words.size() < kWindow) {
    if (speaker.owed > 0) --speaker.owed;
    const std::int64_t number = speaker.next++;
    speaker.words.push_back({static_cast<int>(wanderer())});
    ++unanswered_;
    people_[who]->say("a" + std::to_string(number), "*",
                      [this, who, number](int code) { answered(who, number, code); });
    if (!silent_ && speaker.next % kPrivateEvery == 0) say_privately(who);
  }
}

void TalkingRoom::say_privately(std::size_t who) {
  Speaker& speaker = speakers_[who];
  const std::size_t target = random_() % wanderer();
  const std::int64_t number = speaker.next_private++;
  speaker.private_words[number] = target;
  ++unanswered_;
  people_[who]->say("p" + std::to_string(number), people_[target]->name(),
                    [this, who, number](int code) { answered_privately(who, number, code); });
}

void TalkingRoom::answered(std::size_t who, std::int64_t number, int code) {
  --unanswered_;
  if (code == 200) return accept(who, number);
  if (may_ask_again(who, code)) refuse(who, number);
}

void TalkingRoom::answered_privately(std::size_t who, std::int64_t number, int code) {
  --unanswered_;
  Speaker& speaker = speakers_[who];
  if (code == 200) {
    speaker.refusals = 0;
    return;
  }
  if (!may_ask_again(who, code)) return;
  if (speaker.private_words.erase(number) == 0)
    fault(who, "was refused a private word that was heard");
  ++speaker.owed_privately;
}

void TalkingRoom::accept(std::size_t who, std::int64_t number) {
  Speaker& speaker = speakers_[who];
  speaker.refusals = 0;
  Word* word = speaker.find(number);
  if (word == nullptr) return;
  word->accepted = true;
  for (const std::size_t listener : word->skipped_by) skip(listener, who, number);
}

void TalkingRoom::refuse(std::size_t who, std::int64_t number) {
  Speaker& speaker = speakers_[who];
  Word* word = speaker.find(number);
  if (word == nullptr || word->missing != static_cast<int>(wanderer()))
    return fault(who, "was refused " + std::to_string(number) + ", which was heard");
  *word = {0};
  speaker.refused.insert(number);
  ++speaker.owed;
  forget_heard(who);
}

bool TalkingRoom::may_ask_again(std::size_t who, int code) {
  Speaker& speaker = speakers_[who];
  if (code != Person::kShed || ++speaker.refusals > Person::kMostRefusals) {
    fault(who, "was answered " + std::to_string(code));
    return false;
  }
  ++refused_;
  speaker.resting = true;
  if (!breath_.active()) breath_.start(Person::kBreath);
  return true;
}

void TalkingRoom::take_breath() {
  for (std::size_t who = 0; who < wanderer(); ++who)
    if (std::exchange(speakers_[who].resting, false)) go_on(who);
}

// Of those who stay: the wanderer may have skipped one that all others have heard.
void TalkingRoom::forget_heard(std::size_t who) {
  Speaker& speaker = speakers_[who];
  while (!speaker.words.empty() && speaker.words.front().missing == 0) {
    const std::vector<std::size_t> skipped_by = std::move(speaker.words.front().skipped_by);
    const std::int64_t number = speaker.first_missing();
    speaker.words.pop_front();
    for (const std::size_t listener : skipped_by) skip(listener, who, number);
  }
}

void TalkingRoom::hear(std::size_t who, const Person::Words& words) {
  const auto from = index_.find(words.from);
  if (from == index_.end()) return fault(who, "heard a stranger: " + words.from);
  const bool to_all = words.text.starts_with('a');
  if (words.target != (to_all ? "*" : people_[who]->name()))
    return fault(who, "heard what is for " + words.target);
  const std::int64_t number = number_in(words.text);
  to_all ? hear_public(who, from->second, number) : hear_private(who, from->second, number);
}

void TalkingRoom::hear_public(std::size_t who, std::size_t from, std::int64_t number) {
  ++heard_;
  std::int64_t& next = listeners_[who].next[from];
  const auto& promised = listeners_[who].promised;
  if (next < 0 && promised.empty()) next = number;  // said while its coming was being answered
  if (next < 0) next = std::min(number, promised[from]);
  if (number < next || speakers_[from].refused.contains(number))
    fault(who, "heard " + std::to_string(number) + " of " + people_[from]->name() + " instead of " +
                   std::to_string(next));
  for (; next < number; ++next) skip(who, from, next);
  next = number + 1;
  if (!stays(who)) {
    if (++heard_since_coming_ >= kWordsPerVisit) wander();
    return;
  }
  if (Word* word = speakers_[from].find(number)) --word->missing;
  forget_heard(from);
  go_on(from);
}

// As long as its speaker is not answered it may have been refused.
void TalkingRoom::skip(std::size_t who, std::size_t from, std::int64_t number) {
  Speaker& speaker = speakers_[from];
  if (speaker.refused.contains(number)) return;
  Word* word = speaker.find(number);
  if (word != nullptr && !word->accepted) return word->skipped_by.push_back(who);
  fault(who, "has not heard " + std::to_string(number) + " of " + people_[from]->name());
}

void TalkingRoom::hear_private(std::size_t who, std::size_t from, std::int64_t number) {
  ++heard_privately_;
  auto& words = speakers_[from].private_words;
  const auto word = words.find(number);
  if (word == words.end() || word->second != who)
    return fault(who, "heard a private word that is not on its way to it");
  words.erase(word);
  std::int64_t& next = listeners_[who].next_private[from];
  if (number < next) fault(who, "heard private words out of order");
  next = number + 1;
}

void TalkingRoom::wander() {
  if (silent_ || leaving_ || !people_[wanderer()]->inside()) return;
  ++left_;
  leaving_ = true;
  listeners_[wanderer()].next.assign(people_.size(), -1);
  listeners_[wanderer()].promised.clear();
  people_[wanderer()]->leave();
}

bool TalkingRoom::settled() const {
  const auto quiet = [](const Speaker& speaker) {
    return speaker.words.empty() && speaker.private_words.empty() && speaker.owed == 0 &&
           speaker.owed_privately == 0;
  };
  const auto informed = [this](const Listener& listener) {
    return listener.adds == came_ && listener.leaves == left_;
  };
  return silent_ && !leaving_ && unanswered_ == 0 &&
         people_[wanderer()]->state() != Person::State::coming &&
         std::all_of(speakers_.begin(), speakers_.end(), quiet) &&
         std::all_of(listeners_.begin(), listeners_.end() - 1, informed);
}

void TalkingRoom::tell_unsettled() {
  if (unanswered_ != 0) fault(0, "and others: unanswered " + std::to_string(unanswered_));
  for (std::size_t who = 0; who < wanderer(); ++who) {
    const Speaker& speaker = speakers_[who];
    const Listener& listener = listeners_[who];
    if (!speaker.words.empty() || !speaker.private_words.empty())
      fault(who, "was not heard by all since " + std::to_string(speaker.first_missing()));
    if (listener.adds != came_ || listener.leaves != left_)
      fault(who, "saw " + std::to_string(listener.adds) + " come, " +
                     std::to_string(listener.leaves) + " leave, not " + std::to_string(came_) +
                     " and " + std::to_string(left_));
  }
}

void TalkingRoom::fault(std::size_t who, const std::string& what) {
  if (faults_.size() < kMostFaults) faults_.push_back(people_[who]->name() + ' ' + what);
}

}  // namespace shaddock::system_test
