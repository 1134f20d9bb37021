#include "sim/attachment.h"

#include <algorithm>

#include "sim/connection.h"
#include "sim/sim_connecting.h"
#include "sim/sim_datagrams.h"
#include "sim/sim_listener.h"
#include "sim/sim_stream.h"

namespace shaddock::sim {

Attachment::Attachment(std::shared_ptr<Fabric> fabric, Process& process)
    : fabric_(std::move(fabric)),
      process_(process),
      machine_(fabric_->machines.named(process.machine())) {
  fabric_->attachments.push_back(this);
}

Attachment::~Attachment() { std::erase(fabric_->attachments, this); }

void Attachment::flush_later(std::shared_ptr<Connection> connection, int side) {
  dirty_.emplace_back(std::move(connection), side);
  if (std::exchange(planned_, true)) return;
  // What was deferred before may still write, or destroy what has written: it comes first.
  process_.loop().defer(
      [self = shared_from_this()] { self->process_.loop().defer([self] { self->flush(); }); });
}

void Attachment::flush() {
  planned_ = false;
  flushing_.swap(dirty_);
  for (const auto& [connection, side] : flushing_) {
    if (SimStream* stream = connection->stream(side)) stream->flush();
  }
  flushing_.clear();
}

void Attachment::end() {
  ended_ = true;
  dirty_.clear();
  while (!connecting.empty()) connecting.back()->abandon();
  while (!listening.empty()) listening.back()->close();
  while (!datagrams.empty()) datagrams.back()->close();
  std::vector<std::pair<std::shared_ptr<Connection>, int>> mine;
  for (Connection* connection : fabric_->connections) {
    for (const int side : {0, 1}) {
      if (connection->owner(side).get() == this) {
        mine.emplace_back(connection->shared_from_this(), side);
      }
    }
  }
  for (const auto& [connection, side] : mine) {
    if (SimStream* stream = connection->stream(side)) stream->abandon();
    connection->close(side, false);
  }
}

}  // namespace shaddock::sim
