#pragma once

#include <memory>
#include <utility>
#include <vector>

#include "sim/fabric.h"

namespace shaddock::sim {

class SimConnecting;

// One process on the network: what its kernel closes when it has died. Each of these may be gone
// before this, and this may be gone before the process.
class Attachment : public std::enable_shared_from_this<Attachment> {
 public:
  Attachment(std::shared_ptr<Fabric> fabric, Process& process);
  ~Attachment();
  Attachment(const Attachment&) = delete;
  Attachment& operator=(const Attachment&) = delete;

  void end();
  bool ended() const { return ended_; }

  // Flushes the stream of that end when this turn's work and all that it has deferred is done, all
  // streams together.
  void flush_later(std::shared_ptr<Connection> connection, int side);

  Fabric& fabric() { return *fabric_; }
  const std::shared_ptr<Fabric>& shared_fabric() const { return fabric_; }
  // Not to be touched once it has ended.
  Process& process() { return process_; }
  Machine& machine() { return machine_; }

  std::vector<ListeningPort*> listening;
  std::vector<DatagramPort*> datagrams;
  std::vector<SimConnecting*> connecting;

 private:
  using Dirty = std::vector<std::pair<std::shared_ptr<Connection>, int>>;
  void flush();

  const std::shared_ptr<Fabric> fabric_;
  Process& process_;
  Machine& machine_;
  bool ended_ = false;
  bool planned_ = false;
  Dirty dirty_, flushing_;
};

}  // namespace shaddock::sim
