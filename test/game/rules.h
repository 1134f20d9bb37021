#pragma once

#include <shaddock/settings.h>

#include <cstdint>

namespace shaddock::game {

// What differs between games: part of them play with single login, and part keep their clubs by
// stay_joined().
struct Rules {
  Settings::Connector::SingleLogin single_login = Settings::Connector::SingleLogin::off;
  bool clubs = false;

  // Then some players come with a uid that is another's, and some as another kind of connection.
  bool rivals() const { return single_login != Settings::Connector::SingleLogin::off; }
};

// The seed alone says it.
Rules rules_of(std::uint64_t seed);

}  // namespace shaddock::game
