#include "app/recorded_server.h"

#include <chrono>
#include <utility>

#include "admin/records.h"
#include "admin/survivors.h"

namespace shaddock::app {
namespace {

Result<void> write_record(admin::Records& records, const ServeRequest& request) {
  using std::chrono::duration_cast, std::chrono::milliseconds;
  const net::Host& host = request.host;
  admin::Record record;
  record.id = request.self.id;
  record.type = request.self.type;
  record.frontend = request.self.frontend;
  record.process = host.processes.self();
  record.incarnation = request.self.incarnation;
  const auto& fingerprints = request.configuration.fingerprints;
  const auto known = fingerprints.find(request.self.id);
  record.fingerprint =
      known == fingerprints.end() ? admin::fingerprint(request.self) : known->second;
  record.master = request.master;
  record.since = duration_cast<milliseconds>(host.loop.wall_clock().time_since_epoch()).count();
  record.joined = request.joined;
  return records.write(record);
}

}  // namespace

// In a shared process an earlier life of this server may have left a record of this process.
std::optional<std::string> who_is_it_already(const CommandContext& context, const std::string& id) {
  const auto before = admin::Records(context.host, context.folders.run).find(id);
  const net::Processes& processes = context.host.processes;
  if (!before || before->process == processes.self() || !processes.alive(before->process))
    return std::nullopt;
  return id + " runs already, as process " + std::to_string(before->process.pid);
}

Result<std::unique_ptr<net::Program>> serve_recorded(const CommandContext& context,
                                                     ServeRequest request,
                                                     Function<void(int)> on_end) {
  admin::Records records(context.host, context.folders.run);
  if (auto written = write_record(records, request); !written) return written.error();
  auto end = [records, id = request.self.id, incarnation = request.self.incarnation,
              on_end = std::move(on_end)](int code) mutable {
    records.remove(id, incarnation);
    on_end(code);
  };
  return context.program.serve(std::move(request), std::move(end));
}

}  // namespace shaddock::app
