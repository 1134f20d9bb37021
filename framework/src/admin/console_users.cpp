#include "admin/console_asking.h"
#include "admin/phrases.h"
#include "admin/user_table.h"

// The commands about clients.
namespace shaddock::admin {

void Console::users(OnEnd on_end) {
  on_end_ = std::move(on_end);
  if (nothing_runs(exit_code::kOther)) return;
  const auto begin = [this] {
    UsersRequest request;
    request.most = settings_.most;
    ask(verb::kConsoleUsers, request, kAnswerLimit, [this](const Answer& answer) {
      if (!answer) return refused(answer);
      AllUsersMessage all;
      if (!cluster::decode_msgpack(*answer, type_of<AllUsersMessage>(), &all)) return unreachable();
      show_users(all);
    });
  };
  reach_master(begin, [this] { refuse(exit_code::kOther, said_); });
}

void Console::show_users(const AllUsersMessage& all) {
  settings_.print(settings_.json ? to_json(all, settings_.most).dump()
                                 : format_users(all, settings_.most));
  bool complete = true;
  for (const FrontendUsersMessage& frontend : all.frontends) {
    if (frontend.said) continue;
    settings_.complain(frontend.id + " does not answer");
    complete = false;
  }
  end(complete ? exit_code::kFine : exit_code::kOther);
}

void Console::kick(OnEnd on_end) {
  on_end_ = std::move(on_end);
  if (nothing_runs(exit_code::kOther)) return;
  const auto begin = [this] {
    KickRequest request;
    request.uid = settings_.uid;
    request.reason = settings_.reason;
    ask(verb::kConsoleKick, request, kAnswerLimit, [this](const Answer& answer) {
      if (!answer) return refused(answer);
      AllKickedMessage all;
      if (!cluster::decode_msgpack(*answer, type_of<AllKickedMessage>(), &all))
        return unreachable();
      show_kicked(all);
    });
  };
  reach_master(begin, [this] { refuse(exit_code::kOther, said_); });
}

void Console::show_kicked(const AllKickedMessage& all) {
  const std::string text =
      "kicked " + std::to_string(all.sessions) + (all.sessions == 1 ? " session" : " sessions");
  if (all.silent.empty()) return done(text, {{"sessions", all.sessions}});
  refuse(exit_code::kOther, text + "; no answer of " + join(all.silent));
}

}  // namespace shaddock::admin
