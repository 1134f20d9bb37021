#pragma once

#include <cstdint>

namespace shaddock::net {

// How many descriptors (connections, files) this process may hold: the soft RLIMIT_NOFILE. 0: the
// system does not tell, or there is no limit.
std::uint64_t descriptor_limit();

// Raises it as far as a process may by itself, to the hard limit, and returns what it is then. From
// any thread, any number of times; a process that is started later inherits it.
std::uint64_t raise_descriptor_limit();

}  // namespace shaddock::net
