#include "app/join_words.h"

#include <algorithm>
#include <charconv>
#include <optional>
#include <string_view>
#include <utility>

namespace shaddock::app {
namespace {

bool read_port(std::string_view text, int& port) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), port);
  return error == std::errc() && end == text.data() + text.size() && port >= 1 && port <= 65535;
}

bool read_flag(std::string_view text, std::optional<bool>& flag) {
  if (text != "true" && text != "false") return false;
  flag = text == "true";
  return true;
}

// False when the value is not what the key needs.
bool take(ServerInfo& entry, std::optional<bool>& frontend, std::string_view key,
          std::string_view value) {
  if (key == "port") return read_port(value, entry.port);
  if (key == "clientPort") return read_port(value, entry.client_port);
  if (key == "frontend") return read_flag(value, frontend);
  for (const auto& [name, member] :
       {std::pair("id", &ServerInfo::id), std::pair("type", &ServerInfo::type),
        std::pair("serverType", &ServerInfo::type), std::pair("host", &ServerInfo::host),
        std::pair("clientHost", &ServerInfo::client_host)})
    if (key == name) return !(entry.*member = value).empty();
  std::erase_if(entry.extras, [&](const auto& extra) { return extra.first == key; });
  entry.extras.emplace_back(key, value);
  return true;
}

}  // namespace

Result<ServerInfo> entry_of_words(const std::vector<std::string>& words) {
  ServerInfo entry;
  entry.host = "127.0.0.1";
  std::optional<bool> frontend;
  for (const std::string_view word : words) {
    const std::size_t equals = word.find('=');
    if (equals == 0 || equals == std::string_view::npos)
      return Error(code::kBadMessage, "not a key=value: " + std::string(word));
    if (!take(entry, frontend, word.substr(0, equals), word.substr(equals + 1)))
      return Error(code::kBadMessage, "a wrong value: " + std::string(word));
  }
  entry.frontend = frontend.value_or(entry.client_port != 0);
  return entry;
}

}  // namespace shaddock::app
