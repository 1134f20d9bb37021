#pragma once

#include "bench/micro/budget.h"

// Each file of benchmarks registers its own.
namespace shaddock::micro {

void add_client_codecs(Budget& budget);  // packages, message heads, bodies
void add_routing(Budget& budget);
void add_calls(Budget& budget);
void add_wire(Budget& budget);  // frames between servers, snapshots of sessions
void add_dispatch(Budget& budget);
void add_path(Budget& budget);  // all of it together, in both servers
void add_push();
void add_timers();
void add_framing();  // WebSocket, TLS

}  // namespace shaddock::micro
