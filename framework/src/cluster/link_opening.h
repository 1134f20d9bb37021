#pragma once

#include <memory>
#include <string_view>

#include "cluster/identity.h"
#include "cluster/link_proof.h"
#include "net/host.h"

namespace shaddock::cluster {

class LinkOpening;

// Decides who may come in, and gets the connection when it is ready. Each call but the first
// destroys the opening.
class OpeningOwner {
 public:
  // Empty, or why not.
  virtual std::string_view refusal_of(const LinkOpening& opening, const Identity& peer) = 0;
  virtual void on_opened(LinkOpening& opening) = 0;
  virtual void on_opening_failed(LinkOpening& opening, std::string_view why) = 0;

 protected:
  ~OpeningOwner() = default;
};

// A connection that is not a link yet: both proofs, then both HELLOs, all within one deadline. The
// acceptor sends its HELLO only after it has admitted the peer, so a dialler that has it knows that
// it is welcome.
class LinkOpening final : private net::StreamEvents {
 public:
  // `dialled` is the id that we mean to reach, empty for a connection that was accepted. Identity
  // and owner outlive it.
  LinkOpening(net::Host& host, std::unique_ptr<net::Stream> stream, const Identity& self,
              const std::string& secret, std::string dialled, OpeningOwner& owner);
  void start(net::Duration limit);

  bool is_dialled() const { return !dialled_.empty(); }
  const std::string& dialled() const { return dialled_; }
  // For the owner, once opened.
  Identity take_peer() { return std::move(peer_); }
  std::unique_ptr<net::Stream> take_stream() { return std::move(stream_); }
  std::string_view rest() const { return in_.view(); }  // what came behind the peer's HELLO
  net::Address address() const { return stream_->peer(); }

 private:
  void on_bytes(std::span<char> bytes) override;
  void on_end() override;
  // Empty, or why the opening has failed.
  std::string_view advance();
  std::string_view prove();
  std::string_view meet();
  std::string_view introduce();

  enum class State { proving, meeting, opened };

  std::unique_ptr<net::Stream> stream_;
  std::string dialled_;
  LinkProof proof_;
  const Identity& self_;
  OpeningOwner& owner_;
  net::Timer deadline_;
  Buffer in_;
  Identity peer_;
  State state_ = State::proving;
};

}  // namespace shaddock::cluster
