#pragma once

#include <shaddock/channel.h>

#include <list>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "cluster/view.h"
#include "session/push.h"
#include "session/session_moves.h"

namespace shaddock::session {

class Channels;
struct MovedSession;

// Members in the order of joining, and per frontend the targets of a push. Invariant: a member
// stands in the list, in the index of its uid or session, and in its frontend's group, or in none
// of them.
class RoomChannel final : public Channel {
 public:
  RoomChannel(std::string name, Channels& owner);
  ~RoomChannel() override;

  bool add(const Session& session) override;
  bool add(std::string_view uid, std::string_view frontend) override;
  bool leave(const Session& session) override;
  bool leave(std::string_view uid, std::string_view frontend) override;
  void on_lost(Function<void(const Member&)> callback) override {
    on_lost_ = std::make_shared<Function<void(const Member&)>>(std::move(callback));
  }
  std::vector<Member> members() const override;
  const Member* find(std::string_view uid) const override;
  std::size_t size() const override { return members_.size(); }

  // A member that was lost, and who wants to hear of it: told when all have left, because the
  // callback may change or destroy any channel.
  struct Loss {
    std::shared_ptr<Function<void(const Member&)>> callback;
    Member member;
  };
  // The session, or everybody of the frontend in that incarnation or an earlier one, is no more.
  void lose(SessionId session, std::vector<Loss>& losses);
  void lose_frontend(std::string_view frontend, std::uint64_t incarnation,
                     std::vector<Loss>& losses);
  // The member stays where it stands, and is reached at its new frontend. One that has ended there
  // is lost.
  void move_session(const MovedSession& moved, std::vector<Loss>& losses);
  void move_user(const MovedSession& moved, std::vector<Loss>& losses);

  using Channel::push;

 protected:
  void push(std::string_view route, const Type& type, const void* message) override;

 private:
  struct Group {
    std::vector<SessionId> sessions;
    std::vector<std::string_view> uids;  // of the members
  };
  struct Joined : Member {
    std::uint64_t incarnation = 0;  // of the frontend
  };
  using Place = std::list<Joined>::iterator;
  struct ByUid {
    using is_transparent = void;
    static std::string_view uid(std::string_view uid) { return uid; }
    static std::string_view uid(Place place) { return place->uid; }
    bool operator()(const auto& a, const auto& b) const { return uid(a) < uid(b); }
  };

  Place insert(Place before, Member member);
  void belong_to_present_life(Joined& user);
  void lose(Place place, std::vector<Loss>& losses);
  void erase(Place place);
  Place find_place(std::string_view uid, std::string_view frontend);

  Channels& owner_;
  std::shared_ptr<Function<void(const Member&)>> on_lost_;
  std::list<Joined> members_;  // in the order of joining
  std::unordered_map<SessionId, Place> by_session_;
  std::multiset<Place, ByUid> by_uid_;                // who has one
  std::map<std::string, Group, std::less<>> groups_;  // by frontend
};

// The channels of one server. Sessions leave when their frontend tells of their end; everybody of a
// frontend leaves when it is gone or was replaced.
class Channels final : public ChannelService {
 public:
  // `protocol` may be nullptr and outlives it.
  Channels(PushSender& sender, const cluster::Directory& directory, Logger log,
           const protocol::ClientProtocol* protocol = nullptr);
  ~Channels() override;

  Channel& open(std::string_view name) override;
  Channel* find(std::string_view name) override;
  void destroy(std::string_view name) override;
  std::size_t size() const override { return channels_.size(); }

  void on_session_closed(SessionId session);
  // It goes on at another frontend; members by its uid go with it.
  void on_session_moved(const MovedSession& moved);
  // That incarnation of it, and all earlier ones.
  void on_frontend_gone(std::string_view frontend, std::uint64_t incarnation);
  const SessionMoves& moves() const { return moves_; }

  using ChannelService::broadcast;
  using ChannelService::push;

 protected:
  void push(std::string_view route, const Type& type, const void* message,
            std::span<const Member> members) override;
  void broadcast(std::string_view server_type, std::string_view route, const Type& type,
                 const void* message, bool bound_only) override;

 private:
  friend class RoomChannel;
  void tell(const std::vector<RoomChannel::Loss>& losses) noexcept;
  bool ended_after(const MovedSession& moved) const;

  PushSender& sender_;
  const cluster::Directory& directory_;
  const Logger log_;
  PushBuffers buffers_;
  const PushBody::Tools tools_;
  SessionMoves moves_;
  std::unordered_map<SessionId, std::vector<RoomChannel*>> channels_of_;
  std::map<std::string, std::unique_ptr<RoomChannel>, std::less<>> channels_;
};

}  // namespace shaddock::session
