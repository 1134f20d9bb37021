#include "system/cuts.h"

#include <stdexcept>

namespace shaddock::system_test {

namespace {

// Ports are put into these sets and taken out again. The port is the listener's, and the other side
// dials it: "half" loses what is sent to the listener, answers and signs of life of which come on.
constexpr const char* kRules = R"(table inet chaos {
  set to_all { type inet_service; }
  set to_half { type inet_service; }
  set to_reset { type inet_service; }
  set to_lose { type inet_service; }
  set to_lose_little { type inet_service; }
  set to_slow { type inet_service; }
  chain from_everybody {
    type filter hook input priority 0;
    tcp dport @to_all drop
    tcp sport @to_all drop
    tcp dport @to_half drop
    tcp flags & rst == rst accept
    tcp dport @to_reset reject with tcp reset
    tcp sport @to_reset reject with tcp reset
    tcp dport @to_lose numgen random mod 100 < 5 drop
    tcp sport @to_lose numgen random mod 100 < 5 drop
    tcp dport @to_lose_little numgen random mod 100 < 1 drop
    tcp sport @to_lose_little numgen random mod 100 < 1 drop
    tcp dport @to_slow limit rate over 125 kbytes/second drop
  }
})";

std::string set_of(Cuts::What what) {
  constexpr const char* kSets[] = {"to_all",  "to_half",        "to_reset",
                                   "to_lose", "to_lose_little", "to_slow"};
  return kSets[static_cast<std::size_t>(what)];
}

}  // namespace

Cuts::Cuts(ChatCluster& cluster, std::string nft) : cluster_(cluster), nft_(std::move(nft)) {
  if (possible()) tell(kRules);
}

// Two cuts of the same kind at one port end when the last of them does.
void Cuts::begin(What what, int port) {
  cut_.insert({what, port});
  if (cut_.count({what, port}) == 1)
    tell("add element inet chaos " + set_of(what) + " { " + std::to_string(port) + " }");
}

void Cuts::end(What what, int port) {
  const auto at = cut_.find({what, port});
  if (at == cut_.end()) return;
  cut_.erase(at);
  if (!cut_.contains({what, port}))
    tell("delete element inet chaos " + set_of(what) + " { " + std::to_string(port) + " }");
}

void Cuts::end_all() {
  while (!cut_.empty()) end(cut_.begin()->first, cut_.begin()->second);
}

void Cuts::lead(int port, int other, const std::string& source) {
  tell("table ip way {\n chain out {\n type nat hook output priority -100;\n ip saddr != " +
       source + " tcp dport " + std::to_string(port) + " redirect to :" + std::to_string(other) +
       "\n }\n}\n");
}

void Cuts::tell(const std::string& rules) {
  const std::string file = cluster_.folder() + "/rules";
  cluster_.write(file, rules);
  net::Command command;
  command.program = nft_;
  command.arguments = {"-f", file};
  command.output_file = file + ".out";
  std::optional<net::Exit> exit;
  auto begun = cluster_.host().processes.spawn(command, [&](net::Exit how) { exit = how; });
  if (!begun || !cluster_.until([&] { return exit.has_value(); }) || exit->status != 0)
    throw std::runtime_error("nft: " + cluster_.read(command.output_file));
}

}  // namespace shaddock::system_test
