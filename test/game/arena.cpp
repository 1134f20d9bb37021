#include "arena.h"

#include <cassert>
#include <set>

#include "server/running_server.h"
#include "session/channels.h"

namespace shaddock::game {

namespace {
thread_local Arena* current = nullptr;
constexpr LinkNumber kOwn = ~LinkNumber{0};  // to a session of this very server
}  // namespace

ArenaOfThisThread::ArenaOfThisThread(Arena& arena) { current = &arena; }
ArenaOfThisThread::~ArenaOfThisThread() { current = nullptr; }
Arena& ArenaOfThisThread::get() {
  assert(current != nullptr);
  return *current;
}

ServerLife::ServerLife(Arena& arena, Server& server, Life number)
    : arena_(arena), server_(server), number_(number) {}
ServerLife::~ServerLife() { checker().tell(&Guarantee::died, number_); }

server::RunningServer& ServerLife::running() {
  return static_cast<server::RunningServer&>(server_);
}
Checker& ServerLife::checker() { return arena_.checker(); }

session::SessionMoves::Now ServerLife::place_of(std::string_view frontend, SessionId session) {
  return static_cast<session::Channels&>(server_.channels()).moves().now(frontend, session);
}

void ServerLife::entered(const Session& session, Visit visit, const std::string& room) {
  const auto [frontend, id] = place_of(session.frontend(), session.id());
  const std::string name(frontend);
  guests_[id] = {visit, room, name, link_to(name)};
}

void ServerLife::left(const Session& session) {
  follow_moves();
  guests_[place_of(session.frontend(), session.id()).id].room.clear();
}

// Who has gone on at another frontend has another id.
void ServerLife::follow_moves() {
  std::vector<std::pair<SessionId, Guest>> moved;
  for (auto& [session, guest] : guests_) {
    if (guest.room.empty()) continue;
    const auto [frontend, id] = place_of(guest.frontend, session);
    if (id == session) continue;
    const std::string name(frontend);
    if (id != 0) moved.emplace_back(id, Guest{guest.visit, guest.room, name, link_to(name)});
    guest.room.clear();
  }
  for (auto& [session, guest] : moved) guests_[session] = std::move(guest);
}

// Whoever was linked all the time since it entered, and is no member any more.
void ServerLife::look_for_missing(const Channel& room, const std::vector<Member>& members) {
  std::set<SessionId> here;
  for (const Member& member : members) here.insert(member.session);
  for (auto& [session, guest] : guests_) {
    if (guest.room != room.name() || here.contains(session)) continue;
    if (guest.link != 0 && guest.link == link_to(guest.frontend))
      checker().tell(&Guarantee::missed, number_, session, guest.visit,
                     std::string_view(guest.room));
    guest.room.clear();
  }
}

void ServerLife::look_at_members(const Channel& room, const std::vector<Member>& members) {
  for (const Member& member : members) {
    const Guest& guest = guests_[member.session];
    if (guest.room.empty())
      checker().tell(&Guarantee::lingered, number_, member.session, guest.visit,
                     std::string_view(room.name()));
  }
}

// A number for each link that was ever seen; a link that sheds is as good as none.
LinkNumber ServerLife::link_to(const std::string& frontend) {
  if (frontend == server_.id()) return kOwn;
  cluster::Link* link = running().endpoint().find(frontend);
  if (link == nullptr || link->overloaded()) return 0;
  Path& path = paths_[frontend];
  if (path.handle.get() != link) path = {link->handle(), ++last_link_};
  return path.number;
}

std::vector<LinkNumber> ServerLife::links() {
  std::vector<LinkNumber> all{kOwn};
  for (const auto& [frontend, path] : paths_)
    if (path.handle.get() != nullptr && path.handle.get() == running().endpoint().find(frontend))
      all.push_back(path.number);
  return all;
}

void ServerLife::push_to_room(Channel& room) {
  const PushId push = next_push();
  std::vector<Target> targets;
  const std::vector<Member> members = room.members();
  follow_moves();
  look_for_missing(room, members);
  look_at_members(room, members);
  // A session that has moved behind the back of this server, and joined again, has two places: by
  // the later one it hears.
  std::map<Visit, LinkNumber> ways;
  for (const Member& member : members)
    ways[guests_[member.session].visit] = link_to(member.frontend);
  for (const auto& [visit, link] : ways) targets.push_back({visit, link});
  checker().tell(&Guarantee::pushed, push, targets);
  room.push(kNewsRoute, News{push.life, push.number, {}, {}});
}

void ServerLife::push_to_session(const Member& session, Visit visit) {
  const PushId push = next_push();
  const std::string frontend(place_of(session.frontend, session.session).frontend);
  checker().tell(&Guarantee::pushed, push, std::vector<Target>{{visit, link_to(frontend)}});
  server_.channels().push(kNewsRoute, News{push.life, push.number, {}, {}}, {&session, 1});
}

void ServerLife::push_to_uid(const Member& member) {
  const PushId push = next_push();
  checker().tell(&Guarantee::pushed_to_uid, push, member, link_to(member.frontend));
  const Member everywhere{member.uid, member.frontend, 0};
  server_.channels().push(kLetterRoute, News{push.life, push.number, member.uid, member.frontend},
                          {&everywhere, 1});
}

void ServerLife::push_to_all() {
  const PushId push = next_push();
  std::vector<Way> ways;
  for (const ServerInfo& one : server_.servers_by_type("connector"))
    if (one.up()) ways.push_back({one.id, link_to(one.id)});
  checker().tell(&Guarantee::pushed_to_all, push, ways);
  server_.channels().broadcast("connector", kLetterRoute, News{push.life, push.number, "", ""});
}

std::shared_ptr<ServerLife> Arena::life_of(Server& server) {
  for (const auto& [number, weak] : lives_)
    if (auto life = weak.lock(); life && &life->server() == &server) return life;
  last_life_ = on_life_ ? static_cast<Life>(server.info().incarnation) : last_life_ + 1;
  auto life = std::make_shared<ServerLife>(*this, server, last_life_);
  std::erase_if(lives_, [](const auto& one) { return one.second.expired(); });
  lives_[life->number()] = life;
  say(server.id(), [&] { return "is life " + std::to_string(life->number()); });
  if (on_life_) on_life_(life);
  return life;
}

std::vector<ServerLife*> Arena::lives() const {
  std::vector<ServerLife*> all;
  for (const auto& [number, weak] : lives_)
    if (auto life = weak.lock()) all.push_back(life.get());
  return all;
}

ServerLife* Arena::find(std::string_view server_id) const {
  ServerLife* found = nullptr;
  for (ServerLife* life : lives())
    if (life->server().id() == server_id) found = life;
  return found;
}

}  // namespace shaddock::game
