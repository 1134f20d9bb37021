#include "request_order.h"

#include <shaddock/error.h>

namespace shaddock::game {

void RequestOrder::answered(Visit visit, Number number, int code) {
  if (code == code::kServerLost) lost_.emplace(visit, number);
}

void RequestOrder::started(Life life, SessionId session, Visit visit, Number number) {
  Started& last = last_[{visit, life}];
  if (lost_.contains({visit, number}) && last.session != session && number < last.number) return;
  if (number <= last.number)
    findings_.add("G1", name(visit, number),
                  "started in life " + std::to_string(life) + " after message " +
                      std::to_string(last.number) + ", which was sent later");
  last = {number, session};
}

}  // namespace shaddock::game
