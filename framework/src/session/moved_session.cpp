#include "session/moved_session.h"

#include <utility>

#include "cluster/wire_codec.h"

namespace shaddock::session {

void add_moved_remote(cluster::Remotes& remotes, Channels& channels,
                      Function<void(const MovedSession&)> told) {
  remotes.add(std::string(kMovedRoute),
              [&channels, told = std::move(told)](cluster::IncomingCall call) mutable {
                MovedSession moved;
                auto read = cluster::decode_msgpack(call.body(), type_of<MovedSession>(), &moved);
                if (!read.ok()) return call.fail(read.error());
                channels.on_session_moved(moved);
                told(moved);
                call.answer();
              });
}

}  // namespace shaddock::session
