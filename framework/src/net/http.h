#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "net/http_request.h"
#include "net/static_files.h"

namespace shaddock::net {

// What a client port answers to HTTP: a WebSocket is opened on any path, files are given out by
// their exact path, everything else is refused.
struct HttpSite {
  const StaticFiles* files = nullptr;
  // Where a WebSocket may come from, as the Origin header has it; empty: from anywhere.
  std::vector<std::string> origins = {};
  bool origin_required = false;  // refuse a WebSocket without an Origin, so all but browsers
  bool deflate = false;          // permessage-deflate for those that offer it
};

struct HttpAnswer {
  int status = 0;
  std::string head;
  SharedBytes body;        // to be written behind the head; may be null
  bool keep_open = false;  // else close when all is written
  // With an upgrade: the window of permessage-deflate for what we write; 0: it was not agreed on.
  int deflate_bits = 0;

  // WebSocket frames follow, in both directions.
  bool upgraded() const { return status == 101; }
};

HttpAnswer answer_http(const HttpRequest& request, const HttpSite& site);

// An answer that ends the connection: to a head that failed, to a client too slow (408), to one too
// many (503).
HttpAnswer http_error(int status);

// The value of Sec-WebSocket-Accept for that of Sec-WebSocket-Key.
std::string websocket_accept(std::string_view key);

}  // namespace shaddock::net
