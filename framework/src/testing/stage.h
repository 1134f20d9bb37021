#pragma once

#include <chrono>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "admin/configuration.h"
#include "admin/folders.h"
#include "net/program.h"

namespace shaddock::testing {

// What a stage is built from.
struct StagePlan {
  admin::Configuration configuration;
  admin::Folders folders;
  std::map<std::string, std::string> files;  // by path: in place of those on the disk
  std::uint64_t seed = 1;
  // main() of the process that is called so: the master or a server.
  std::function<net::Main(const std::string& id)> main_of;
  // What a reader of the trace wants to know of the world around the servers.
  std::function<void(std::string_view who, std::string_view what)> tell;
};

// Somebody outside of the cluster who talks to it: a client, an operator. Whatever is made on the
// host goes before the visitor, the visitor before its stage.
class Visitor {
 public:
  virtual ~Visitor() = default;
  virtual net::Host& host() = 0;
  // Nothing passes any more, in either direction, and nobody is told; false when this stage cannot.
  virtual bool cut() = 0;
};

// What may go wrong between servers, known by their ids.
class Faults {
 public:
  virtual void freeze(const std::string& id) = 0;
  virtual void thaw(const std::string& id) = 0;
  virtual void cut(const std::string& one, const std::string& other) = 0;
  virtual void mend(const std::string& one, const std::string& other) = 0;

 protected:
  ~Faults() = default;
};

// Where a cluster runs, and its time: simulated or real. Servers, and the master, are known by
// their ids. All is on one thread; conditions are looked at between two turns.
class Stage {
 public:
  virtual ~Stage() = default;

  virtual std::chrono::microseconds now() const = 0;  // since the beginning
  virtual void run_for(net::Duration time) = 0;
  // False when it does not hold within the time.
  virtual bool run_until(const std::function<bool()>& condition, net::Duration limit) = 0;

  // Starts the master with that command line. It starts the servers.
  virtual void start(const net::Command& command) = 0;
  virtual bool alive(const std::string& id) const = 0;
  virtual void kill(const std::string& id) = 0;
  virtual std::unique_ptr<Visitor> invite(const std::string& name) = 0;

  // What only one kind of time has: faults of a simulated world; and real ports, nothing if that
  // address of the configuration is none of a server that runs.
  virtual Faults* faults() { return nullptr; }
  virtual std::optional<net::Address> real_address(const net::Address&) { return {}; }
};

std::unique_ptr<Stage> make_simulated_stage(StagePlan plan);
std::unique_ptr<Stage> make_real_stage(StagePlan plan);

}  // namespace shaddock::testing
