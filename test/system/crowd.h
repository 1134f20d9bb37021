#pragma once

#include <deque>
#include <map>
#include <memory>
#include <random>
#include <set>
#include <string>
#include <vector>

#include "system/person.h"

namespace shaddock::system_test {

// A room whose people talk as fast as it carries their words, and a book of what everyone must
// hear. Those who stay hear every word exactly once and in the order of each speaker. One, the
// wanderer, says nothing, leaves and comes back all the time, and hears everything that is said
// between being let in and leaving. Each speaker has a few words on their way at most.
//
// A server that is late may refuse a word with 503. Then nobody may hear that one, and the speaker
// says it anew, a breath later and under the next number, until it is let through; whoever is
// refused too often in a row is a fault.
class TalkingRoom {
 public:
  TalkingRoom(net::Host& host, net::Address gate, std::string name, std::size_t people,
              std::uint64_t seed);

  void come();
  bool all_inside() const;
  void talk();
  void fall_silent() { silent_ = true; }
  // Silent, and everything that was said has been heard, also of the wanderer's journeys.
  bool settled() const;
  // Faults of what should have settled by now.
  void tell_unsettled();

  const std::vector<std::string>& faults() const { return faults_; }
  std::uint64_t heard() const { return heard_; }
  std::uint64_t heard_privately() const { return heard_privately_; }
  int journeys() const { return left_; }
  std::uint64_t refused() const { return refused_; }
  const std::vector<std::unique_ptr<Person>>& people() const { return people_; }

 private:
  struct Word {
    int missing;  // how many who stay must hear it yet
    bool accepted = false;
    std::vector<std::size_t> skipped_by{};  // who has heard a later one instead: was it refused?
  };
  struct Speaker {
    std::int64_t next = 0;   // number of the next word for all
    std::deque<Word> words;  // on their way
    std::set<std::int64_t> refused;
    std::int64_t next_private = 0;
    std::map<std::int64_t, std::size_t> private_words;  // on their way, and who is to hear them
    int owed = 0, owed_privately = 0;                   // refused, and not said anew
    int refusals = 0;                                   // in a row
    bool resting = false;
    std::int64_t first_missing() const { return next - static_cast<std::int64_t>(words.size()); }
    Word* find(std::int64_t number);  // null: heard by all who stay, or refused
  };
  struct Listener {
    std::vector<std::int64_t> next;      // of each speaker; -1: nothing heard since coming
    std::vector<std::int64_t> promised;  // the first word that must be heard
    std::vector<std::int64_t> next_private;
    int adds = 0, leaves = 0;
  };

  std::size_t wanderer() const { return people_.size() - 1; }
  bool stays(std::size_t who) const { return who != wanderer(); }
  void set_callbacks(std::size_t who);
  void be_inside(std::size_t who);
  void be_away(std::size_t who);
  void go_on(std::size_t speaker);
  void say_privately(std::size_t speaker);
  void hear(std::size_t who, const Person::Words& words);
  void hear_public(std::size_t who, std::size_t speaker, std::int64_t number);
  void hear_private(std::size_t who, std::size_t speaker, std::int64_t number);
  void skip(std::size_t who, std::size_t speaker, std::int64_t number);
  void answered(std::size_t speaker, std::int64_t number, int code);
  void answered_privately(std::size_t speaker, std::int64_t number, int code);
  void accept(std::size_t speaker, std::int64_t number);
  void refuse(std::size_t speaker, std::int64_t number);
  bool may_ask_again(std::size_t speaker, int code);
  void forget_heard(std::size_t speaker);
  void take_breath();
  void wander();
  void fault(std::size_t who, const std::string& what);

  net::Address gate_;
  std::string name_;
  std::mt19937_64 random_;
  std::vector<std::unique_ptr<Person>> people_;
  std::map<std::string, std::size_t> index_;
  std::vector<Speaker> speakers_;
  std::vector<Listener> listeners_;
  std::vector<std::string> faults_;
  bool silent_ = false, leaving_ = false;
  int unanswered_ = 0, came_ = 0, left_ = 0, heard_since_coming_ = 0;
  std::uint64_t heard_ = 0, heard_privately_ = 0, refused_ = 0;
  net::Timer breath_;
};

}  // namespace shaddock::system_test
