#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "admin/configuration_files.h"
#include "admin/server_entries.h"

namespace shaddock::admin {

// The rules that concern more than one entry: no id is used twice, and no port of an address,
// the master's included. A client port is at all addresses of its machine; all loopback addresses
// are of one machine. Who is not on this machine needs a secret of the operator. `master` is where
// it is written, if it was found.
void check_together(const std::optional<Section>& master_section, const MasterEntry& master,
                    const Document& servers_file, const std::vector<ServerEntry>& servers,
                    std::vector<Problem>& problems);

// Who listens at a port, and where.
struct PortUse {
  std::string host;
  bool everywhere = false;  // at all addresses of its machine
  bool udp = false;
};
// Not both can have the same port.
bool clash(const PortUse& a, const PortUse& b);

// localhost, 127.x.x.x, ::1
bool is_loopback(std::string_view host);

}  // namespace shaddock::admin
