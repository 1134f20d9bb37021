#include "system/conversation.h"

#include <doctest/doctest.h>

namespace shaddock::system_test {

namespace {

constexpr net::Duration kBreath{2};

}  // namespace

void let_in(ChatCluster& cluster, Person& person) {
  person.come(cluster.gate());
  cluster.until([&] { return person.state() != Person::State::coming; });
  INFO(person.name(), " in ", person.room(), ": ", person.refusal());
  REQUIRE(person.inside());
}

std::vector<std::unique_ptr<Person>> let_in(ChatCluster& cluster,
                                            const std::vector<std::string>& names,
                                            const std::string& room) {
  std::vector<std::unique_ptr<Person>> people;
  for (const std::string& name : names) {
    people.push_back(std::make_unique<Person>(cluster.host(), name, room));
    let_in(cluster, *people.back());
  }
  return people;
}

Conversation::Conversation(ChatCluster& cluster, const std::string& room)
    : people_(let_in(cluster, {"ann", "ben"}, room)),
      breath_(cluster.host().loop.timers(), [this] { say_next(*next_); }) {
  listen(*people_[0], *people_[1]);
  listen(*people_[1], *people_[0]);
  say_next(*people_[0]);
}

void Conversation::listen(Person& listener, Person& other) {
  listener.on_away = [this, &listener] { faults_.push_back(listener.name() + " was sent away"); };
  listener.on_words = [this, &listener, &other](const Person::Words& words) {
    if (words.from == listener.name()) return;
    if (words != Person::Words{std::to_string(said_), other.name(), listener.name()})
      faults_.push_back("heard " + words.text + " when " + std::to_string(said_) + " was said");
    ++heard_;
    next_ = &listener;
    breath_.start(kBreath);
  };
}

void Conversation::say_next(Person& speaker) {
  const Person& other = &speaker == people_[0].get() ? *people_[1] : *people_[0];
  speaker.say(std::to_string(++said_), other.name(), [this](int code) {
    if (code != 200) faults_.push_back("code " + std::to_string(code));
  });
}

bool Conversation::goes_on(ChatCluster& cluster, int words) {
  const int enough = heard_ + words;
  return cluster.until([&] { return heard_ >= enough || !faults_.empty(); }) && faults_.empty();
}

}  // namespace shaddock::system_test
