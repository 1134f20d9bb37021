#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "cluster/link.h"
#include "server/route_book.h"

namespace shaddock::server {

// The requests that were last sent to types with a live router, each with its body: so one that
// provably did not run can be sent once more. Notifies are here as well, for their place in the
// order. Both rings are of fixed size, and made with the first request; what falls out of them is
// not sent again.
class KeptRequests {
 public:
  struct Request {
    SessionId session = 0;
    std::uint32_t id = 0;        // as the client counts; 0: a notify
    std::uint32_t filtered = 0;  // see Connector
    KnownRoute* route = nullptr;
    const std::string* server = nullptr;  // where it was sent
    cluster::LinkHandle link;             // and by which link
    std::uint64_t position = 0;           // on that link
    net::TimePoint deadline;
    cluster::BodyCoding coding = 0;
    bool again = false;  // it was sent for the second time
  };

  // Returns its number, by which it is found; never 0.
  std::uint64_t keep(Request request, std::string_view body);

  struct Found {
    const Request& request;
    std::string_view body;
  };
  // Both live until the next keep(). Nothing: it is not known any more, was sent twice, or its
  // session has sent something newer to that type.
  std::optional<Found> find(std::uint64_t number) const;

  // Whether one that was refused for overload may be tried elsewhere: one for ten kept ones, or a
  // crowd that is too much for one server would be twice too much for all.
  bool may_repeat_shed();

  static constexpr std::size_t kRequests = 2048, kBytes = 256 * 1024, kLongestBody = 16 * 1024;

 private:
  struct Kept {
    Request request;
    std::uint64_t body_at;  // among all bytes that were ever kept
    std::size_t body_size;
  };

  // Its session has sent something newer, from the request of that number on, to the same type.
  bool is_followed(const Kept& kept, std::uint64_t from) const;

  std::vector<Kept> requests_;
  std::vector<char> bytes_;
  static constexpr int kPrice = 10, kMostCredit = 1000;
  int credit_ = 0;           // each kept one gives 1
  std::uint64_t count_ = 0;  // of all requests that were ever kept
  std::uint64_t end_ = 0;    // of all bytes
};

}  // namespace shaddock::server
