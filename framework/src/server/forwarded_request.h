#pragma once

#include <shaddock/handler.h>

#include <memory>
#include <string>
#include <string_view>

#include "server/body_codec.h"

namespace shaddock::server {

// A client's message as global filters see it: on the stack while before() runs, kept until the
// answer when a filter wants to hear of it.
class ForwardedRequest final : public Request {
 public:
  ForwardedRequest(std::shared_ptr<detail::FrontendState> session, std::string_view route,
                   std::string_view body, cluster::BodyCoding coding, bool notify,
                   std::uint64_t number, const BodyCodec& bodies)
      : session_(std::move(session)),
        route_(route),
        body_(body),
        coding_(coding),
        bodies_(bodies),
        notify_(notify),
        number_(number) {}

  const Session& session() const override { return session_; }
  std::string_view route() const override { return route_; }
  bool is_notify() const override { return notify_; }
  std::uint64_t number() const override { return number_; }
  const Json& body() const override {
    if (!json_)
      json_ =
          std::make_unique<Json>(bodies_.read_or_empty(bodies_.schemas(route_), coding_, body_));
    return *json_;
  }

  std::size_t passed = 0;  // filters whose after() is due

 private:
  FrontendSession session_;
  std::string route_, body_;
  cluster::BodyCoding coding_;
  const BodyCodec& bodies_;
  bool notify_;
  std::uint64_t number_;
  mutable std::unique_ptr<Json> json_;
};

}  // namespace shaddock::server
