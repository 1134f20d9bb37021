// What the failure matrix is measured with: connectors that let in, rooms that work. A room whose
// entry names a file by "dies" ends at its start as long as that file is there, and adds a letter
// to it.

#include <shaddock/shaddock.h>
#include <sys/resource.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <fstream>
#include <optional>
#include <string>
#include <thread>

namespace {

using namespace shaddock;

struct Work {
  std::int64_t number = 0;
  std::optional<std::string> ballast;
  static void fields(auto& m, auto&& f) {
    f("number", m.number);
    f("ballast", m.ballast);
  }
};

// Which life of which room has done it.
struct Done {
  std::int64_t number = 0;
  std::string server;
  std::int64_t life = 0;
  static void fields(auto& m, auto&& f) {
    f("number", m.number);
    f("server", m.server);
    f("life", m.life);
  }
};

struct Name {
  std::string uid;
  static void fields(auto& m, auto&& f) { f("uid", m.uid); }
};
struct Scribbled {
  std::int64_t microseconds = 0;
  static void fields(auto& m, auto&& f) { f("microseconds", m.microseconds); }
};
struct Scribbling {
  std::string room;
  int lines = 0;
  static void fields(auto& m, auto&& f) {
    f("room", m.room);
    f("lines", m.lines);
  }
};
struct Time {
  std::int64_t milliseconds = 0;
  static void fields(auto& m, auto&& f) { f("milliseconds", m.milliseconds); }
};

class GateHandler {
 public:
  explicit GateHandler(Server&) {}
  Name ask(FrontendSession&, const Name& name) { return name; }
};

class DoorHandler {
 public:
  explicit DoorHandler(Server&) {}
  Task<Name> enter(FrontendSession& session, const Name& name) {
    auto bound = session.bind(name.uid);
    co_await bound;
    co_return name;
  }
};

long waits_of_this_thread() {
  rusage used{};
  ::getrusage(RUSAGE_THREAD, &used);
  return used.ru_nvcsw;
}

class RoomHandler {
 public:
  explicit RoomHandler(Server& server) : server_(server) {
    const std::string file(server.info().extra("dies"));
    if (file.empty() || !std::ifstream(file)) return;
    std::ofstream(file, std::ios::app) << 'x';
    std::_Exit(7);
  }

  Done work(BackendSession&, const Work& work) {
    return {work.number, server_.id(), static_cast<std::int64_t>(server_.info().incarnation)};
  }
  // Nothing else runs on this server meanwhile.
  Name block(BackendSession&, const Time& time) {
    std::this_thread::sleep_for(std::chrono::milliseconds(time.milliseconds));
    return {server_.id()};
  }
  Time clock(BackendSession&, const Json&) {
    const auto now = std::chrono::system_clock::now().time_since_epoch();
    return {std::chrono::duration_cast<std::chrono::milliseconds>(now).count()};
  }
  // Lines in the log, if this is that room: for how long one of them has made us wait. Else -1.
  // That the system gave the processor to others is no wait of ours.
  Scribbled scribble(BackendSession&, const Scribbling& wish) {
    if (wish.room != server_.id()) return {-1};
    std::chrono::steady_clock::duration longest{};
    for (int i = 0; i < wish.lines; ++i) {
      const auto began = std::chrono::steady_clock::now();
      const long waits = waits_of_this_thread();
      server_.log().info("scribble", {{"n", i}, {"text", std::string(130, 'x')}});
      if (waits_of_this_thread() != waits)
        longest = std::max(longest, std::chrono::steady_clock::now() - began);
    }
    return {std::chrono::duration_cast<std::chrono::microseconds>(longest).count()};
  }
  Task<Name> think(BackendSession&, const Time& time) {
    auto slept = server_.sleep(std::chrono::milliseconds(time.milliseconds));
    co_await slept;
    co_return Name{server_.id()};
  }

 private:
  Server& server_;
};

}  // namespace

int main(int argc, char** argv) {
  Application app;
  app.configure("all", "all", [](Settings& settings) {
    settings.deadlines.request =
        std::chrono::seconds(60);  // what must be noticed, is by other means
  });
  app.route("room", live([](const Session& session, const ServerList& rooms) -> const ServerInfo& {
              return dispatch(session.uid(), rooms);
            }));
  app.server("gate").handler<GateHandler>("gateHandler").on<&GateHandler::ask>("ask");
  app.server("connector").handler<DoorHandler>("doorHandler").on<&DoorHandler::enter>("enter");
  app.server("room")
      .handler<RoomHandler>("roomHandler")
      .on<&RoomHandler::work>("work")
      .on<&RoomHandler::block>("block")
      .on<&RoomHandler::think>("think")
      .on<&RoomHandler::clock>("clock")
      .on<&RoomHandler::scribble>("scribble");
  return app.run(argc, argv);
}
