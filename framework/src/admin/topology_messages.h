#pragma once

#include <shaddock/fields.h>

#include <string>
#include <vector>

#include "admin/messages.h"

// What a console and the master say to each other about servers.json.
namespace shaddock::admin {

// A server to add, as it was typed: key=value.
struct EntryMessage {
  std::vector<std::string> words;
  static void fields(auto& m, auto&& f) { f("words", m.words); }
};

struct PlanMessage {
  std::vector<std::string> problems;  // of the file, a line each; with any, nothing else counts
  std::vector<std::string> notes;
  std::vector<std::string> started, stopped, restarted, reordered;
  ViewMessage before, after;
  static void fields(auto& m, auto&& f) {
    f("problems", m.problems);
    f("notes", m.notes);
    f("started", m.started);
    f("stopped", m.stopped);
    f("restarted", m.restarted);
    f("reordered", m.reordered);
    f("before", m.before);
    f("after", m.after);
  }
};

}  // namespace shaddock::admin
