#include "rules.h"

#include "chance.h"

namespace shaddock::game {

Rules rules_of(std::uint64_t seed) {
  using SingleLogin = Settings::Connector::SingleLogin;
  Chance chance(seed ^ 0x901e5);
  const auto dice = chance.from_to(0, 4);
  Rules rules;
  rules.single_login = dice < 2   ? SingleLogin::kick_old
                       : dice < 4 ? SingleLogin::refuse_new
                                  : SingleLogin::off;
  rules.clubs = chance.from_to(0, 1) == 0;
  return rules;
}

}  // namespace shaddock::game
