#include <utility>

#include "testing/cluster_parts.h"

namespace shaddock::testing {

Cluster::Cluster(const Application& application, std::string configuration_folder, Options options)
    : parts_(std::make_unique<Parts>(application, configuration_folder, std::move(options))) {}
Cluster::~Cluster() = default;

Client& Cluster::connect(std::string_view server_id, std::string name) {
  return parts_->connect(std::string(server_id), parts_->client_address(server_id),
                         std::move(name));
}

Client& Cluster::connect(std::string_view host, int port, std::string name) {
  const net::Address address{std::string(host), port};
  return parts_->connect(parts_->name_of(address), address, std::move(name));
}

void Cluster::run_for(std::chrono::milliseconds time) { parts_->scene.stage->run_for(time); }

void Cluster::run_until(const std::function<bool()>& condition, std::string_view what) {
  const Scene& scene = parts_->scene;
  if (!scene.stage->run_until(condition, scene.options.patience))
    scene.fail("expected within " + scene.patience() + ": " + std::string(what));
}

Server* Cluster::server(std::string_view id) const {
  const ServerInfo& server = parts_->configured(id);
  const auto found = parts_->servers.find(server.id);
  return found == parts_->servers.end() ? nullptr : &found->second->server();
}

void Cluster::stop(std::string_view id) {
  const std::string& server = parts_->configured(id).id;
  parts_->operate("stop", server, &admin::Console::stop);
}

void Cluster::start(std::string_view id) {
  const std::string& server = parts_->configured(id).id;
  parts_->operate("start", server, &admin::Console::start);
}

void Cluster::kill(std::string_view id) {
  parts_->check_runs(id);
  parts_->scene.stage->kill(std::string(id));
}

void Cluster::expect_ready(std::string_view id) {
  const std::string& server = parts_->configured(id).id;
  run_until(
      [&] {
        const auto found = parts_->servers.find(server);
        return found != parts_->servers.end() && found->second->ready();
      },
      server + " is ready");
}

void Cluster::freeze(std::string_view id) {
  parts_->check_runs(id);
  parts_->faults("to freeze a server").freeze(std::string(id));
}

void Cluster::thaw(std::string_view id) {
  parts_->check_runs(id);
  parts_->faults("to thaw a server").thaw(std::string(id));
}

void Cluster::cut(std::string_view one, std::string_view other) {
  const std::string &a = parts_->configured(one).id, &b = parts_->configured(other).id;
  parts_->faults("to cut servers off").cut(a, b);
  parts_->scene.trace.add(a, "is cut off from " + b);
}

void Cluster::mend(std::string_view one, std::string_view other) {
  const std::string &a = parts_->configured(one).id, &b = parts_->configured(other).id;
  parts_->faults("to mend a cut").mend(a, b);
  parts_->scene.trace.add(a, "reaches " + b + " again");
}

const std::vector<std::string>& Cluster::trace() const { return parts_->scene.trace.lines(); }

std::pair<std::string, int> Cluster::address(std::string_view server_id) const {
  const auto real = parts_->scene.stage->real_address(parts_->client_address(server_id));
  if (!real) parts_->scene.fail("a port of " + std::string(server_id) + " in real time only");
  return {real->host, real->port};
}

}  // namespace shaddock::testing
