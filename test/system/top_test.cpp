#include <doctest/doctest.h>

#include <algorithm>
#include <csignal>
#include <functional>

#include "system/chat_cluster.h"
#include "system/pseudo_terminal.h"

// `top` in a terminal, as an operator sees it.
namespace shaddock::system_test {
namespace {

constexpr std::string_view kBegin = "\x1b[?1049h\x1b[?25l", kEnd = "\x1b[?25h\x1b[?1049l";
constexpr std::string_view kFrame = "\x1b[H", kLineEnd = "\x1b[K\r", kFrameEnd = "\x1b[J";
constexpr char kCtrlC = '\x03';

std::vector<std::string> words(const ChatCluster& cluster) {
  return {"top", "config=" + cluster.config(), "env=" + cluster.environment()};
}

bool in_lines(const PseudoTerminal& terminal) {
  return (terminal.settings().c_lflag & (ICANON | ECHO)) == (ICANON | ECHO);
}

// The lines of each table that was drawn whole, one table after the other.
std::vector<std::vector<std::string>> tables(const std::string& shown) {
  std::vector<std::vector<std::string>> all;
  for (std::size_t at = 0; (at = shown.find(kFrame, at)) != std::string::npos;) {
    const std::size_t end = shown.find(kFrameEnd, at);
    if (end == std::string::npos) break;
    auto& lines = all.emplace_back();
    for (at += kFrame.size(); at < end;) {
      // The terminal makes "\r\n" of each "\n".
      lines.push_back(shown.substr(at, shown.find(kLineEnd, at) - at));
      at = shown.find('\n', at) + 1;
    }
  }
  return all;
}

bool tells_of(const std::vector<std::string>& lines, std::string_view id) {
  return std::ranges::any_of(lines, [&](const auto& line) { return line.starts_with(id); });
}

TEST_CASE("top draws a table of all servers again and again, and any end restores the terminal") {
  ChatCluster cluster("development", net::Isolation::process);
  cluster.start();
  const std::pair<const char*, std::function<void(PseudoTerminal&)>> ends[] = {
      {"q", [](PseudoTerminal& terminal) { terminal.press('q'); }},
      {"Ctrl-C", [](PseudoTerminal& terminal) { terminal.press(kCtrlC); }},
      {"SIGTERM", [](PseudoTerminal& terminal) { terminal.signal(SIGTERM); }},
      {"no master any more", [&](PseudoTerminal&) { cluster.stop(); }}};
  for (const auto& [name, end] : ends) {
    CAPTURE(std::string(name));
    PseudoTerminal terminal(CHAT_PROGRAM, words(cluster), {24, 80});
    REQUIRE(
        cluster.until([&] { return !terminal.look() || tables(terminal.shown()).size() >= 3; }));
    CHECK(terminal.shown().starts_with(kBegin));
    CHECK_FALSE(in_lines(terminal));
    for (const auto& table : tables(terminal.shown())) {
      CHECK(table.front().starts_with("serverId"));
      for (const char* id : {"gate-server-1", "connector-server-3", "chat-server-2"})
        CHECK(tells_of(table, id));
    }
    // What is a rate is known from the second look on.
    CHECK(tables(terminal.shown()).back().at(1).find(" - ") == std::string::npos);

    end(terminal);
    REQUIRE(cluster.until([&] { return !terminal.look(); }));
    const bool alone = std::string_view(name) == "no master any more";
    CHECK((terminal.code() == 0) != alone);
    CHECK(in_lines(terminal));
    const std::size_t restored = terminal.shown().rfind(kEnd);
    REQUIRE(restored != std::string::npos);
    CHECK(terminal.shown().find(kFrame, restored) == std::string::npos);
  }
}

TEST_CASE("in a small terminal top shows what fits and no line breaks") {
  ChatCluster cluster("development", net::Isolation::process);
  cluster.start();
  PseudoTerminal terminal(CHAT_PROGRAM, words(cluster), {5, 30});
  REQUIRE(cluster.until([&] { return !terminal.look() || !tables(terminal.shown()).empty(); }));
  const auto table = tables(terminal.shown()).front();
  CHECK(table.size() == 4);
  for (const std::string& line : table) CHECK(line.size() <= 30);
  terminal.press('q');
  CHECK(cluster.until([&] { return !terminal.look(); }));
}

}  // namespace
}  // namespace shaddock::system_test
