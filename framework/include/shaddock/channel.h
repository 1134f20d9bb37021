#pragma once

#include <shaddock/fields.h>
#include <shaddock/session.h>

#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace shaddock {

// Where a push goes: a uid on one frontend means all its sessions there; with a session id, that
// session alone.
struct Member {
  std::string uid;
  std::string frontend;
  SessionId session = 0;
};

// A named group of members, held by one server. A push is encoded once and costs one frame per
// frontend; pushes from one server to one session arrive in order.
class Channel {
 public:
  explicit Channel(std::string name) : name_(std::move(name)) {}
  virtual ~Channel() = default;

  const std::string& name() const { return name_; }

  // That session, until leave() or its end: a session that closes leaves by itself. False: it is a
  // member already, or its end is known.
  virtual bool add(const Session& session) = 0;
  // All sessions of the uid on that frontend, until leave() or the end of that frontend.
  virtual bool add(std::string_view uid, std::string_view frontend) = 0;
  virtual bool leave(const Session& session) = 0;
  virtual bool leave(std::string_view uid, std::string_view frontend) = 0;

  // Runs for each member that leaves because its session or its frontend has ended, after it left.
  virtual void on_lost(Function<void(const Member&)> callback) = 0;

  virtual std::vector<Member> members() const = 0;
  // The member with that uid, if any.
  virtual const Member* find(std::string_view uid) const = 0;
  virtual std::size_t size() const = 0;

  // `message` is a struct with fields() or a Json.
  template <class M>
  void push(std::string_view route, const M& message) {
    push(route, type_of<M>(), &message);
  }

 protected:
  virtual void push(std::string_view route, const Type& type, const void* message) = 0;

 private:
  std::string name_;
};

// The channels of a server.
class ChannelService {
 public:
  virtual ~ChannelService() = default;

  // The channel of that name, made when there is none. It lives until destroy().
  virtual Channel& open(std::string_view name) = 0;
  virtual Channel* find(std::string_view name) = 0;
  virtual void destroy(std::string_view name) = 0;
  virtual std::size_t size() const = 0;

  template <class M>
  void push(std::string_view route, const M& message, std::span<const Member> members) {
    push(route, type_of<M>(), &message, members);
  }
  // To all sessions of all frontends of that type, or only to those that have a uid.
  template <class M>
  void broadcast(std::string_view server_type, std::string_view route, const M& message,
                 bool bound_only = false) {
    broadcast(server_type, route, type_of<M>(), &message, bound_only);
  }

 protected:
  virtual void push(std::string_view route, const Type& type, const void* message,
                    std::span<const Member> members) = 0;
  virtual void broadcast(std::string_view server_type, std::string_view route, const Type& type,
                         const void* message, bool bound_only) = 0;
};

}  // namespace shaddock
