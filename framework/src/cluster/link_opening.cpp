#include "cluster/link_opening.h"

#include <utility>

#include "cluster/link_hello.h"

namespace shaddock::cluster {

LinkOpening::LinkOpening(net::Host& host, std::unique_ptr<net::Stream> stream, const Identity& self,
                         const std::string& secret, std::string dialled, OpeningOwner& owner)
    : stream_(std::move(stream)),
      dialled_(std::move(dialled)),
      proof_(is_dialled() ? LinkProof::Side::dialler : LinkProof::Side::acceptor,
             {self.role, self.id, secret}, dialled_, host.random),
      self_(self),
      owner_(owner),
      deadline_(host.loop.timers(),
                [this] { owner_.on_opening_failed(*this, "not proved in time"); }) {}

void LinkOpening::start(net::Duration limit) {
  deadline_.start(limit);
  proof_.start(stream_->output());
  stream_->set_events(*this);
}

void LinkOpening::on_bytes(std::span<char> bytes) {
  in_.append({bytes.data(), bytes.size()});
  if (const std::string_view why = advance(); !why.empty())
    return owner_.on_opening_failed(*this, why);
  if (state_ == State::opened) owner_.on_opened(*this);
}

// An acceptor that refuses our proof says nothing, so this is all that can be known of it.
void LinkOpening::on_end() {
  const bool unanswered = is_dialled() && state_ == State::proving;
  owner_.on_opening_failed(*this, unanswered ? "the peer closed the connection without a proof: "
                                               "another secret, or not the server that was dialled"
                                             : "the peer closed the connection");
}

std::string_view LinkOpening::advance() {
  if (state_ == State::proving)
    if (const std::string_view why = prove(); !why.empty()) return why;
  return state_ == State::meeting ? meet() : std::string_view{};
}

std::string_view LinkOpening::prove() {
  switch (proof_.take(in_, stream_->output())) {
    case LinkProof::Step::more:
      return {};
    case LinkProof::Step::refused:
      return proof_.refusal();
    case LinkProof::Step::proved:
      break;
  }
  state_ = State::meeting;
  return is_dialled() ? introduce() : std::string_view{};
}

std::string_view LinkOpening::introduce() {
  return write_hello(self_, stream_->output()) ? std::string_view{} : "our own HELLO is too long";
}

std::string_view LinkOpening::meet() {
  const HelloStep step = take_hello(in_, peer_);
  if (step == HelloStep::more) return {};
  if (step == HelloStep::bad) return "no HELLO";
  if (peer_.id != proof_.peer_id() || peer_.role != proof_.peer_role())
    return "the HELLO is not of the one who proved";
  if (const std::string_view why = owner_.refusal_of(*this, peer_); !why.empty()) return why;
  peer_.wire = proof_.version();
  state_ = State::opened;
  deadline_.stop();
  return is_dialled() ? std::string_view{} : introduce();
}

}  // namespace shaddock::cluster
