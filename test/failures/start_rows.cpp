#include <csignal>
#include <optional>
#include <sstream>

#include "ground.h"
#include "rows.h"

namespace shaddock::failures {

namespace {

using Figures = std::vector<Figure>;
using system_test::ChatCluster;

// A program that is in the way of the gate's clients.
Figures port_taken() {
  Ground ground;
  ChatCluster& cluster = ground.cluster();
  cluster.stop();
  const int port = cluster.client_address("gate-1").port;
  const auto in_the_way =
      cluster.host().network.listen({"127.0.0.1", port}, [](std::unique_ptr<net::Stream>) {});
  const auto begin = ground.now();
  const auto started = cluster.run({"start", "--daemon"});
  const double took = milliseconds(begin, ground.now());
  const bool told =
      started.code == 3 && started.says("gate-1") && started.says(std::to_string(port));
  return {{"refused, by id and port, after", "ms", in_the_way && told ? took : -1, 1000},
          {"processes left", "", static_cast<double>(cluster.processes().size()), 0}};
}

struct Mistake {
  const char* from;
  const char* to;
};
constexpr Mistake kMistakes[] = {
    {"\"id\":\"connector-2\"", "\"id\":\"connector-1\""},  // twice
    {"\"host\":\"127.0.0.1\",", ""},                       // missing
    {"\"host\":\"127.0.0.1\"", "\"host\":[]"},
    {"\"frontend\":true", "\"frontend\":\"maybe\""},
    {"\"room\":", "\"rooom\":"},
    {"\"port\":", "\"port\":0,\"was\":"},
    {"\"port\":", "\"port\":70000,\"was\":"},
    {"{\"id\"", "{\"id\""},  // then no JSON: its end is cut off
};

std::string with(const std::string& text, const Mistake& mistake) {
  std::string wrong = text;
  const auto at = wrong.find(mistake.from);
  if (std::string_view(mistake.from) == mistake.to) return wrong.substr(0, wrong.size() / 2);
  return wrong.replace(at, std::string_view(mistake.from).size(), mistake.to);
}

Figures bad_configuration() {
  Ground ground;
  ChatCluster& cluster = ground.cluster();
  cluster.stop();
  const std::string file = cluster.config("servers.json"), right = cluster.read(file);
  double longest = 0, unnoticed = 0;
  for (const Mistake& mistake : kMistakes)
    for (const auto& words :
         {std::vector<std::string>{"check"}, std::vector<std::string>{"start", "--daemon"}}) {
      cluster.write(file, with(right, mistake));
      const auto begin = ground.now();
      const auto ended = cluster.run(words);
      longest = std::max(longest, milliseconds(begin, ground.now()));
      unnoticed += ended.code != 2 || !ended.says("servers.json:") || !cluster.processes().empty();
    }
  return {{"of 16 that are not refused with their place", "", unnoticed, 0},
          {"the longest took", "ms", longest, 200}};
}

// The words of a process that runs.
std::vector<std::string> words_of(ChatCluster& cluster, int pid) {
  std::istringstream text(cluster.read("/proc/" + std::to_string(pid) + "/cmdline"));
  std::vector<std::string> words;
  for (std::string word; std::getline(text, word, '\0');) words.push_back(word);
  return words;
}

Figures same_id_twice() {
  Ground ground;
  ChatCluster& cluster = ground.cluster();
  ground.begin();
  const std::uint64_t before = ground.life("room-1");
  auto words = words_of(cluster, ground.process("room-1").pid);
  net::Command command;
  command.program = words.front();
  command.arguments.assign(words.begin() + 1, words.end());
  command.output_file = cluster.folder() + "/second";
  std::optional<net::Exit> exit;
  const auto begin = ground.now();
  const auto second = cluster.host().processes.spawn(command, [&](net::Exit how) { exit = how; });
  cluster.until([&] { return exit.has_value(); }, net::Duration(5000));
  const double took = milliseconds(begin, ground.now());
  if (!exit && second) cluster.host().processes.signal(*second, SIGKILL);
  ground.wait(net::Duration(500));
  ground.settle();
  return {{"the second has ended with 4 after", "ms", exit && exit->status == 4 ? took : -1, 1000},
          {"failed requests", "", ground.failed(), 0},
          {"the first was replaced", "", ground.life("room-1") == before ? 0.0 : 1.0, 0}};
}

}  // namespace

std::vector<Row> start_rows() {
  return {
      {"F19", "a client port that is taken", false, [](const Means&) { return port_taken(); }},
      {"F20", "mistakes in servers.json", false, [](const Means&) { return bad_configuration(); }},
      {"F31", "a second process of an id", false, [](const Means&) { return same_id_twice(); }}};
}

}  // namespace shaddock::failures
