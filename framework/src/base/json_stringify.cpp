#include "base/json_stringify.h"

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

#include "base/json_writer.h"

namespace shaddock {
namespace {

void stringify(const Json& value, Buffer& out);

std::optional<std::uint32_t> array_index(std::string_view name) {
  constexpr std::uint32_t kLast = UINT32_MAX - 1;
  if (name.empty() || (name[0] == '0' && name.size() > 1)) return std::nullopt;
  std::uint32_t index = 0;
  const auto [end, wrong] = std::from_chars(name.data(), name.data() + name.size(), index);
  if (wrong != std::errc() || end != name.data() + name.size() || index > kLast)
    return std::nullopt;
  return index;
}

class MembersWriter {
 public:
  explicit MembersWriter(Buffer& out) : out_(out) { out_.push_back('{'); }

  void write(const Json::Member& member) {
    if (!std::exchange(first_, false)) out_.push_back(',');
    write_json_string_unescaped(member.name, out_);
    out_.push_back(':');
    stringify(member.value, out_);
  }
  void end() { out_.push_back('}'); }

 private:
  Buffer& out_;
  bool first_ = true;
};

void stringify_members(const Json::Object& members, Buffer& out) {
  std::vector<std::pair<std::uint32_t, const Json::Member*>> indexed;
  std::vector<const Json::Member*> named;
  for (const Json::Member& member : members) {
    if (const auto index = array_index(member.name)) {
      indexed.emplace_back(*index, &member);
    } else {
      named.push_back(&member);
    }
  }
  std::ranges::sort(indexed, {}, [](const auto& entry) { return entry.first; });

  MembersWriter writer(out);
  for (const auto& [index, member] : indexed) writer.write(*member);
  for (const Json::Member* member : named) writer.write(*member);
  writer.end();
}

void stringify_items(const Json::Array& items, Buffer& out) {
  out.push_back('[');
  for (std::size_t i = 0; i < items.size(); ++i) {
    if (i != 0) out.push_back(',');
    stringify(items[i], out);
  }
  out.push_back(']');
}

void stringify(const Json& value, Buffer& out) {
  if (value.is_null()) return out.append("null");
  if (value.is_bool()) return out.append(value.as_bool() ? "true" : "false");
  if (value.is_number()) return write_json_number(value.as_number(), out);
  if (value.is_string()) return write_json_string_unescaped(value.as_string(), out);
  if (value.is_object()) return stringify_members(value.as_object(), out);
  stringify_items(value.as_array(), out);
}

}  // namespace

std::string json_stringify(const Json& value) {
  Buffer out;
  stringify(value, out);
  return std::string(out.view());
}

}  // namespace shaddock
