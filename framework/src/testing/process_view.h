#pragma once

#include <memory>
#include <string>

#include "net/program.h"
#include "testing/cluster_files.h"

namespace shaddock::testing {

// The host of one process as its programs see it: with the files of the cluster and, if there is
// one, another network than the given host's. What the host names outlives it.
struct ProcessView {
  ProcessView(net::Host& given, std::unique_ptr<net::Network> own_network, net::Files& memory,
              net::Files& disk, const admin::Folders& folders)
      : network(std::move(own_network)),
        files(memory, disk, folders),
        host{given.loop, network ? *network : given.network, given.processes, files, given.random} {
  }
  ProcessView(const ProcessView&) = delete;
  ProcessView& operator=(const ProcessView&) = delete;

  std::unique_ptr<net::Network> network;
  ClusterFiles files;
  net::Host host;
};

// A program that runs with such a host.
class ViewedProgram final : public net::Program {
 public:
  ViewedProgram(std::unique_ptr<ProcessView> view, const net::Main& main,
                const net::Command& command, Function<void(int)> on_end)
      : view_(std::move(view)), program_(main(view_->host, command, std::move(on_end))) {}

 private:
  std::unique_ptr<ProcessView> view_;
  std::unique_ptr<net::Program> program_;
};

// What its command line calls a process: the word after "id=".
inline std::string id_of(const net::Command& command) {
  for (const std::string& word : command.arguments)
    if (word.starts_with("id=")) return word.substr(3);
  return {};
}

}  // namespace shaddock::testing
