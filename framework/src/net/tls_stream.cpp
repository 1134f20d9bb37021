#include "net/tls_stream.h"

#include <array>
#include <utility>

#include "net/tls_hello.h"

namespace shaddock::net {

namespace {

constexpr std::size_t kRecord = 16 * 1024;  // the most plain bytes of one record
constexpr std::size_t kPieces = 32;
constexpr Duration kGoodbye{2000};
constexpr std::string_view kRecordOverflow("\x15\x03\x03\x00\x02\x02\x16", 7);  // a fatal alert

}  // namespace

TlsStream::TlsStream(Loop& loop, std::unique_ptr<Stream> inner, std::shared_ptr<TlsContext> context,
                     std::string_view first_bytes)
    : loop_(loop),
      inner_(std::move(inner)),
      engine_(std::move(context), *inner_),
      self_(std::make_shared<TlsStream*>(this)),
      first_(first_bytes),
      admitted_(engine_.is_client()) {
  below_ = inner_.get();
}

TlsStream::~TlsStream() { *self_ = nullptr; }

void TlsStream::set_events(StreamEvents& events) {
  events_ = &events;
  if (std::exchange(started_, true)) return;
  inner_->set_events(*this);
  // Later, since it may lead to a call of the events.
  loop_.defer([self = self_] {
    if (*self != nullptr) (*self)->start();
  });
}

void TlsStream::start() {
  if (!closing_ && admit()) receive(std::exchange(first_, {}));
}

void TlsStream::on_bytes(std::span<char> bytes) {
  const std::string_view view(bytes.data(), bytes.size());
  if (admitted_ && first_.empty()) return receive(view);
  first_.append(view);
  if (admit()) receive(std::exchange(first_, {}));
}

void TlsStream::on_end() {
  if (!closing_ && !handshaken()) engine_.set_failure("the peer left during the handshake");
  closing_ = true;
  queue_.clear();
  events_->on_end();
}

void TlsStream::receive(std::string_view ciphertext) {
  engine_.feed(ciphertext);
  if (!handshaken() && !shake_hands()) return;
  deliver();
}

bool TlsStream::admit() {
  if (admitted_) return true;
  const Hello hello = look_at_hello(first_);
  if (hello == Hello::too_large) {
    engine_.set_failure("the hello is too large");
    inner_->write(kRecordOverflow);
    fail();
  }
  return admitted_ = hello == Hello::fine;
}

bool TlsStream::shake_hands() {
  switch (engine_.shake_hands()) {
    case TlsEngine::Status::starved:
      return false;
    case TlsEngine::Status::done:
      encrypt_queue();
      if (held_) tell_drained_later();
      return !closing_;
    case TlsEngine::Status::closed:
      engine_.set_failure("the peer left during the handshake");
      break;
    case TlsEngine::Status::failed:
      break;
  }
  fail();
  return false;
}

void TlsStream::deliver() {
  const auto self = self_;
  std::array<char, kRecord> plain;  // not initialised: it is only as cold as the stack
  while (true) {
    const TlsEngine::Read read = engine_.read(plain);
    if (read.count != 0) events_->on_bytes({plain.data(), read.count});
    if (*self == nullptr || closing_ || read.status == TlsEngine::Status::starved) return;
    if (read.status == TlsEngine::Status::failed) return fail();
    if (read.status == TlsEngine::Status::closed) return close(kGoodbye);
  }
}

void TlsStream::schedule_flush() {
  scheduled_ = true;
  // Deferred work runs before the streams of the loop flush, so all leaves in this turn.
  loop_.defer([self = self_] {
    if (*self != nullptr) (*self)->flush();
  });
}

void TlsStream::flush() {
  if (handshaken() || closing_) return encrypt_queue();
  held_ = true;  // and scheduled_ stays, until the handshake is done
}

void TlsStream::encrypt_queue() {
  scheduled_ = false;
  std::array<std::string_view, kPieces> pieces;
  while (!queue_.empty() && !closing_) {
    const std::size_t count = queue_.gather(pieces);
    std::size_t bytes = 0;
    for (std::size_t i = 0; i < count; ++i) {
      if (engine_.write(pieces[i]) != TlsEngine::Status::done) return fail();
      bytes += pieces[i].size();
    }
    queue_.consume(bytes);
  }
  queue_.clear();
  queue_.reclaim();  // an idle stream owns no memory for output
}

// The owner of a plain stream hears of it when what it wrote had to wait for longer than a turn.
void TlsStream::tell_drained_later() {
  loop_.post([self = self_] {
    if (*self != nullptr && (*self)->held_ && (*self)->queued() == 0) (*self)->on_drained();
  });
}

void TlsStream::on_drained() {
  if (!handshaken() || closing_) return;
  held_ = false;
  events_->on_drained();
}

void TlsStream::fail() {
  closing_ = true;
  queue_.clear();
  inner_->close(kGoodbye);
}

void TlsStream::close(Duration limit) {
  if (closing_) return;
  if (handshaken()) {
    encrypt_queue();
    if (!closing_) engine_.say_goodbye();
  }
  closing_ = true;
  queue_.clear();
  inner_->close(limit);
}

}  // namespace shaddock::net
