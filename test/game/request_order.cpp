#include "request_order.h"

namespace shaddock::game {

void RequestOrder::started(Life life, SessionId, Visit visit, Number number) {
  Number& last = last_[{visit, life}];
  if (number <= last)
    findings_.add("G1", name(visit, number),
                  "started in life " + std::to_string(life) + " after message " +
                      std::to_string(last) + ", which was sent later");
  last = number;
}

}  // namespace shaddock::game
