#include "protocol/dictionary.h"

#include <algorithm>
#include <set>

#include "base/crypto.h"
#include "base/json_writer.h"
#include "base/utf8.h"
#include "protocol/javascript_order.h"
#include "protocol/message.h"

namespace shaddock::protocol {
namespace {

constexpr std::size_t kMaxCodes = 65535;
constexpr std::string_view kUseDict = R"("useDict":true)";

std::optional<Error> check(const std::vector<std::string>& routes) {
  for (const std::string& route : routes) {
    if (route.empty() || route.size() > kMaxRoute)
      return Error(code::kFailed, "a route of the dictionary must have 1 to 255 bytes, not " +
                                      std::to_string(route.size()));
    if (!is_utf8(route)) return Error(code::kFailed, "a route of the dictionary is not UTF-8");
  }
  return std::nullopt;
}

}  // namespace

Dictionary::Dictionary() { prepare(); }

Dictionary::Dictionary(std::vector<std::string> routes) : routes_(std::move(routes)) {
  for (std::size_t i = 0; i < routes_.size(); ++i)
    codes_[routes_[i]] = static_cast<std::uint16_t>(i + 1);
  prepare();
}

Result<Dictionary> Dictionary::make(std::vector<std::string> handler_routes,
                                    const std::vector<std::string>& more) {
  if (const std::size_t count = handler_routes.size() + more.size(); count > kMaxCodes)
    return Error(code::kFailed, "the dictionary has room for 65535 routes, and there are " +
                                    std::to_string(count));
  if (auto wrong = check(handler_routes)) return std::move(*wrong);
  if (auto wrong = check(more)) return std::move(*wrong);
  std::ranges::sort(handler_routes, javascript_less);
  handler_routes.insert(handler_routes.end(), more.begin(), more.end());
  return Dictionary(std::move(handler_routes));
}

void Dictionary::prepare() {
  const std::string codes = route_to_code();
  version_ = base64(md5(codes));
  pitaya_member_ = "\"dict\":" + codes;
  all_members_ = pitaya_member_ + ",\"routeToCode\":" + codes +
                 ",\"codeToRoute\":" + code_to_route() + ",\"dictVersion\":\"" + version_ + "\"," +
                 std::string(kUseDict);
}

// A route that comes twice stands where it came first, with its later code.
std::string Dictionary::route_to_code() const {
  std::vector<std::string_view> names;
  std::set<std::string_view> seen;
  for (const std::string& route : routes_)
    if (seen.insert(route).second) names.push_back(route);
  std::ranges::stable_sort(names, {}, javascript_rank);

  Buffer text;
  text.push_back('{');
  for (const std::string_view name : names) {
    if (text.size() > 1) text.push_back(',');
    write_json_string(name, text);
    text.push_back(':');
    write_json_integer(*code(name), text);
  }
  text.push_back('}');
  return std::string(text.view());
}

std::string Dictionary::code_to_route() const {
  Buffer text;
  text.push_back('{');
  for (std::size_t i = 0; i < routes_.size(); ++i) {
    text.append(i == 0 ? "\"" : ",\"");
    write_json_unsigned(i + 1, text);
    text.append("\":");
    write_json_string(routes_[i], text);
  }
  text.push_back('}');
  return std::string(text.view());
}

std::optional<std::uint16_t> Dictionary::code(std::string_view route) const {
  const auto found = codes_.find(route);
  if (found == codes_.end()) return std::nullopt;
  return found->second;
}

std::string_view Dictionary::route(std::uint16_t code) const {
  if (code == 0 || code > routes_.size()) return {};
  return routes_[code - 1];
}

std::string_view Dictionary::sys_members(std::string_view client_version) const {
  return client_version == version_ ? kUseDict : std::string_view(all_members_);
}

}  // namespace shaddock::protocol
