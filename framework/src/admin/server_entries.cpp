#include "admin/server_entries.h"

#include <algorithm>
#include <array>
#include <charconv>

#include "admin/entry_reader.h"
#include "admin/listener_entries.h"
#include "admin/misspelling.h"

namespace shaddock::admin {
namespace {

constexpr int kMaxClusterCount = 1000;

constexpr std::array<std::string_view, 16> kKnownKeys = {
    "id",         "host",         "port", "clientPort",   "clientHost",    "frontend",
    "serverType", "args",         "cpu",  "auto-restart", "restart-force", "max-connections",
    "weight",     "clusterCount", "tls",  "listeners"};
// Those that have a place of their own in ServerInfo, or served their purpose when the entry was
// read.
constexpr std::array<std::string_view, 10> kOwnKeys = {
    "id",       "host",       "port",         "clientPort", "clientHost",
    "frontend", "serverType", "clusterCount", "tls",        "listeners"};

bool is_one_of(std::string_view key, std::span<const std::string_view> keys) {
  return std::ranges::find(keys, key) != keys.end();
}

// The number before the signs of "3050++", which counts up from clone to clone.
std::optional<int> counting_base(const Node* value) {
  if (value == nullptr || value->kind != Node::Kind::string || !value->text.ends_with("++"))
    return std::nullopt;
  const char* end = value->text.data() + value->text.size() - 2;
  int base = 0;
  const auto [stop, error] = std::from_chars(value->text.data(), end, base);
  if (error != std::errc() || stop != end || base < 0) return std::nullopt;
  return base;
}

// Ports of the clones of one entry.
struct PortPlan {
  int first = 0;  // 0: none
  int step = 0;
  int of(int clone) const { return first + step * clone; }
};

class TypeReader {
 public:
  TypeReader(const Section& section, std::string type, std::vector<Problem>& problems,
             std::vector<ServerEntry>& entries)
      : section_(section), type_(std::move(type)), problems_(problems), entries_(entries) {}

  void read(const Node& node, const std::string& path) {
    EntryReader entry(*section_.document, node, path, problems_);
    if (node.kind != Node::Kind::object)
      return entry.error("", "must be an object that describes a server, got " + node.describe());
    entry.check_spelling(kKnownKeys);
    check_keys(entry);
    const int count = entry.integer("clusterCount", 1, kMaxClusterCount).value_or(1);
    const bool cluster = entry.find("clusterCount") != nullptr;
    const ServerInfo info = common_part(entry, cluster);
    const PortPlan port = plan_port(entry, "port", cluster, count);
    const PortPlan client_port = plan_port(entry, "clientPort", cluster, count);
    for (int i = 0; i < count; ++i) {
      ServerInfo clone = info;
      if (cluster) clone.id = "cluster-server-" + type_ + '-' + std::to_string(sequence_++);
      clone.port = port.of(i);
      clone.client_port = client_port.of(i);
      clone.extras = extras(entry, cluster, i);
      // What is wrong is the same for all clones: said once.
      std::vector<Problem> said;
      std::vector<Problem>& problems = i == 0 ? problems_ : said;
      EntryReader ports(*section_.document, node, path, problems);
      auto listeners =
          read_listeners(ports, *section_.document, problems, clone.client_port, cluster, i);
      entries_.push_back(
          {std::move(clone), &node, path, std::move(listeners), listeners_text(entry)});
    }
  }

 private:
  void check_keys(EntryReader& entry) {
    if (const auto type = entry.text("serverType"); type && *type != type_)
      entry.error("serverType", "is \"" + *type + "\" inside the list of \"" + type_ + '"');
    entry.integer("max-connections", 1, INT32_MAX);
    entry.flag("auto-restart");
    entry.flag("restart-force");
    if (const Node* weight = entry.find("weight"); weight != nullptr && weight->number <= 0)
      entry.error("weight", "must be a number above 0, got " + weight->describe());
    if (entry.find("wsPort") != nullptr)
      entry.warning("wsPort", "not used any more; the port of clients is clientPort");
  }

  ServerInfo common_part(EntryReader& entry, bool cluster) {
    constexpr std::string_view kId[] = {"id"}, kHost[] = {"host"}, kClientPort[] = {"clientPort"},
                               kPort[] = {"port"};
    ServerInfo info;
    info.type = type_;
    if (!cluster) entry.require(kId);
    info.id = entry.name("id").value_or("");
    entry.require(kHost);
    info.host = entry.host("host").value_or("");
    info.client_host = entry.host("clientHost").value_or("");
    info.frontend = entry.flag("frontend").value_or(false);
    if (info.frontend)
      entry.require(kClientPort);
    else
      entry.require(kPort);
    for (const std::string_view key : {"tls", "listeners"}) {
      if (!info.frontend && entry.find(key) != nullptr)
        entry.error(key, "only a frontend has ports for clients");
    }
    if (!info.frontend && entry.find("clientPort") != nullptr)
      entry.warning("clientPort", "no client can connect to it without \"frontend\": true");
    return info;
  }

  static std::string listeners_text(const EntryReader& entry) {
    std::string text;
    for (const std::string_view key : {"tls", "listeners"})
      if (const Node* value = entry.find(key)) text += '\n' + to_text(*value);
    return text;
  }

  static std::vector<std::pair<std::string, std::string>> extras(const EntryReader& entry,
                                                                 bool cluster, int index) {
    std::vector<std::pair<std::string, std::string>> found;
    for (const Node::Member& member : entry.object().members) {
      if (is_one_of(member.name, kOwnKeys) || entry.find(member.name) != &member.value) continue;
      const auto base = cluster ? counting_base(&member.value) : std::nullopt;
      found.emplace_back(
          member.name, base ? std::to_string(std::int64_t{*base} + index) : to_text(member.value));
    }
    return found;
  }

  PortPlan plan_port(EntryReader& entry, std::string_view key, bool cluster, int count) {
    const auto base = counting_base(entry.find(key));
    if (!base) return {entry.port(key).value_or(0), 0};
    if (!cluster) {
      entry.error(
          key, "a port that counts up needs \"clusterCount\", got " + entry.find(key)->describe());
      return {};
    }
    const std::int64_t last = std::int64_t{*base} + count - 1;
    if (*base >= 1 && last <= 65535) return {*base, 1};
    entry.error(key, "must be from 1 to 65535, but counts from " + std::to_string(*base) + " to " +
                         std::to_string(last));
    return {};
  }

  const Section& section_;
  std::string type_;
  std::vector<Problem>& problems_;
  std::vector<ServerEntry>& entries_;
  int sequence_ = 0;
};

void check_type(const Document& document, const Node::Member& member, const std::string& path,
                const std::vector<std::string>& known_types, std::vector<Problem>& problems) {
  const auto report = [&](std::string what) {
    problems.push_back({document.file, member.line, member.column, path, std::move(what), false});
  };
  if (!is_name(member.name))
    return report("a server type is made of 1 to 64 letters, digits, - or _");
  if (member.name == "master")
    return report("a server type may not be called master; the master is in master.json");
  if (known_types.empty() || std::ranges::find(known_types, member.name) != known_types.end())
    return;

  std::string list;
  for (const std::string& type : known_types) list += (list.empty() ? "" : ", ") + type;
  const std::vector<std::string_view> words(known_types.begin(), known_types.end());
  std::string what = "the application has no server type \"" + member.name + '"';
  if (const auto meant = meant_by(member.name, words); !meant.empty())
    what += " (did you mean \"" + std::string(meant) + "\"?)";
  report(what + "; it has: " + list);
}

}  // namespace

std::vector<ServerEntry> read_server_entries(const Section& section,
                                             const std::vector<std::string>& known_types,
                                             std::vector<Problem>& problems) {
  std::vector<ServerEntry> entries;
  const Document& document = *section.document;
  if (section.node->kind != Node::Kind::object) {
    problems.push_back(
        document.error(*section.node, section.path,
                       "must be an object with a list of servers for each server type, got " +
                           section.node->describe()));
    return entries;
  }
  for (const Node::Member& member : section.node->members) {
    const std::string path = section.path.empty() ? member.name : section.path + '.' + member.name;
    check_type(document, member, path, known_types, problems);
    if (member.value.kind != Node::Kind::array) {
      problems.push_back(document.error(
          member.value, path, "must be a list of servers, got " + member.value.describe()));
      continue;
    }
    if (member.value.items.empty())
      problems.push_back(document.warning(member.value, path, "no servers of this type"));
    TypeReader type(section, member.name, problems, entries);
    for (std::size_t i = 0; i < member.value.items.size(); ++i)
      type.read(member.value.items[i], path + '[' + std::to_string(i) + ']');
  }
  return entries;
}

}  // namespace shaddock::admin
