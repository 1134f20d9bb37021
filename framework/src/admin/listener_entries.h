#pragma once

#include <shaddock/listener.h>

#include <vector>

#include "admin/entry_reader.h"

namespace shaddock::admin {

// The client ports of a frontend beside or instead of what its clientPort alone says:
//
//   {"id": "connector-server-1", "clientPort": 3050, "frontend": true,
//    "tls": {"certificate": "cert.pem", "key": "key.pem"},            of clientPort
//    "listeners": [{"port": 3060, "host": "127.0.0.1", "proxies": ["10.0.0.0/8"]},
//                  {"transport": "udp", "port": 3070}]}
//
// Keys are those of ListenerSettings and TlsSettings in Pomelo's spelling (proveAddress); a
// listener with the clientPort as its port describes that one. In an entry with clusterCount a port
// may count up ("3060++"): `clone` says which one is asked for. What is wrong is reported with its
// place.
std::vector<ListenerSettings> read_listeners(EntryReader& entry, const Document& document,
                                             std::vector<Problem>& problems, int client_port,
                                             bool cluster, int clone);

}  // namespace shaddock::admin
