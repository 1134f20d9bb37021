#include "cluster/link_proof.h"

#include <algorithm>

#include "base/crypto.h"
#include "cluster/wire_pack.h"

namespace shaddock::cluster {

namespace {

constexpr std::string_view kMagic = "shaddock link";
constexpr std::size_t kLength = 2;

// Writes one message of at most kMaxMessage bytes; `fill` gets the place behind the length and
// returns the end.
template <class Fill>
void write_message(Buffer& out, Fill fill) {
  char* const room = out.reserve(kLength + LinkProof::kMaxMessage);
  char* const end = fill(room + kLength);
  pack::put_big_endian(room, static_cast<std::uint16_t>(end - room - kLength));
  out.commit(static_cast<std::size_t>(end - room));
}

constexpr std::string_view kObserverId = "observer-";

}  // namespace

std::string observer_secret(std::string_view secret) {
  return hex(hmac_sha256(secret, "shaddock observer"));
}

LinkProof::LinkProof(Side side, Self self, std::string expected, net::Random& random)
    : side_(side), self_(std::move(self)), expected_(std::move(expected)), nonce_(kNonce, '\0') {
  random.fill(nonce_);
}

void LinkProof::start(Buffer& out) {
  if (side_ != Side::dialler) return;
  write_message(out, [this](char* at) {
    at = pack::put_array(at, 6);
    at = pack::put_text(at, kMagic);
    at = pack::put_number(at, lowest_);
    at = pack::put_number(at, highest_);
    at = pack::put_number(at, static_cast<std::uint8_t>(self_.role));
    at = pack::put_text(at, self_.id);
    return pack::put_blob(at, nonce_);
  });
}

LinkProof::Step LinkProof::take(Buffer& in, Buffer& out) {
  if (!refusal_.empty()) return Step::refused;
  while (in.size() >= kLength) {
    const std::size_t length = pack::get_big_endian<std::uint16_t>(in.data());
    if (length > kMaxMessage) return refuse("the greeting is too long");
    if (in.size() < kLength + length) break;
    const Step step = take_message(in.view().substr(kLength, length), out);
    in.consume(kLength + length);
    if (step != Step::more) return step;
  }
  return Step::more;
}

LinkProof::Step LinkProof::take_message(std::string_view message, Buffer& out) {
  if (self_.secret.empty()) return refuse("there is no cluster secret");
  if (side_ == Side::dialler) return greeted_ ? take_answer(message) : take_challenge(message, out);
  return greeted_ ? take_proof(message, out) : take_greeting(message, out);
}

LinkProof::Step LinkProof::take_greeting(std::string_view message, Buffer& out) {
  pack::Reader in(message);
  std::uint32_t items = 0;
  std::uint8_t role = 0;
  std::string_view magic, id, nonce;
  if (!in.array(items) || items != 6 || !in.text(magic) || magic != kMagic || !in.number(lowest_) ||
      !in.number(highest_) || !in.number(role) || !in.text(id) || !in.blob(nonce) || !in.done() ||
      !take_peer(role, id) || !take_nonce(nonce))
    return refuse("no greeting");
  if (lowest_ > kHighestWire || highest_ < kLowestWire || lowest_ > highest_)
    return refuse("no common version");
  if (peer_id_ == self_.id) return refuse("the peer has our own id");
  if (peer_role_ == Role::observer &&
      (self_.role != Role::master || !peer_id_.starts_with(kObserverId)))
    return refuse("an observer has no business here");
  version_ = std::min(highest_, kHighestWire);
  greeted_ = true;
  write_message(out, [this](char* at) {
    at = pack::put_array(at, 2);
    at = pack::put_number(at, version_);
    return pack::put_blob(at, nonce_);
  });
  return Step::more;
}

LinkProof::Step LinkProof::take_challenge(std::string_view message, Buffer& out) {
  pack::Reader in(message);
  std::uint32_t items = 0;
  std::string_view nonce;
  if (!in.array(items) || items != 2 || !in.number(version_) || !in.blob(nonce) || !in.done() ||
      !take_nonce(nonce))
    return refuse("no answer to the greeting");
  if (version_ < kLowestWire || version_ > kHighestWire) return refuse("a version nobody offered");
  if (!valid_id(expected_)) return refuse("we dialled what can be no server");
  greeted_ = true;
  const std::string proof = proof_of(Side::dialler);
  write_message(out, [&](char* at) { return pack::put_blob(pack::put_array(at, 1), proof); });
  return Step::more;
}

LinkProof::Step LinkProof::take_proof(std::string_view message, Buffer& out) {
  pack::Reader in(message);
  std::uint32_t items = 0;
  std::string_view proof;
  if (!in.array(items) || items != 1 || !in.blob(proof) || !in.done()) return refuse("no proof");
  if (!constant_time_equal(proof, proof_of(Side::dialler)))
    return refuse("wrong proof: another secret, or another server was dialled");
  const std::string own = proof_of(Side::acceptor);
  write_message(out, [&](char* at) {
    at = pack::put_array(at, 3);
    at = pack::put_number(at, static_cast<std::uint8_t>(self_.role));
    at = pack::put_text(at, self_.id);
    return pack::put_blob(at, own);
  });
  return Step::proved;
}

LinkProof::Step LinkProof::take_answer(std::string_view message) {
  pack::Reader in(message);
  std::uint32_t items = 0;
  std::uint8_t role = 0;
  std::string_view id, proof;
  if (!in.array(items) || items != 3 || !in.number(role) || !in.text(id) || !in.blob(proof) ||
      !in.done() || !take_peer(role, id))
    return refuse("no proof of the acceptor");
  if (peer_id_ != expected_ || peer_id_ == self_.id)
    return refuse("not the server that was dialled");
  if (!constant_time_equal(proof, proof_of(Side::acceptor))) return refuse("wrong proof");
  return Step::proved;
}

LinkProof::Step LinkProof::refuse(std::string_view why) {
  refusal_ = why;
  return Step::refused;
}

bool LinkProof::take_peer(std::uint8_t role, std::string_view id) {
  if (role > static_cast<std::uint8_t>(Role::observer) || !valid_id(id)) return false;
  peer_role_ = static_cast<Role>(role);
  peer_id_ = id;
  return true;
}

bool LinkProof::take_nonce(std::string_view nonce) {
  peer_nonce_ = nonce;
  return nonce.size() == kNonce;
}

std::string LinkProof::proof_of(Side prover) const {
  const bool dialling = side_ == Side::dialler;
  char said[kMaxMessage];
  char* at = pack::put_text(said, kMagic);
  at = pack::put_text(at, prover == Side::dialler ? "dialler" : "acceptor");
  for (const std::uint32_t number : {lowest_, highest_, version_})
    at = pack::put_number(at, number);
  at = pack::put_number(at, static_cast<std::uint8_t>(dialling ? self_.role : peer_role_));
  at = pack::put_text(at, dialling ? self_.id : peer_id_);
  at = pack::put_blob(at, dialling ? nonce_ : peer_nonce_);
  at = pack::put_text(at, dialling ? expected_ : self_.id);
  at = pack::put_blob(at, dialling ? peer_nonce_ : nonce_);
  if (prover == Side::acceptor)
    at = pack::put_number(at, static_cast<std::uint8_t>(dialling ? peer_role_ : self_.role));
  return hmac_sha256(common_secret(), {said, static_cast<std::size_t>(at - said)});
}

// An observer's own is derived already.
std::string LinkProof::common_secret() const {
  const bool derived = side_ == Side::acceptor && peer_role_ == Role::observer;
  return derived ? observer_secret(self_.secret) : self_.secret;
}

}  // namespace shaddock::cluster
