#include "server/remote_table.h"

#include <utility>

#include "cluster/wire_codec.h"

namespace shaddock::server {

namespace {

using Done = RemoteTable::Done;

// Counts a call until it has ended; calls may outlive the table.
class InHand {
 public:
  explicit InHand(std::shared_ptr<std::size_t> count) : count_(std::move(count)) { ++*count_; }
  ~InHand() { end(); }
  InHand(const InHand&) = delete;
  InHand& operator=(const InHand&) = delete;
  void end() {
    if (const auto count = std::exchange(count_, nullptr)) --*count;
  }

 private:
  std::shared_ptr<std::size_t> count_;
};

class LinkExchange final : public detail::RemoteExchange {
 public:
  LinkExchange(cluster::IncomingCall call, FailureLog& failures, const std::string& route,
               std::shared_ptr<std::size_t> in_hand)
      : call_(std::move(call)), failures_(failures), route_(route), in_hand_(std::move(in_hand)) {}

  void read(const Type& type, void* message) override {
    cluster::decode_msgpack(call_.body(), type, message).unwrap();
  }
  void answer(const Type& type, const void* value) override {
    call_.answer(type, value);
    in_hand_.end();
  }
  void fail(const Error& error) override {
    failures_.write("remote failed", error, route_, {"caller", call_.caller().id});
    call_.fail(error);
    in_hand_.end();
  }

 private:
  cluster::IncomingCall call_;
  FailureLog& failures_;
  const std::string& route_;
  InHand in_hand_;
};

class LocalExchange final : public detail::RemoteExchange {
 public:
  LocalExchange(net::Loop& loop, FailureLog& failures, std::string route, std::string argument,
                net::Duration limit, Done done, std::shared_ptr<std::size_t> in_hand)
      : failures_(failures),
        route_(std::move(route)),
        argument_(std::move(argument)),
        done_(std::move(done)),
        in_hand_(std::move(in_hand)),
        deadline_(loop.timers(),
                  [this] { end(Error(code::kTimeout, "the remote took too long")); }) {
    deadline_.start(limit);
  }
  ~LocalExchange() override { end(Error(code::kFailed, "the remote dropped its reply")); }

  void read(const Type& type, void* message) override {
    cluster::decode_msgpack(argument_, type, message).unwrap();
  }
  void answer(const Type& type, const void* value) override {
    Buffer out;
    cluster::encode_msgpack(type, value, out);
    end(out.view());
  }
  void fail(const Error& error) override {
    failures_.write("remote failed", error, route_, {"caller", "this server"});
    end(error);
  }

 private:
  void end(Result<std::string_view> result) {
    deadline_.stop();
    in_hand_.end();
    if (Done done = std::exchange(done_, nullptr)) done(std::move(result));
  }

  FailureLog& failures_;
  std::string route_, argument_;
  Done done_;
  InHand in_hand_;
  net::Timer deadline_;
};

}  // namespace

RemoteTable::RemoteTable(const detail::TypeDefinition& definition, Server& server, net::Loop& loop,
                         std::size_t most_calls, Logger log)
    : loop_(loop), most_calls_(most_calls), failures_(std::move(log), loop.timers()) {
  for (const auto& service : definition.remotes) {
    std::shared_ptr<void> object = service.make(server);
    for (const auto& method : service.methods) {
      std::string route = server.type() + '.' + service.name + '.' + method.name;
      if (by_route_.contains(route))
        throw Error(code::kFailed, "remote " + route + " is registered twice");
      by_route_.emplace(std::move(route), method.bind(object.get()));
    }
    objects_.push_back(std::move(object));
  }
}

void RemoteTable::add_to(cluster::Remotes& remotes, Overload& overload, Counters& counters) {
  for (auto& [route, body] : by_route_) {
    remotes.add(route, [this, &overload, &counters, &route = route,
                        &body = body](cluster::IncomingCall call) {
      if (overload.refuses_call()) [[unlikely]] {
        counters.add(Count::shed_calls);
        return call.fail(Error(code::kShed, {}));
      }
      run(body, std::make_unique<LinkExchange>(std::move(call), failures_, route, in_hand_));
    });
  }
}

RemoteTable::~RemoteTable() { calls_.clear(); }

void RemoteTable::call(std::string_view route, std::string argument, net::Duration limit,
                       Done done) {
  if (calls_.size() >= most_calls_) {
    loop_.defer([done = std::move(done)]() mutable {
      done(Error(code::kShed, "too many calls of this server to itself"));
    });
    return;
  }
  calls_.emplace_back(route, std::make_unique<LocalExchange>(loop_, failures_, std::string(route),
                                                             std::move(argument), limit,
                                                             std::move(done), in_hand_));
  loop_.defer([this, alive = std::weak_ptr<bool>(alive_)] {
    if (!alive.expired()) begin_call();
  });
}

void RemoteTable::begin_call() {
  auto [route, exchange] = std::move(calls_.front());
  calls_.pop_front();
  if (const auto at = by_route_.find(route); at != by_route_.end()) {
    run(at->second, std::move(exchange));
  } else {
    exchange->fail(Error(code::kFailed, "no such remote: " + route));
  }
}

void RemoteTable::run(Run& run, std::unique_ptr<detail::RemoteExchange> exchange) noexcept {
  try {
    run(exchange);
  } catch (...) {
    if (exchange) exchange->fail(current_error());
  }
}

}  // namespace shaddock::server
