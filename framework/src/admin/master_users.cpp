#include "admin/ask_all.h"
#include "admin/master.h"
#include "admin/verbs.h"

// What the console asks the master about clients: who is there, and to send one away.
namespace shaddock::admin {
namespace {

constexpr net::Duration kLimit{1000};

}  // namespace

std::vector<std::string> Master::frontends() const {
  std::vector<std::string> ids;
  for (const Registry::Member& member : registry_->members())
    if (member.info.frontend && member.joined) ids.push_back(member.info.id);
  return ids;
}

void Master::list_users(const UsersRequest& request, cluster::IncomingCall call) {
  auto ids = frontends();
  ask_all<UsersMessage>(
      *endpoint_, rpc_, ids, verb::kUsers, request, kLimit,
      [ids, call = std::move(call)](std::vector<std::optional<UsersMessage>> said) mutable {
        AllUsersMessage all;
        for (std::size_t i = 0; i < ids.size(); ++i)
          all.frontends.push_back({ids[i], std::move(said[i])});
        answer(call, all);
      });
}

void Master::kick_user(const KickRequest& request, cluster::IncomingCall call) {
  auto ids = frontends();
  ask_all<KickedMessage>(
      *endpoint_, rpc_, ids, verb::kKick, request, kLimit,
      [ids, call = std::move(call)](std::vector<std::optional<KickedMessage>> said) mutable {
        AllKickedMessage all;
        for (std::size_t i = 0; i < ids.size(); ++i) {
          if (said[i]) all.sessions += said[i]->sessions;
          if (!said[i]) all.silent.push_back(ids[i]);
        }
        answer(call, all);
      });
}

}  // namespace shaddock::admin
