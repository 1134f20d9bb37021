#include "admin/user_table.h"

#include <algorithm>
#include <vector>

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

std::string padded(std::string text, std::size_t width) {
  text.append(width - std::min(width, text.size()) + 2, ' ');
  return text;
}

}  // namespace

std::string format_users(const AllUsersMessage& all, std::uint64_t most) {
  const Selection selection = select(all, most);
  std::size_t width = std::string_view("frontend").size();
  for (const Row& row : selection.rows) width = std::max(width, row.frontend.size());
  const std::size_t numbers = std::string_view("connections").size();
  std::string text = padded("frontend", width) + padded("connections", numbers) + "uid\n";
  for (const Row& row : selection.rows)
    text += padded(row.frontend, width) + padded(std::to_string(row.user.connections), numbers) +
            printable(row.user.uid, kLongestUid) + '\n';
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
