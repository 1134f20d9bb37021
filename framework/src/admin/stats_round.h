#pragma once

#include <shaddock/function.h>

#include <memory>
#include <string>
#include <vector>

#include "admin/messages.h"
#include "cluster/endpoint.h"
#include "cluster/rpc.h"

namespace shaddock::admin {

// Asks many servers at once how they do and calls `done` once, with the rows in the order given and
// the answers that came in time filled in. A row whose server has no link stays as it is.
void ask_for_stats(cluster::Endpoint& endpoint, cluster::RpcClient& rpc,
                   std::vector<RowMessage> rows, net::Duration limit,
                   Function<void(std::vector<RowMessage>)> done);

}  // namespace shaddock::admin
