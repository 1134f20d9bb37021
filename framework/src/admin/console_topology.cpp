#include <algorithm>
#include <cstdio>

#include "admin/console_asking.h"
#include "admin/phrases.h"
#include "admin/table.h"
#include "admin/topology_plan.h"

// The commands about servers.json: plan, add, remove.
namespace shaddock::admin {
namespace {

std::string line_of(const MovedKeys& keys) {
  if (!keys.note.empty()) return keys.type + ": " + keys.note;
  const double percent = 100.0 * static_cast<double>(keys.moved) /
                         static_cast<double>(std::max<std::size_t>(keys.of, 1));
  char text[16];
  std::snprintf(text, sizeof text, "%.1f", percent);
  return keys.type + ": " + std::to_string(keys.moved) + " of " + std::to_string(keys.of) +
         " keys move to another server (" + text + " %)";
}

Json json_of(const std::vector<MovedKeys>& moved) {
  Json list = Json::array();
  for (const MovedKeys& keys : moved) {
    Json one{{"type", keys.type}};
    if (keys.note.empty()) {
      one.set("moved", static_cast<std::int64_t>(keys.moved));
      one.set("of", static_cast<std::int64_t>(keys.of));
    } else {
      one.set("note", keys.note);
    }
    list.push_back(std::move(one));
  }
  return list;
}

std::string in_lines(const std::vector<std::string>& lines) {
  std::string text;
  for (const std::string& line : lines) text += (text.empty() ? "" : "\n") + line;
  return text;
}

PlanMessage message_of(TopologyPlan plan) {
  PlanMessage message;
  message.started = std::move(plan.started);
  message.stopped = std::move(plan.stopped);
  message.restarted = std::move(plan.restarted);
  message.reordered = std::move(plan.reordered);
  return message;
}

}  // namespace

void Console::plan(OnEnd on_end) {
  on_end_ = std::move(on_end);
  if (nothing_runs(exit_code::kOther)) return;
  reach_master(
      [this] {
        ask(verb::kConsolePlan, Nothing{}, kAnswerLimit, [this](const Answer& answer) {
          if (!answer) return refused(answer);
          PlanMessage plan;
          if (!cluster::decode_msgpack(*answer, type_of<PlanMessage>(), &plan))
            return unreachable();
          show_plan(std::move(plan));
        });
      },
      [this] {
        if (!settings_.credential.empty()) return refuse(exit_code::kOther, said_);
        say(said_ + ": by the records of what lives");
        plan_by_records();
      });
}

void Console::show_plan(PlanMessage plan) {
  if (!plan.problems.empty()) return refuse(exit_code::kConfiguration, in_lines(plan.problems));
  std::vector<MovedKeys> moved;
  if (settings_.moved && !plan.after.servers.empty())
    moved = settings_.moved(to_view(plan.before), to_view(plan.after));
  const TopologyPlan steps{plan.started, plan.stopped, plan.restarted, plan.reordered};
  std::vector<std::string> lines = lines_of(steps);
  if (lines.empty()) lines.emplace_back("servers.json changes nothing");
  for (const MovedKeys& keys : moved) lines.push_back(line_of(keys));
  lines.insert(lines.end(), plan.notes.begin(), plan.notes.end());
  done(in_lines(lines), {{"started", to_json(plan.started)},
                         {"stopped", to_json(plan.stopped)},
                         {"restarted", to_json(plan.restarted)},
                         {"reordered", to_json(plan.reordered)},
                         {"moved", json_of(moved)},
                         {"notes", to_json(plan.notes)}});
}

// A master that starts now would do this.
void Console::plan_by_records() {
  auto loaded = settings_.load ? settings_.load() : LoadedConfiguration();
  if (!settings_.load || !loaded.ok()) {
    PlanMessage wrong;
    for (const Problem& problem : loaded.problems)
      if (!problem.warning) wrong.problems.push_back(to_string(problem));
    if (wrong.problems.empty()) return refuse(exit_code::kOther, said_);
    return show_plan(std::move(wrong));
  }
  std::vector<PresentServer> present;
  for (const Record& record : living_)
    if (!record.is_master()) present.push_back({record.id, record.type, record.fingerprint});
  TopologyPlan plan =
      plan_topology(present, loaded.configuration.servers, loaded.configuration.fingerprints);
  plan.reordered.clear();  // records have no order
  show_plan(message_of(std::move(plan)));
}

void Console::add(OnEnd on_end) {
  on_end_ = std::move(on_end);
  if (nothing_runs(exit_code::kOther)) return;
  reach_master(
      [this] {
        EntryMessage message;
        message.words = settings_.words;
        std::string id;
        for (const std::string& word : message.words)
          if (word.starts_with("id=")) id = word.substr(3);
        ask(verb::kConsoleAdd, message, kRestartLimit,
            [this, id](const Answer& answer) { answer ? show_added(id) : refused(answer); });
      },
      [this] { refuse(exit_code::kOther, said_); });
}

void Console::show_added(const std::string& id) {
  ask_for_rows(true, [this, id](Rows rows) {
    std::erase_if(rows, [&](const RowMessage& row) { return row.id != id; });
    done("added " + id + "\n" + format_table(rows), {{"servers", to_json(ids_of(rows))}});
  });
}

void Console::remove(OnEnd on_end) {
  on_end_ = std::move(on_end);
  if (nothing_runs(exit_code::kOther)) return;
  reach_master(
      [this] {
        ServersMessage message;
        message.ids = settings_.ids;
        ask(verb::kConsoleRemove, message, kRestartLimit, [this](const Answer& answer) {
          if (!answer) return refused(answer);
          done("removed " + join(settings_.ids), {{"servers", to_json(settings_.ids)}});
        });
      },
      [this] { refuse(exit_code::kOther, said_); });
}

}  // namespace shaddock::admin
