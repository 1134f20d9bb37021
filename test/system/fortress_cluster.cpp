#include "system/fortress_cluster.h"

#include <doctest/doctest.h>

#include <cstdlib>
#include <stdexcept>

namespace shaddock::system_test {
namespace {

constexpr std::size_t kAtOnce = 50;

Json json(const std::string& text) {
  auto parsed = parse_json(text);
  if (!parsed) throw std::runtime_error(parsed.error().text + " in " + text);
  return std::move(parsed).value();
}

// One under sanitizers, for example, may stand in for it.
std::string program_path() {
  const char* other = std::getenv("SHADDOCK_FORTRESS");
  return other == nullptr ? FORTRESS_PROGRAM : other;
}

ChatCluster::Program program(const std::string& environment, std::string_view members,
                             std::string_view connectors, std::string_view types) {
  const std::string own =
      R"({"id":"connector-server-1","host":"127.0.0.1","port":4050,"clientPort":3050,)"
      R"("frontend":true)" +
      std::string(members) + '}' + std::string(connectors) + ']' + std::string(types);
  const std::string master = R"({"id":"master-server-1","host":"127.0.0.1","port":3005})";
  return {program_path(), json("{\"" + environment + R"(":{"connector":[)" + own + "}}"),
          json("{\"" + environment + "\":" + master + '}')};
}

}  // namespace

Fortress::Fortress(std::string environment, std::string_view members, std::string_view connectors,
                   std::string_view types)
    : ChatCluster(environment, program(environment, members, connectors, types)) {}

std::unique_ptr<Fortress::Visitor> Fortress::guest(int port, Visitor::Over over,
                                                   std::string_view hello) {
  auto made = visitor(port, over);
  until([&] { return made->ended || made->text.starts_with("HTTP") || made->stream != nullptr; });
  if (over == Visitor::Over::websocket)
    until([&] { return made->ended || made->text.find("\r\n\r\n") != std::string::npos; });
  made->handshake(hello);
  until([&] { return made->ended || made->count("handshake") == 1; });
  REQUIRE(made->count("handshake {\"code\":200") == 1);
  made->ack();
  return made;
}

std::vector<std::unique_ptr<Fortress::Visitor>> Fortress::guests(std::size_t count, int port,
                                                                 Visitor::Over over) {
  std::vector<std::unique_ptr<Visitor>> all;
  while (all.size() < count) {
    const std::size_t first = all.size();
    while (all.size() < count && all.size() < first + kAtOnce) all.push_back(visitor(port, over));
    const auto each = [&](auto holds) {
      return until([&] { return std::all_of(all.begin() + first, all.end(), holds); });
    };
    REQUIRE(each([&](const auto& one) {
      return one->stream &&
             (over == Visitor::Over::tcp || one->text.find("\r\n\r\n") != std::string::npos);
    }));
    for (std::size_t i = first; i < all.size(); ++i) all[i]->handshake();
    REQUIRE(each([](const auto& one) { return one->count("handshake {\"code\":200") == 1; }));
    for (std::size_t i = first; i < all.size(); ++i) all[i]->ack();
  }
  return all;
}

void Fortress::check_served(Visitor& visitor) {
  const std::uint32_t id = visitor.request("connector.hall.echo", R"({"still":"there"})");
  until([&] { return visitor.ended || !visitor.answer(id).empty(); });
  CHECK(visitor.answer(id) == R"({"still":"there"})");
}

// A turn of the server's loop reads from all sockets that have something.
void Fortress::let_it_read(Visitor& visitor) {
  for (int turn = 0; turn < 5; ++turn) check_served(visitor);
}

std::string Fortress::log() {
  return read(folder() + "/logs/" + environment() + '/' + kServer + ".log");
}

}  // namespace shaddock::system_test
