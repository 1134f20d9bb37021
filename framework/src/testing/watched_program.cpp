#include "testing/watched_program.h"

#include <utility>

namespace shaddock::testing {
namespace {

class WatchedServer final : public net::Program {
 public:
  WatchedServer(std::string id, std::unique_ptr<net::Program> program, RunningServers& running)
      : id_(std::move(id)), running_(running), program_(std::move(program)) {
    if (auto* server = dynamic_cast<app::ServerProgram*>(program_.get())) running_[id_] = server;
  }
  ~WatchedServer() override { running_.erase(id_); }

 private:
  std::string id_;
  RunningServers& running_;
  std::unique_ptr<net::Program> program_;
};

}  // namespace

std::unique_ptr<net::Program> WatchedProgram::serve(app::ServeRequest request,
                                                    Function<void(int)> on_end) {
  std::string id = request.self.id;
  auto program = ApplicationProgram::serve(std::move(request), std::move(on_end));
  return std::make_unique<WatchedServer>(std::move(id), std::move(program), running_);
}

}  // namespace shaddock::testing
