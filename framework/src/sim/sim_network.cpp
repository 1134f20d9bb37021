#include "sim/sim_network.h"

#include <utility>
#include <vector>

#include "sim/binding.h"
#include "sim/connection.h"
#include "sim/sim_connecting.h"
#include "sim/sim_datagrams.h"
#include "sim/sim_listener.h"

namespace shaddock::sim {

namespace {

// What connects for a process that has ended.
struct Nothing final : net::Connecting {};

class ProcessNetwork final : public net::Network {
 public:
  explicit ProcessNetwork(std::shared_ptr<Attachment> owner) : owner_(std::move(owner)) {}

  Result<std::unique_ptr<net::Listener>> listen(const net::Address& address,
                                                OnAccept on_accept) override {
    if (owner_->ended()) return bind_failure(address, kNotAvailable);
    return SimListener::open(owner_, address, std::move(on_accept));
  }
  std::unique_ptr<net::Connecting> connect(const net::Address& address, net::Duration limit,
                                           OnConnect on_connect) override {
    if (owner_->ended()) return std::make_unique<Nothing>();
    return std::make_unique<SimConnecting>(owner_, address, limit, std::move(on_connect));
  }
  Result<std::unique_ptr<net::DatagramSocket>> open_datagrams(
      const net::Address& address, net::OnDatagram on_datagram) override {
    if (owner_->ended()) return bind_failure(address, kNotAvailable);
    return SimDatagrams::open(owner_, address, std::move(on_datagram));
  }

 private:
  const std::shared_ptr<Attachment> owner_;
};

using Held = std::vector<std::shared_ptr<Connection>>;

// They may go while something is done to them.
Held all_of(const Fabric& fabric) {
  Held all;
  all.reserve(fabric.connections.size());
  for (Connection* connection : fabric.connections) all.push_back(connection->shared_from_this());
  return all;
}

// The name of one machine, or "*". Whoever is named exists.
std::string known(Fabric& fabric, const std::string& name) {
  return name == "*" ? name : fabric.machines.named(name).name;
}

}  // namespace

SimNetwork::SimNetwork(Schedule& schedule, std::uint64_t seed, TraceHash& hash)
    : fabric_(std::make_shared<Fabric>(schedule, seed, hash)) {}

SimNetwork::~SimNetwork() = default;

std::unique_ptr<net::Network> SimNetwork::attach(Process& process) {
  return std::make_unique<ProcessNetwork>(std::make_shared<Attachment>(fabric_, process));
}

void SimNetwork::process_ended(Process& process) {
  std::vector<std::shared_ptr<Attachment>> its;
  for (Attachment* one : fabric_->attachments) {
    if (!one->ended() && &one->process() == &process) its.push_back(one->shared_from_this());
  }
  for (const auto& one : its) one->end();
}

void SimNetwork::set_path(const std::string& from, const std::string& to, const Path& path) {
  fabric_->paths.set(known(*fabric_, from), known(*fabric_, to), path);
}

void SimNetwork::cut(const std::string& from, const std::string& to) {
  fabric_->paths.cut(known(*fabric_, from), known(*fabric_, to), fabric_->schedule.now());
}

void SimNetwork::mend(const std::string& from, const std::string& to) {
  fabric_->paths.mend(known(*fabric_, from), known(*fabric_, to));
  for (const auto& connection : all_of(*fabric_)) connection->look_again();
}

void SimNetwork::reset(const std::string& one, const std::string& other) {
  const std::string first = known(*fabric_, one), second = known(*fabric_, other);
  for (const auto& connection : all_of(*fabric_)) {
    if (connection->between(first, second)) connection->break_now();
  }
}

void SimNetwork::set_tracer(Tracer tracer) { fabric_->tracer = std::move(tracer); }

}  // namespace shaddock::sim
