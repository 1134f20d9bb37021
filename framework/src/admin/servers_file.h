#pragma once

#include <shaddock/error.h>

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace shaddock::admin {

// The text of servers.json with one entry more or fewer. All other bytes stay as they are, and a
// new entry looks like the last one of its type: on one line or on several, indented as that one.
//
//   {"development": {"chat": [
//      {"id": "chat-server-1", "host": "127.0.0.1", "port": 6050},
//      {"id": "chat-server-2", "host": "127.0.0.1", "port": 6051}    <- here, a comma before it
//   ]}}
//
// What the entry says is not judged here, only what keeps it from being written: the text is no
// JSON, or has no place for it. Errors say where, as file:line:column.
struct ServersText {
  std::string file;  // for errors
  std::string text;
  std::string environment;
};

// Key and value as JSON: {"port", "6050"}.
using EntryMembers = std::vector<std::pair<std::string, std::string>>;

// What was typed as key=value. A value that reads as a number, true, false, an object or a list is
// one; of id, type, host and clientHost it is text, whatever it looks like.
Result<EntryMembers> parse_entry(const std::vector<std::string>& words);

Result<std::string> with_entry(const ServersText& servers, const std::string& type,
                               const EntryMembers& entry);
// The same for what was typed, type=TYPE among it.
Result<std::string> with_new_entry(const ServersText& servers, std::vector<std::string> words);
// The last one of a type goes with the whole list.
Result<std::string> without_entry(const ServersText& servers, const std::string& id);

}  // namespace shaddock::admin
