#pragma once

#include <shaddock/error.h>
#include <shaddock/server_info.h>

#include <string>
#include <vector>

namespace shaddock::app {

// What an entry of servers.json says, as key=value words: id, type, host, port, clientHost,
// clientPort and frontend; other keys belong to the application. A host that is not said is
// 127.0.0.1; one with a clientPort is a frontend unless it is said otherwise. The error names the
// word. Whether the parts fit together is not looked at.
Result<ServerInfo> entry_of_words(const std::vector<std::string>& words);

}  // namespace shaddock::app
