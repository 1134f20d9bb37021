#include "admin/admission.h"

#include <doctest/doctest.h>

#include "admin/exit_code.h"
#include "admin/peers.h"
#include "admin/registration.h"

namespace shaddock::admin {
namespace {

// A master that answers as the test says.
struct Trial {
  Trial() : master(world, cluster::Role::master, "master-server-1", 1) {
    add_verb<JoinMessage>(master.remotes(), verb::kConsoleJoin,
                          [this](JoinMessage& message, cluster::IncomingCall call) {
                            asked = message;
                            user = call.caller().user.value_or("");
                            on_join(std::move(call));
                          });
    REQUIRE(master.endpoint().listen({"127.0.0.1", 0}));
  }
  Result<std::uint64_t> ask(const std::string& secret = kSecret) {
    AdmissionSettings settings;
    settings.master_id = "master-server-1";
    settings.master = master.endpoint().address();
    settings.secret = secret;
    settings.user = "alice";
    settings.server.id = "chat-server-9";
    settings.server.type = "chat";
    settings.server.port = 6059;
    Admission admission(world.host, Logger(std::make_shared<MemoryLog>(), "join"), settings);
    std::optional<Result<std::uint64_t>> end;
    admission.start([&](Result<std::uint64_t> result) { end = std::move(result); });
    REQUIRE(world.until([&] { return end.has_value(); }));
    return *end;
  }

  MixedHost world;
  Peer master;
  std::function<void(cluster::IncomingCall)> on_join;
  JoinMessage asked;
  std::string user;
};

TEST_CASE("the master gives an incarnation to a server that no file names") {
  Trial trial;
  trial.on_join = [](cluster::IncomingCall call) {
    AdmittedMessage admitted;
    admitted.incarnation = 42;
    answer(call, admitted);
  };
  const auto admitted = trial.ask();
  REQUIRE(admitted);
  CHECK(*admitted == 42);
  CHECK(trial.asked.server.id == "chat-server-9");
  CHECK(trial.asked.server.port == 6059);
  CHECK(trial.asked.pid == 77);
  CHECK(trial.user == "alice");
}

TEST_CASE("a refusal is an exit code, and the master's words") {
  Trial trial;
  const auto refused = [&](int code, const char* text) {
    trial.on_join = [=](cluster::IncomingCall call) { call.fail(Error(code, text)); };
    const auto admitted = trial.ask();
    REQUIRE_FALSE(admitted);
    CHECK(admitted.error().text.find(text) != std::string::npos);
    return admitted.error().code;
  };
  CHECK(refused(kIdTaken, "chat-server-9 runs already") == exit_code::kRunsAlready);
  CHECK(refused(code::kFailed, "port 6059 is taken") == exit_code::kConfiguration);
  CHECK(refused(code::kDraining, "is being stopped") == exit_code::kOther);
  trial.on_join = [](cluster::IncomingCall call) { call.answer(); };
  CHECK(trial.ask().error().code == exit_code::kOther);
}

TEST_CASE("a master that does not know the secret is none") {
  Trial trial;
  const auto admitted = trial.ask(std::string(64, 'b'));
  REQUIRE_FALSE(admitted);
  CHECK(admitted.error().code == exit_code::kOther);
  CHECK(admitted.error().text.find("no master master-server-1") == 0);
  CHECK(trial.asked.server.id.empty());
}

}  // namespace
}  // namespace shaddock::admin
