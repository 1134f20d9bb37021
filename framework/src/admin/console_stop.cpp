#include <algorithm>

#include "admin/console_asking.h"

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
    if (record.is_master() && wanted(record)) return send_stop({});
  choose([this](Rows rows) { send_stop(ids_of(rows)); });
}

// Without ids everything: a master stops with all that it started.
void Console::send_stop(std::vector<std::string> ids) {
  StopMessage message;
  message.ids = settings_.ids = std::move(ids);
  if (message.ids.empty()) settings_.type.clear();
  ask(verb::kConsoleStop, message, kAnswerLimit, [this](const Answer& answer) {
    if (!answer && answer.error().code == code::kFailed) return refused(answer);
    // Also when the answer was lost: the master may be gone already.
    give_up_ = host_.loop.now() + kStopLimit;
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
  by_pid_ = std::make_unique<StopByPid>(
      host_, std::move(records), [this](std::string_view text) { say(text); },
      [this](std::vector<std::string> left) { stopped(left); });
  by_pid_->start();
}

void Console::stopped(const std::vector<std::string>& left) {
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
