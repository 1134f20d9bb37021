#include "admin/joined_servers.h"

#include "admin/join_rules.h"
#include "admin/registration.h"
#include "base/json_codec.h"

namespace shaddock::admin {
namespace {

constexpr unsigned kPrivateFile = 0600;

struct Content {
  std::vector<JoinMessage> servers;
  static void fields(auto& m, auto&& f) { f("servers", m.servers); }
};

}  // namespace

std::vector<JoinedServers::Entry> JoinedServers::load() {
  entries_.clear();
  const auto text = files_.read(path_);
  if (!text || !*text) return {};
  auto content = decode_json<Content>(**text);
  if (!content) return {};
  for (JoinMessage& message : content->servers) {
    Entry entry{to_info(std::move(message.server)), message.pid};
    if (wrong_with_entry(entry.server).empty() && entries_.size() < kMost)
      entries_.push_back(std::move(entry));
  }
  return entries_;
}

Result<void> JoinedServers::put(const ServerInfo& server, int pid) {
  std::erase_if(entries_, [&](const Entry& entry) { return entry.server.id == server.id; });
  entries_.push_back({server, pid});
  return write();
}

Result<void> JoinedServers::remove(const std::string& id) {
  if (std::erase_if(entries_, [&](const Entry& entry) { return entry.server.id == id; }) == 0)
    return {};
  return write();
}

Result<void> JoinedServers::write() {
  if (entries_.empty()) return files_.remove(path_);
  Content content;
  for (const Entry& entry : entries_)
    content.servers.push_back({to_message(entry.server), entry.pid});
  Buffer text;
  encode_json(content, text);
  text.append("\n");
  return files_.replace(path_, text.view(), kPrivateFile);
}

}  // namespace shaddock::admin
