#pragma once

#include <shaddock/error.h>

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace shaddock::protocol {

// Routes as 16-bit codes: those of all handlers, sorted by UTF-16 code units, from 1; then those of
// dictionary.json in their order. A route that comes twice is encoded with its later code, and both
// codes mean it. The version is base64(MD5(JSON of route to code)), as Pomelo makes it.
class Dictionary {
 public:
  Dictionary();  // knows no route
  // Error when there are more than 65535 codes or a route is empty, longer than kMaxRoute or not
  // UTF-8.
  static Result<Dictionary> make(std::vector<std::string> handler_routes,
                                 const std::vector<std::string>& more = {});

  std::optional<std::uint16_t> code(std::string_view route) const;
  // Empty: no route has that code.
  std::string_view route(std::uint16_t code) const;
  const std::string& version() const { return version_; }

  // Members of the handshake's "sys", without braces: dict, routeToCode, codeToRoute, dictVersion
  // and useDict for a client with another version, useDict alone for one with this.
  std::string_view sys_members(std::string_view client_version) const;
  // What Pitaya's clients get: "dict":{..}
  std::string_view pitaya_member() const { return pitaya_member_; }

 private:
  explicit Dictionary(std::vector<std::string> routes);
  void prepare();
  std::string route_to_code() const;
  std::string code_to_route() const;

  std::vector<std::string> routes_;  // the code is the index plus 1
  std::map<std::string, std::uint16_t, std::less<>> codes_;
  std::string version_, all_members_, pitaya_member_;
};

}  // namespace shaddock::protocol
