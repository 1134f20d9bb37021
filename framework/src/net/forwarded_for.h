#pragma once

#include "net/cidr.h"
#include "net/http_request.h"

namespace shaddock::net {

// Whose request this is. Every proxy appends the address it was called from to X-Forwarded-For, so
// only the right end of the list is worth believing, and only as far as listed proxies wrote it:
//
//   X-Forwarded-For: 6.6.6.6, 203.0.113.9, 10.0.0.7      peer 10.0.0.8, proxies 10.0.0.0/8
//                    (forged)  the client  a proxy
//
// The client is the rightmost that is not a listed proxy; with none, or at the first word that is
// no address, the one reached so far. A peer that is not listed is its own client. Several headers
// are one list. "1.2.3.4:5678", "[2001:db8::1]" and "[2001:db8::1]:5678" are addresses too.
IpAddress forwarded_client(const HttpRequest& request, const IpAddress& peer,
                           const CidrList& proxies);

}  // namespace shaddock::net
