#pragma once

#include <cstdint>
#include <string>

#include "guarantee.h"

namespace shaddock::game {

class ServerLife;

// What a server counts, to be held against what is known to be true when all is quiet.
struct Figures {
  Life life = 0;
  std::string server;
  std::int64_t connections = 0, sessions = 0, bound = 0, waiting_calls = 0, members = 0,
               running_handlers = 0;
  bool operator==(const Figures&) const = default;
};
Figures figures_of(ServerLife& life);

// G14: `what` of that server is what it must be.
void expect(Findings& findings, const std::string& server, const char* what, std::int64_t found,
            std::int64_t expected);
// G8, G14: on a connector where so many players rest, all of them logged in.
void expect_visitors(Findings& findings, const Figures& figures, std::int64_t visitors);
// G8, G14: everybody has gone.
void expect_nobody(Findings& findings, const Figures& figures);

}  // namespace shaddock::game
