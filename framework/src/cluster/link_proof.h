#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/buffer.h"
#include "cluster/identity.h"
#include "net/host.h"

namespace shaddock::cluster {

// Versions of the frames of wire.h that this build speaks. 3: with drain and drained.
inline constexpr std::uint32_t kLowestWire = 2, kHighestWire = 3;

// What an observer proves to know, in hexadecimal digits.
std::string observer_secret(std::string_view secret);

// Both ends of a new connection prove to each other that they know the cluster secret, before
// anything else is read:
//
//   dialler  -> acceptor   [magic, lowest version, highest version, role, id, nonce]
//   acceptor -> dialler    [version, nonce]
//   dialler  -> acceptor   [proof]
//   acceptor -> dialler    [role, id, proof]
//
// The dialler proves first, so that a stranger who only connects learns nothing: neither who
// listens nor anything to try secrets on.
//
// An observer has no secret of the cluster but observer_secret() of it, which proves that one role
// and nothing else. Only a master lets it in, and only with an id that begins with "observer-", so
// that it takes no server's place.
//
// Each is a msgpack array of at most 1 KiB behind a length of two bytes (BE). A proof is
// HMAC-SHA256 with the secret over the name of the side that proves, everything that was said
// before it, and the acceptor's id, which the dialler knows from the start; so it is worth nothing
// on another connection, for another server, in the other direction or for another version. Pure
// bytes: it knows no socket.
class LinkProof {
 public:
  enum class Side { dialler, acceptor };
  enum class Step { more, proved, refused };
  struct Self {
    Role role;
    std::string id;
    std::string secret;  // an empty one proves nothing and refuses everybody
  };

  // `expected` is the id that a dialler means to reach.
  LinkProof(Side side, Self self, std::string expected, net::Random& random);

  // What the side says without being asked; nothing for an acceptor.
  void start(Buffer& out);
  // Takes whole messages from the front of `in` and appends what there is to say to `out`. After
  // proved, what is left in `in` belongs to what comes next. After refused the connection must be
  // closed without another byte.
  Step take(Buffer& in, Buffer& out);

  // What the peer claims, and has proved after `proved`. A dialler knows the role only then.
  Role peer_role() const { return peer_role_; }
  const std::string& peer_id() const { return peer_id_; }
  std::uint32_t version() const { return version_; }
  std::string_view refusal() const { return refusal_; }  // for our own log, never for the peer

  static constexpr std::size_t kNonce = 32, kProof = 32, kMaxMessage = 1024;

 private:
  Step take_message(std::string_view message, Buffer& out);
  Step take_greeting(std::string_view message, Buffer& out);
  Step take_challenge(std::string_view message, Buffer& out);
  Step take_proof(std::string_view message, Buffer& out);
  Step take_answer(std::string_view message);
  Step refuse(std::string_view why);
  bool take_peer(std::uint8_t role, std::string_view id);
  bool take_nonce(std::string_view nonce);
  std::string proof_of(Side prover) const;
  std::string common_secret() const;

  Side side_;
  Self self_;
  std::string expected_;
  std::string nonce_, peer_nonce_;
  std::string peer_id_;
  Role peer_role_ = Role::server;
  std::uint32_t lowest_ = kLowestWire, highest_ = kHighestWire;  // as the dialler offered them
  std::uint32_t version_ = 0;
  bool greeted_ = false;  // an acceptor by the greeting, a dialler by the challenge
  std::string_view refusal_;
};

}  // namespace shaddock::cluster
