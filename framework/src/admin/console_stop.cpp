#include <algorithm>

#include "admin/audit_log.h"
#include "admin/console_asking.h"
#include "admin/phrases.h"

// The command `stop`: by the master, and where there is none, by the records alone.
namespace shaddock::admin {
namespace {

constexpr net::Duration kLookAgain{20};

}  // namespace

void Console::stop(OnEnd on_end) {
  on_end_ = std::move(on_end);
  if (nothing_runs(exit_code::kFine)) return;
  reach_master([this] { ask_to_stop(); },
               [this] {
                 say(said_);
                 stop_records();
               });
}

void Console::ask_to_stop() {
  for (const Record& record : living_)
    if (record.is_master() && wanted(record))
      return ask_for_rows(false, [this](const Rows& rows) {
        be_patient(rows);
        send_stop({});
      });
  choose([this](const Rows& rows) {
    be_patient(rows);
    send_stop(ids_of(rows));
  });
}

// What an application may take for each wave, if it is more than usual.
void Console::be_patient(const Rows& rows) {
  for (const RowMessage& row : rows) {
    const auto limit = static_cast<net::Duration::rep>(row.stop_limit.value_or(0));
    more_time_ = std::max(more_time_, 2 * (net::Duration(limit) - StopLimits().drain));
  }
}

// Without ids everything: a master stops with all that it started.
void Console::send_stop(std::vector<std::string> ids) {
  StopMessage message;
  message.ids = settings_.ids = std::move(ids);
  if (message.ids.empty()) settings_.type.clear();
  ask(verb::kConsoleStop, message, kAnswerLimit + more_time_, [this](const Answer& answer) {
    if (!answer && answer.error().code == code::kFailed) return refused(answer);
    // Also when the answer was lost: the master may be gone already.
    give_up_ = host_.loop.now() + kStopLimit + more_time_;
    look_.start(net::Duration(0));
  });
}

bool Console::wanted(const Record& record) const {
  const auto& ids = settings_.ids;
  if (!ids.empty()) return std::find(ids.begin(), ids.end(), record.id) != ids.end();
  return settings_.type.empty() || record.type == settings_.type;
}

void Console::wait_until_gone() {
  const bool gone = std::none_of(living_.begin(), living_.end(), [this](const Record& record) {
    return wanted(record) && lives(record);
  });
  if (gone) return stopped({});
  if (host_.loop.now() < give_up_) return look_.start(kLookAgain);
  say("the master does not stop them");
  stop_records();
}

// A server in the master's process is gone when its record is.
bool Console::lives(const Record& record) const {
  if (!host_.processes.alive(record.process)) return false;
  if (record.is_master() || !shares_process(record)) return true;
  const auto now = records_.find(record.id);
  return now && now->incarnation == record.incarnation;
}

// With one that is not meant.
bool Console::shares_process(const Record& record) const {
  return std::any_of(living_.begin(), living_.end(), [&](const Record& other) {
    return other.id != record.id && other.process == record.process && !wanted(other);
  });
}

void Console::stop_records() {
  if (!settings_.credential.empty()) return end(exit_code::kOther);
  std::vector<Record> records;
  for (const Record& record : living_) {
    if (!wanted(record)) continue;
    if (shares_process(record))
      return refuse(exit_code::kOther, record.id +
                                           " shares its process with others: only `stop` without "
                                           "ids ends it");
    records.push_back(record);
  }
  note_order("stop", join(ids_of(records)), "begins");
  by_pid_ = std::make_unique<StopByPid>(
      host_, std::move(records), [this](std::string_view text) { say(text); },
      [this](std::vector<std::string> left) { stopped(left); });
  by_pid_->start();
}

// There is no master that would do it.
void Console::note_order(std::string_view verb, const std::string& ids, std::string_view result) {
  AuditLog audit(host_, log_, settings_.folders.logs + "/audit.log");
  audit.by_records({"console", settings_.user, "-", std::string(verb), ids}, result);
}

void Console::stopped(const std::vector<std::string>& left) {
  if (by_pid_)
    note_order("stop", settings_.ids.empty() ? "everything" : join(settings_.ids),
               left.empty() ? "done" : "could not be ended: " + join(left));
  std::vector<std::string> servers;
  for (const Record& record : living_) {
    if (!wanted(record) || std::find(left.begin(), left.end(), record.id) != left.end()) continue;
    records_.remove(record.id, record.incarnation);  // not another life's, that began meanwhile
    if (!record.is_master()) servers.push_back(record.id);
  }
  if (left.empty())
    return done("stopped " + count_of_servers(servers.size()), {{"servers", to_json(servers)}});
  std::string text;
  for (const std::string& id : left)
    text += (text.empty() ? "" : "\n") + id + " could not be ended";
  refuse(exit_code::kOther, text);
}

}  // namespace shaddock::admin
