#pragma once

#include <shaddock/log.h>

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "cluster/link.h"

namespace shaddock::cluster {

struct EndpointSettings {
  net::Duration proof_limit{2000};  // both proofs and HELLO, in total
  LinkSettings link;
  net::Duration redial_first{20}, redial_most{1000};
  std::size_t unproved_most =
      64;  // connections that have not proved themselves yet; the oldest goes first
};

// Listens for links, dials them, proves and introduces both sides; keeps at most one link per peer
// id. Everything that has links owns one: servers, the master, the console. Which of two links to
// the same id stays:
//
//   - of two incarnations the greater; one that is known to be replaced is refused, even when it
//   has no link
//   - of one incarnation and one dialler the newer: its dialler has given the older one up
//   - else the one that the smaller id has dialled
//
// The receiver is never called from inside a call that it makes here.
class Endpoint {
 public:
  Endpoint(net::Host& host, Logger log, Identity self, std::string secret, Receiver& receiver,
           EndpointSettings settings = {});
  ~Endpoint();  // links go down without callbacks, waiting calls end with 522

  // The routes of this process, once they are known: before listen() and dial().
  void describe(std::vector<std::string> handlers, std::vector<std::string> remotes);

  // Refused without a secret.
  Result<void> listen(const net::Address& address);
  net::Address address() const;  // of the listener

  // Keeps a link to that peer from now on: dials until it is there and again when it is lost, with
  // back-off, of `redial_most` at last instead of what the settings say.
  void dial(const std::string& peer_id, const net::Address& address,
            std::optional<net::Duration> redial_most = {});
  // It is there again: what is dialled anyway is dialled now, and not after a while.
  void hasten(const std::string& peer_id);
  // Stops dialling it and closes its link.
  void forget(const std::string& peer_id);
  // The same for one that is about to stop: it closes the link itself, when what is under way there
  // has ended. After half a minute it is closed anyway.
  void part(const std::string& peer_id);
  // The beginning of a stop: links close once they have written what they hold, and neither side
  // makes one any more. May be called again.
  void retire(std::string_view why);
  // Nobody older than this may have that id any more: a link of an older incarnation is reset.
  void fence(const std::string& peer_id, std::uint64_t incarnation);

  Link* find(std::string_view peer_id);  // nullptr when there is none now
  void for_each(const std::function<void(Link&)>& visit);
  const Identity& self() const;

 private:
  struct Parts;
  std::unique_ptr<Parts> parts_;
};

}  // namespace shaddock::cluster
