// Two connectors that let in one session of a uid at a time, and write down whom they serve: a line
// a request, appended to one file by both with one system call, so the order of the lines is the
// order in which it happened. Environment "kick" or "refuse": what becomes of a second login.

#include <fcntl.h>
#include <shaddock/shaddock.h>
#include <unistd.h>

#include <stdexcept>
#include <string>

namespace {

using namespace shaddock;

struct Name {
  std::string uid;
  static void fields(auto& m, auto&& f) { f("uid", m.uid); }
};

class DoorHandler {
 public:
  explicit DoorHandler(Server& server)
      : diary_(::open(std::string(server.info().extra("diary")).c_str(),
                      O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600)) {
    if (diary_ < 0) throw std::runtime_error("the diary cannot be opened");
  }
  ~DoorHandler() { ::close(diary_); }
  DoorHandler(const DoorHandler&) = delete;
  DoorHandler& operator=(const DoorHandler&) = delete;

  Task<Name> enter(FrontendSession& session, const Name& name) {
    auto bound = session.bind(name.uid);
    co_await bound;
    note(session);
    co_return name;
  }
  Name serve(FrontendSession& session, const Json&) {
    if (session.bound()) note(session);
    return {session.uid()};
  }

 private:
  void note(const FrontendSession& session) const {
    const std::string line = session.uid() + ' ' + std::to_string(session.id()) + '\n';
    if (::write(diary_, line.data(), line.size()) != static_cast<ssize_t>(line.size()))
      throw std::runtime_error("the diary is not written");
  }

  const int diary_;
};

}  // namespace

int main(int argc, char** argv) {
  using Policy = Settings::Connector::SingleLogin;
  Application app;
  app.configure("kick", "connector",
                [](Settings& settings) { settings.connector.single_login = Policy::kick_old; });
  app.configure("refuse", "connector",
                [](Settings& settings) { settings.connector.single_login = Policy::refuse_new; });
  app.server("connector")
      .handler<DoorHandler>("door")
      .on<&DoorHandler::enter>("enter")
      .on<&DoorHandler::serve>("serve");
  return app.run(argc, argv);
}
