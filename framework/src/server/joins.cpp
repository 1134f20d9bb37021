#include "server/joins.h"

#include <utility>

#include "server/client_route.h"
#include "session/session_view.h"

namespace shaddock::server {

bool may_work_later(const Error& error) {
  switch (error.code) {
    case code::kExpired:
    case code::kShed:
    case code::kTimeout:
    case code::kNoServer:
    case code::kServerLost:
    case code::kDraining:
    case code::kCircuitOpen:
      return true;
    default:
      return false;
  }
}

class Joins::Joiner final : public Follower {
 public:
  Joiner(Joins& joins, const Routes& routes, std::string argument,
         const cluster::RpcOptions& options, Refused refused, Done first)
      : routes(routes),
        argument(std::move(argument)),
        options(options),
        refused(std::move(refused)),
        first(std::move(first)),
        joins_(joins) {}

  bool move(FollowedSession& followed, const cluster::LinkHandle& from, cluster::Link& to,
            bool urgent) override {
    if (joins_.closed_ || to.overloaded() || (!urgent && joins_.on_the_way_ >= kMostOnTheWay))
      return false;
    joins_.send(followed, *this, from, to);
    return true;
  }
  void end(FollowedSession& followed) override {
    // Who came back is in that room already, though it has not been asked here.
    if (asked || came_back)
      joins_.leaves_.ended(followed.session, {routes.leave, std::move(argument)}, followed.place);
    if (!asked) joins_.parts_.end_early(std::move(first), ended());
  }
  // No server is told of that. Who waits for a join that nobody was asked for hears of it.
  void forget(FollowedSession&) override {
    if (!asked) joins_.parts_.end_early(std::move(first), ended());
  }
  static Error ended() { return Error(code::kFailed, "the session has ended or left"); }

  const Routes& routes;
  std::string argument;
  cluster::RpcOptions options;  // of the first call
  Refused refused;
  Done first;          // who waits for it, until it is sent
  bool asked = false;  // it was sent
  bool came_back = false;

 private:
  Joins& joins_;
};

class Joins::Watcher final : public Follower {
 public:
  Watcher(const Logger& log, Function<void(const Moved&)> on_moved)
      : log_(log), on_moved_(std::move(on_moved)) {}

  bool move(FollowedSession& followed, const cluster::LinkHandle& from, cluster::Link& to,
            bool) override {
    if (!watches) return true;
    try {
      FrontendSession session(followed.session);
      on_moved_(
          {session, followed.type, from ? std::string_view(from.peer().id) : "", to.peer().id});
    } catch (...) {
      log_.error("a callback threw an exception", {{"text", current_error().text}});
    }
    return true;
  }
  void end(FollowedSession&) override {}
  void forget(FollowedSession&) override {}

  bool watches = false;

 private:
  const Logger& log_;
  Function<void(const Moved&)> on_moved_;
};

Joins::Joins(Parts parts)
    : parts_(std::move(parts)),
      followed_(parts_.loop, parts_.mesh, parts_.router),
      leaves_({parts_.mesh, parts_.rpc, parts_.limit,
               [this](const std::shared_ptr<detail::FrontendState>& session,
                      const PendingLeaves::Leave& leave) -> cluster::Link* {
                 const auto parts = parse_route(leave.route);
                 FollowedSession gone;
                 gone.session = session;
                 gone.type = parts->server_type;
                 gone.service = parts->handler;
                 gone.method = parts->method;
                 return followed_.wanted(gone);
               },
               [this] { look_again(); }}),
      again_(parts_.loop.timers(), [this] { servers_changed(); }) {}

void Joins::close() {
  closed_ = true;
  leaves_.close();
  again_.stop();
}

void Joins::look_again() {
  if (!again_.active() && !closed_) again_.start(kAgain);
}

// Leaves before joins: who left and is back has come after that.
void Joins::servers_changed() {
  if (closed_) return;
  tell_leaves();
  followed_.servers_changed();
}

void Joins::follow(std::shared_ptr<detail::FrontendState> session, std::string_view type,
                   Function<void(const Moved&)> on_moved) {
  auto watcher = std::make_unique<Watcher>(parts_.log, std::move(on_moved));
  Watcher& added = *watcher;
  const std::string& known = *types_.emplace(type).first;
  followed_.look(followed_.add(std::move(session), known, {}, {}, std::move(watcher)), true);
  added.watches = true;
}

void Joins::stay(std::shared_ptr<detail::FrontendState> session, const Routes& routes,
                 std::string argument, const cluster::RpcOptions& options, Refused refused,
                 Done done) {
  const auto parts = parse_route(routes.join);
  const Routes& known = *routes_.insert(routes).first;
  auto joiner = std::make_unique<Joiner>(*this, known, std::move(argument), options,
                                         std::move(refused), std::move(done));
  joiner->came_back = session->coming_back;
  FollowedSession& followed = followed_.add(std::move(session), parts->server_type, parts->handler,
                                            parts->method, std::move(joiner));
  if (!followed_.look(followed, true))
    return fail(followed, Error(code::kShed, "the link is full"));
  if (!followed.place)
    wait_for_place(followed, parts_.restarts.patience(parts_.loop.now() + options.limit));
}

void Joins::leave(detail::FrontendState& session, std::string_view join) {
  for (FollowedSession* one = session.followed; one != nullptr;) {
    FollowedSession& followed = *one;
    one = one->next;
    Joiner* const joiner = dynamic_cast<Joiner*>(followed.follower.get());
    if (joiner == nullptr || joiner->routes.join != join) continue;
    joiner->end(followed);
    followed_.remove(followed);
  }
}

void Joins::send(FollowedSession& followed, Joiner& joiner, const cluster::LinkHandle& from,
                 cluster::Link& to) {
  const Routes& routes = joiner.routes;
  if (from && from.peer().id != to.peer().id) leaves_.moved({routes.depart, joiner.argument}, from);
  leaves_.joins(routes.leave, routes.depart, joiner.argument, to);
  const bool first = !std::exchange(joiner.asked, true);
  cluster::RpcOptions options{parts_.limit, 0};
  if (first) options = joiner.options;
  ++on_the_way_;
  parts_.rpc.call(
      &to, first ? routes.join : routes.again, std::string_view(joiner.argument), options,
      [this, alive = std::weak_ptr<bool>(alive_), number = followed.number, place = to.handle(),
       done = std::move(joiner.first), first](Result<std::string_view> result) mutable {
        if (!alive.expired() && !closed_) on_answer(number, place, first, result);
        if (done) done(std::move(result));
      });
}

void Joins::on_answer(std::uint64_t number, const cluster::LinkHandle& place, bool first,
                      const Result<std::string_view>& result) {
  --on_the_way_;
  FollowedSession* const followed = followed_.find(number);
  if (followed != nullptr && !result.ok()) {
    if (first)
      on_first_failed(*followed, place, result.error());
    else if (followed->place == place)
      on_failed(*followed, result.error());
  }
  followed_.go_on();
}

void Joins::on_failed(FollowedSession& followed, const Error& error) {
  if (!may_work_later(error)) return refuse(followed, error);
  followed.place = {};
  look_again();
}

// A session that comes from another frontend is in that room already: for it that was no join.
bool Joins::returns(const FollowedSession& followed, const Error& error) {
  return static_cast<Joiner&>(*followed.follower).came_back && may_work_later(error);
}

// It may have come through though the answer did not.
void Joins::on_first_failed(FollowedSession& followed, const cluster::LinkHandle& place,
                            const Error& error) {
  if (returns(followed, error)) {
    if (followed.place == place) on_failed(followed, error);
    return;
  }
  Joiner& joiner = static_cast<Joiner&>(*followed.follower);
  const bool unknown = error.code == code::kTimeout || error.code == code::kServerLost;
  if (unknown || followed.place != place) joiner.end(followed);
  followed_.remove(followed);
}

void Joins::refuse(FollowedSession& followed, const Error& error) {
  Joiner& joiner = static_cast<Joiner&>(*followed.follower);
  parts_.log.warn("a session was not let in again",
                  {{"uid", followed.session->data.uid}, {"text", error.text}});
  FrontendSession session(followed.session);
  Refused refused = std::move(joiner.refused);
  followed_.remove(followed);
  if (!refused) return;
  try {
    refused(session, error);
  } catch (...) {
    parts_.log.error("a callback threw an exception", {{"text", current_error().text}});
  }
}

// Whatever changes is looked at by servers_changed() first; this only keeps the time.
void Joins::wait_for_place(FollowedSession& followed, net::TimePoint until) {
  if (auto error = hopeless(followed)) return fail(followed, std::move(*error));
  const std::size_t bytes = static_cast<Joiner&>(*followed.follower).argument.size();
  const bool room = parts_.restarts.hold(
      followed.type, 0, bytes, until,
      [this, alive = std::weak_ptr<bool>(alive_), number = followed.number,
       until](Restarts::Now now) {
        FollowedSession* const waits = alive.expired() ? nullptr : followed_.find(number);
        if (waits == nullptr || static_cast<Joiner&>(*waits->follower).asked) return;
        if (now == Restarts::Now::try_again) return wait_for_place(*waits, until);
        fail(*waits, Error(code::kDraining, "the server has not come back in time"));
      });
  if (!room) fail(followed, Error(code::kShed, "too many calls wait for restarts"));
}

// Why it is of no use to wait.
std::optional<Error> Joins::hopeless(const FollowedSession& followed) const {
  const session::SessionView view(*followed.session);
  const RouteParameter parameter(view);
  const auto chosen =
      parts_.router.choose({followed.type, followed.service, followed.method, parameter});
  if (!chosen.ok()) {
    const bool wait =
        Restarts::is_nobody(chosen.error()) && parts_.restarts.expected(followed.type) != nullptr;
    if (wait) return std::nullopt;
    return chosen.error();
  }
  if (parts_.restarts.expects(**chosen)) return std::nullopt;
  const cluster::Link* const link = parts_.mesh.link(**chosen);
  return Error(link != nullptr && link->refusal() != 0 ? link->refusal() : code::kNoServer,
               "server " + (*chosen)->id + " cannot be asked now");
}

void Joins::fail(FollowedSession& followed, Error error) {
  Joiner& joiner = static_cast<Joiner&>(*followed.follower);
  Done first = std::move(joiner.first);
  if (returns(followed, error)) {
    joiner.asked = true;
    on_failed(followed, error);
  } else {
    followed_.remove(followed);
  }
  parts_.end_early(std::move(first), std::move(error));
}

}  // namespace shaddock::server
