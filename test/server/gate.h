#pragma once

#include <doctest/doctest.h>

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "server/town.h"

namespace shaddock::server {

inline std::string package_of(protocol::PackageType type, std::string_view body) {
  Buffer out;
  REQUIRE(protocol::append_package(out, type, body));
  return std::string(out.view());
}
inline std::string request_of(std::uint32_t id, std::string_view route, std::string_view body) {
  Buffer out;
  REQUIRE(protocol::append_message(
      out, {protocol::MessageType::request, false, false, 0, id, route}, body));
  return std::string(out.view());
}

inline constexpr std::string_view kPage = "<h1>hello</h1>";
inline constexpr std::string_view kHello = R"({"sys":{"type":"test","version":"1"}})";

// One connector that echoes, and keeps replies until it is told to give them.
struct Gate : Town {
  explicit Gate(std::function<void(Settings::Connector&)> set = {}, std::uint64_t seed = 1)
      : Town(seed) {
    type("connector")
        .handler("h")
        .on("echo", [](FrontendSession&, const Json& body) { return body; })
        .on("keep", [this](FrontendSession&, const Json&,
                           Reply<Json> reply) { kept.push_back(std::move(reply)); })
        .on("big",
            [](FrontendSession&, const Json& body) {
              return Json(
                  std::string(static_cast<std::size_t>(body.find("size")->as_integer()), 'x'));
            })
        .on("kick",
            [](FrontendSession& session, const Json&) {
              session.kick("bye");
              return Json("never read");
            })
        .on("leave", [](FrontendSession& session, const Json&) { session.kick(""); });
    frontend("connector-1", "connector");
    start([set](const ServerInfo&, Settings& settings) {
      settings.connector.files.push_back({"/", "text/html", kPage});
      if (set) set(settings.connector);
    });
  }
  ~Gate() { kept.clear(); }
  RunningServer& server() { return Town::server("connector-1"); }

  std::vector<Reply<Json>> kept;
};

}  // namespace shaddock::server
