#include "app/user_list.h"

#include <algorithm>

namespace shaddock::app {

admin::UsersMessage users_of(const session::FrontendSessions& sessions, std::uint64_t most) {
  admin::UsersMessage message;
  sessions.for_each_user([&](detail::FrontendState& first) {
    if (message.users.size() >= most) return;
    admin::UserMessage user;
    user.uid = first.data.uid;
    sessions.for_each_of(user.uid, [&](detail::FrontendState&) { ++user.connections; });
    message.users.push_back(std::move(user));
  });
  message.more = sessions.users() - message.users.size();
  std::sort(message.users.begin(), message.users.end(),
            [](const auto& one, const auto& two) { return one.uid < two.uid; });
  return message;
}

}  // namespace shaddock::app
