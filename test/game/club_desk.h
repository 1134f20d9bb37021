#pragma once

#include <shaddock/shaddock.h>

#include <map>
#include <string>
#include <utility>

#include "desk.h"

namespace shaddock::game {

// Of chat servers: clubs, whose members are uids on frontends. Connectors keep them there by
// stay_joined(), so whoever joins or leaves may do it twice, and who leaves may be no member.
class ClubRemote final : Desk {
 public:
  using Desk::Desk;
  Done join(const ClubGuest& guest);
  void leave(const ClubGuest& guest);

 private:
  Channel& channel_of(const std::string& club);

  using Person = std::pair<std::string, std::string>;  // uid and frontend: one member
  struct Sessions {
    Life frontend = 0;            // those of earlier lives are no more
    std::map<Visit, int> visits;  // and their hops so far
  };
  using People = std::map<Person, Sessions>;
  void forget_moved(const std::string& club, People& people);
  void forget_elsewhere(People& people, const ClubGuest& guest);

  std::map<std::string, People> guests_;  // by club
};

}  // namespace shaddock::game
