// Real processes of a cluster are killed, frozen, stopped and cut off at random while players play:
// tools/chaos. To read: story.cpp is a run, plan.cpp what goes wrong in it, test/game the game and
// the promises.

#define DOCTEST_CONFIG_IMPLEMENT
#include <doctest/doctest.h>

#include <charconv>
#include <csignal>
#include <cstdio>
#include <string>

#include "story.h"

namespace {

using namespace shaddock;
using namespace shaddock::chaos;

template <class T>
bool read(const std::string& text, T& number) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  return error == std::errc() && end == text.data() + text.size();
}

bool read_words(int argc, char** argv, Settings& settings) {
  settings.program = GAME_PROGRAM;
  for (int i = 1; i < argc; ++i) {
    const std::string name = argv[i];
    if (name == "--sabotage") {
      settings.sabotage = true;
      continue;
    }
    if (++i == argc) return false;
    const std::string value = argv[i];
    std::int64_t seconds = 0;
    if (name == "--nft")
      settings.nft = value;
    else if (name == "--keep")
      settings.keep = value;
    else if (name == "--seconds" && read(value, seconds) && seconds > 0 && seconds <= 3600)
      settings.time = std::chrono::seconds(seconds);
    else if (!(name == "--seed" && read(value, settings.seed)) &&
             !(name == "--players" && read(value, settings.players) && settings.players > 0))
      return false;
  }
  return true;
}

void print(const Settings& settings, const Outcome& outcome) {
  std::string codes;
  for (const auto& [code, count] : outcome.counts.answers)
    codes += " " + std::to_string(code) + ": " + std::to_string(count);
  const std::string again = "tools/chaos --seconds " +
                            std::to_string(settings.time.count() / 1000) + " --seed " +
                            std::to_string(settings.seed);
  std::printf(
      "%zu faults; %llu requests, answers by code%s; %llu pushes; %llu visits, %llu of them by who "
      "came again; %llu events\n",
      outcome.faults, static_cast<unsigned long long>(outcome.counts.requests), codes.c_str(),
      static_cast<unsigned long long>(outcome.counts.pushes),
      static_cast<unsigned long long>(outcome.counts.visits),
      static_cast<unsigned long long>(outcome.counts.reconnects),
      static_cast<unsigned long long>(outcome.events));
  if (settings.nft.empty())
    std::printf("no link was cut: there is no network namespace with nft\n");
  for (const game::Violation& violation : outcome.violations)
    std::printf("  %s\n", to_string(violation).c_str());
  std::printf("%zu violations; the same faults again: %s\n", outcome.violations.size(),
              again.c_str());
}

}  // namespace

int main(int argc, char** argv) {
  std::signal(SIGPIPE, SIG_IGN);
  // The cluster that system tests share looks at itself with these.
  doctest::Context context;
  context.setAsDefaultForAssertsOutOfTestCases();
  context.setAssertHandler([](const doctest::AssertData& data) {
    std::fprintf(stderr, "%s:%d: %s is not so\n", data.m_file, data.m_line, data.m_expr);
  });
  Settings settings;
  if (!read_words(argc, argv, settings)) {
    std::fprintf(stderr, "see tools/chaos --help\n");
    return 2;
  }
  settings.say = [](const std::string& line) { std::printf("%s\n", line.c_str()); };
  std::setvbuf(stdout, nullptr, _IOLBF, 0);
  try {
    const Outcome outcome = tell(settings);
    print(settings, outcome);
    return outcome.violations.empty() ? 0 : 1;
  } catch (const std::exception& error) {
    std::fprintf(stderr, "chaos: %s\n", error.what());
    return 1;
  }
}
