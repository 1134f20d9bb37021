#include <algorithm>
#include <csignal>

#include "admin/console_asking.h"
#include "admin/phrases.h"
#include "admin/table.h"

// The commands that list servers, start them and start them again.
namespace shaddock::admin {
namespace {

bool runs(const RowMessage& row) { return row.pid != 0 && row.state != "stopped"; }

}  // namespace

void Console::list(OnEnd on_end) {
  on_end_ = std::move(on_end);
  if (nothing_runs(exit_code::kOther)) return;
  reach_master([this] { ask_for_rows(true, [this](const Rows& rows) { show_list(rows); }); },
               [this] {
                 say(said_);
                 list_records();
               });
}

void Console::show_list(const Rows& rows) {
  Rows shown;
  std::copy_if(rows.begin(), rows.end(), std::back_inserter(shown), [this](const RowMessage& row) {
    return settings_.type.empty() || row.type == settings_.type;
  });
  settings_.print(settings_.json ? to_json(shown).dump() : format_table(shown));
  end(exit_code::kFine);
}

void Console::watch(net::Duration period, std::function<void(std::vector<RowMessage>)> show,
                    OnEnd on_end) {
  on_end_ = std::move(on_end);
  period_ = period;
  show_ = std::move(show);
  if (nothing_runs(exit_code::kOther)) return;
  reach_master([this] { look_again(); }, [this] { refuse(exit_code::kOther, said_); });
}

void Console::look_again() {
  ask_for_rows(true, [this](Rows rows) {
    next_watch_.start(period_);
    show_(std::move(rows));
  });
}

void Console::list_records() {
  if (living_.empty()) return end(exit_code::kOther);
  Rows rows;
  for (const Record& record : living_) {
    RowMessage row;
    row.id = record.id;
    row.type = record.type;
    row.frontend = record.frontend;
    row.pid = record.process.pid;
    row.state = record.is_master() ? "no answer" : "alive";
    rows.push_back(std::move(row));
  }
  show_list(rows);
}

void Console::start(OnEnd on_end) {
  on_end_ = std::move(on_end);
  if (nothing_runs(exit_code::kOther)) return;
  reach_master([this] { choose([this](const Rows& rows) { start_rows(rows); }); },
               [this] { refuse(exit_code::kOther, said_); });
}

void Console::start_rows(const Rows& rows) {
  StartMessage message;
  for (const RowMessage& row : rows) {
    // Of a type those that do not run are meant.
    if (!runs(row))
      message.ids.push_back(row.id);
    else if (!settings_.ids.empty())
      return refuse(exit_code::kRunsAlready, row.id + " runs already");
  }
  if (message.ids.empty())
    return refuse(exit_code::kRunsAlready, "all of " + settings_.type + " run already");
  ask(verb::kConsoleStart, message, kAnswerLimit, [this, ids = message.ids](const Answer& answer) {
    if (!answer) return refused(answer);
    done("started " + count_of_servers(ids.size()), {{"servers", to_json(ids)}});
  });
}

void Console::restart(OnEnd on_end) {
  on_end_ = std::move(on_end);
  if (nothing_runs(exit_code::kOther)) return;
  reach_master(
      [this] {
        choose([this](Rows rows) {
          // Nobody but `join` can start them again.
          if (settings_.ids.empty())
            std::erase_if(rows, [](const RowMessage& row) { return row.by_hand.has_value(); });
          if (!settings_.rolling) return restart_at_once(rows);
          std::stable_partition(rows.begin(), rows.end(),
                                [](const RowMessage& row) { return !row.frontend; });
          waiting_ = std::move(rows);
          restart_next();
        });
      },
      [this] { refuse(exit_code::kOther, said_); });
}

void Console::restart_at_once(const Rows& rows) {
  ServersMessage message;
  message.ids = ids_of(rows);
  ask(verb::kConsoleRestart, message, kRestartLimit,
      [this, ids = message.ids](const Answer& answer) {
        if (!answer) return refused(answer);
        done("restarted " + count_of_servers(ids.size()), {{"servers", to_json(ids)}});
      });
}

void Console::restart_next() {
  if (waiting_.empty())
    return done("restarted " + count_of_servers(ended_.size()) + ", one after the other",
                {{"servers", to_json(ended_)}});
  const std::string id = waiting_.front().id;
  waiting_.erase(waiting_.begin());
  ServersMessage message;
  message.ids = {id};
  ask(verb::kConsoleRestart, message, kRestartLimit,
      [this, id](const Answer& answer) { restart_one_ended(id, answer); });
}

void Console::restart_one_ended(const std::string& id, const Answer& answer) {
  if (!answer) {
    const std::string why = answer.error().text;
    return refuse(exit_code::kNotReady,
                  id + " did not come back" + (why.empty() ? "" : ": " + why) +
                      "\nrestarted: " + (ended_.empty() ? "none" : join(ended_)) +
                      "; untouched: " + (waiting_.empty() ? "none" : join(ids_of(waiting_))));
  }
  say(id + " is back");
  ended_.push_back(id);
  restart_next();
}

void Console::kill(OnEnd on_end) {
  on_end_ = std::move(on_end);
  if (nothing_runs(exit_code::kOther)) return;
  reach_master([this] { choose([this](const Rows& rows) { kill_rows(rows); }); },
               [this] { kill_records(); });
}

void Console::kill_rows(const Rows& rows) {
  ServersMessage message;
  message.ids = ids_of(rows);
  ask(verb::kConsoleKill, message, kAnswerLimit, [this, ids = message.ids](const Answer& answer) {
    if (!answer) return refused(answer);
    done("killed " + join(ids), {{"servers", to_json(ids)}});
  });
}

void Console::kill_records() {
  std::vector<std::string> ids;
  for (const Record& record : living_) {
    if (!wanted(record) || record.is_master()) continue;
    if (shares_process(record))
      return refuse(exit_code::kOther, record.id + " shares its process with others");
    if (host_.processes.signal(record.process, SIGKILL)) ids.push_back(record.id);
  }
  if (!ids.empty()) note_order("kill", join(ids), "done");
  if (ids.empty()) return refuse(exit_code::kConfiguration, said_ + ", and no such server runs");
  say(said_ + ": nobody starts them again");
  done("killed " + join(ids), {{"servers", to_json(ids)}});
}

}  // namespace shaddock::admin
