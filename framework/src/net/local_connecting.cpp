#include "net/local_connecting.h"

#include <optional>
#include <utility>

#include "net/local_stream.h"

namespace shaddock::net {

// Travels to the listener's loop.
class LocalConnecting::Offer {
 public:
  Offer(std::shared_ptr<Caller> caller, const LocalPipe::Doors& doors, Address from)
      : caller_(std::move(caller)), answers_(doors[0]), from_(std::move(from)) {
    auto pipe = std::make_shared<LocalPipe>(doors);
    connector_.emplace(pipe, 0);
    listener_.emplace(std::move(pipe), 1);
  }
  ~Offer() {
    if (!caller_) return;
    answers_->post([caller = std::move(caller_)] {
      if (caller->self != nullptr) caller->self->fail("connection refused");
    });
  }
  Offer(const Offer&) = delete;
  Offer& operator=(const Offer&) = delete;

  void arrive(LocalAcceptor& acceptor) {
    if (!acceptor.open()) return;
    auto stream =
        std::make_unique<LocalStream>(acceptor.loop(), std::move(*listener_), std::move(from_));
    answers_->post([caller = std::move(caller_), end = std::move(*connector_)]() mutable {
      if (caller->self != nullptr) caller->self->connected(std::move(end));
    });
    acceptor.accept(std::move(stream));
  }

 private:
  std::shared_ptr<Caller> caller_;  // null: has been answered
  const std::shared_ptr<LoopDoor> answers_;
  Address from_;
  std::optional<LocalEnd> connector_, listener_;
};

LocalConnecting::LocalConnecting(Loop& loop, const Address& address, Duration limit,
                                 Network::OnConnect on_connect)
    : loop_(loop),
      address_(address),
      on_connect_(std::move(on_connect)),
      limit_(loop.timers(), [this] { fail("connection timed out"); }),
      caller_(std::make_shared<Caller>(Caller{this})) {
  limit_.start(limit);
}

LocalConnecting::~LocalConnecting() { caller_->self = nullptr; }

void LocalConnecting::offer_to(const LocalListeners::Entry& listener,
                               const std::shared_ptr<LoopDoor>& door, Address from) {
  auto offer =
      std::make_unique<Offer>(caller_, LocalPipe::Doors{door, listener.door}, std::move(from));
  listener.door->post(
      [offer = std::move(offer), acceptor = listener.acceptor] { offer->arrive(*acceptor); });
}

void LocalConnecting::refuse() {
  loop_.post([caller = caller_] {
    if (caller->self != nullptr) caller->self->fail("connection refused");
  });
}

void LocalConnecting::connected(LocalEnd end) {
  if (!on_connect_) return;
  limit_.stop();
  Address peer = LocalListeners::canonical(address_);
  if (peer.host.empty()) peer.host = "127.0.0.1";
  auto call = std::move(on_connect_);
  call(std::unique_ptr<Stream>(
      std::make_unique<LocalStream>(loop_, std::move(end), std::move(peer))));
}

void LocalConnecting::fail(const char* reason) {
  if (!on_connect_) return;
  limit_.stop();
  auto call = std::move(on_connect_);
  call(Error(code::kFailed, "cannot connect to " + to_string(address_) + ": " + reason));
}

}  // namespace shaddock::net
