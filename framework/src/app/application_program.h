#pragma once

#include "app/server_process.h"

namespace shaddock::app {

// An Application as a Program.
class ApplicationProgram : public Program {
 public:
  // The definition must outlive it.
  explicit ApplicationProgram(const detail::Definition& definition) : definition_(definition) {}
  virtual ~ApplicationProgram() = default;

  std::string version() const override;
  std::vector<std::string> server_types() const override;
  std::vector<admin::MovedKeys> moved_keys(const admin::Configuration& configuration,
                                           const cluster::View& before,
                                           const cluster::View& after) const override;
  std::unique_ptr<net::Program> serve(ServeRequest request, Function<void(int)> on_end) override;

 private:
  const detail::Definition& definition_;
};

}  // namespace shaddock::app
