#include "admin/user_table.h"

#include <vector>

#include "admin/table.h"
#include "admin/text_tail.h"

namespace shaddock::admin {
namespace {

constexpr std::size_t kLongestUid = 128;

struct Row {
  const std::string& frontend;
  const UserMessage& user;
};

struct Selection {
  std::vector<Row> rows;
  std::uint64_t more = 0;
};

Selection select(const AllUsersMessage& all, std::uint64_t most) {
  Selection selection;
  for (const FrontendUsersMessage& frontend : all.frontends) {
    if (!frontend.said) continue;
    selection.more += frontend.said->more;
    for (const UserMessage& user : frontend.said->users) {
      if (selection.rows.size() < most)
        selection.rows.push_back({frontend.id, user});
      else
        ++selection.more;
    }
  }
  return selection;
}

}  // namespace

std::string format_users(const AllUsersMessage& all, std::uint64_t most) {
  const Selection selection = select(all, most);
  std::vector<std::vector<std::string>> lines{{"frontend", "connections", "uid"}};
  for (const Row& row : selection.rows)
    lines.push_back(
        {row.frontend, std::to_string(row.user.connections), printable(row.user.uid, kLongestUid)});
  std::string text = in_columns(lines);
  if (selection.more > 0) text += "and " + std::to_string(selection.more) + " more\n";
  return text;
}

Json to_json(const AllUsersMessage& all, std::uint64_t most) {
  const Selection selection = select(all, most);
  Json users = Json::array(), silent = Json::array();
  for (const Row& row : selection.rows)
    users.push_back(Json{
        {"frontend", row.frontend}, {"uid", row.user.uid}, {"connections", row.user.connections}});
  for (const FrontendUsersMessage& frontend : all.frontends)
    if (!frontend.said) silent.push_back(frontend.id);
  return Json{{"users", users}, {"more", selection.more}, {"silent", silent}};
}

}  // namespace shaddock::admin
