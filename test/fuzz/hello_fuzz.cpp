#include "cluster/link_hello.h"

#include "cluster/link_proof.h"
#include "fuzz/input.h"

// Who does not know the secret gets nowhere, whatever is said; a HELLO is the same however it is
// cut.

using namespace shaddock;
using namespace shaddock::cluster;

namespace {

// Of a real cluster the nonces differ; here the input could otherwise never be a right answer.
struct Zeros final : net::Random {
  void fill(std::span<char> bytes) override {
    for (char& byte : bytes) byte = 0;
  }
};

struct Opening {
  LinkProof::Step step = LinkProof::Step::more;
  std::string said;
  std::string refusal;
  bool operator==(const Opening&) const = default;
};

Opening talk(LinkProof::Side side, std::string_view bytes, std::uint64_t seed) {
  Zeros zeros;
  LinkProof proof(side, {Role::server, "self", "the secret of the cluster"}, "peer", zeros);
  Buffer in, out;
  proof.start(out);
  Opening opening;
  fuzz::in_pieces(bytes, seed, [&](std::span<char> piece) {
    in.append({piece.data(), piece.size()});
    opening.step = proof.take(in, out);
    return opening.step == LinkProof::Step::more;
  });
  fuzz::require(opening.step != LinkProof::Step::proved, "nobody proves what he does not know");
  opening.said = out.view();
  opening.refusal = proof.refusal();
  return opening;
}

void check_proof(std::string_view bytes) {
  for (const auto side : {LinkProof::Side::dialler, LinkProof::Side::acceptor}) {
    const Opening opening = talk(side, bytes, fuzz::seed_of(bytes));
    fuzz::require(talk(side, bytes, 0) == opening, "a proof is the same however it is cut");
    if (side == LinkProof::Side::acceptor)
      fuzz::require(opening.said.find("self") == std::string::npos, "a stranger learns no name");
  }
}

// Two who know the secret, and somebody between them who changes what they say: byte by byte, by
// exclusive or with the input.
class Wire {
 public:
  explicit Wire(std::string_view changes) : changes_(changes) {}
  void carry(Buffer& from, Buffer& to) {
    for (std::size_t i = 0; i < from.size(); ++i) {
      const std::uint8_t change = changes_.byte();
      changed = changed || change != 0;
      to.push_back(static_cast<char>(static_cast<std::uint8_t>(from.data()[i]) ^ change));
    }
    from.clear();
  }
  bool changed = false;

 private:
  fuzz::Input changes_;
};

void check_conversation(std::string_view changes) {
  Zeros zeros;
  const auto self = [](const char* id) {
    return LinkProof::Self{Role::server, id, "the secret of the cluster"};
  };
  LinkProof dialler(LinkProof::Side::dialler, self("dialler"), "acceptor", zeros);
  LinkProof acceptor(LinkProof::Side::acceptor, self("acceptor"), "", zeros);
  Wire wire(changes);
  Buffer out, in, answer, back;
  dialler.start(out);
  wire.carry(out, in);
  acceptor.take(in, answer);
  wire.carry(answer, back);
  dialler.take(back, out);
  wire.carry(out, in);
  const bool let_in = acceptor.take(in, answer) == LinkProof::Step::proved;
  fuzz::require(let_in == !wire.changed, "who is let in said what was heard");
  wire.carry(answer, back);
  const bool trusted = dialler.take(back, out) == LinkProof::Step::proved;
  fuzz::require(trusted == (let_in && !wire.changed), "and is answered by whom it meant");
  if (trusted) fuzz::require(dialler.peer_id() == "acceptor", "whose name it knows");
}

void check_hello(std::string_view bytes) {
  Identity identity;
  Buffer in;
  HelloStep step = HelloStep::more;
  fuzz::in_pieces(bytes, 0, [&](std::span<char> piece) {
    in.append({piece.data(), piece.size()});
    return (step = take_hello(in, identity)) == HelloStep::more;
  });
  Identity at_once;
  Buffer all;
  all.append(bytes);
  fuzz::require(take_hello(all, at_once) == step || bytes.empty(), "a HELLO comes whole or not");
  if (step != HelloStep::done) return;
  Buffer out;
  if (!write_hello(identity, out)) return;
  Identity again;
  fuzz::require(take_hello(out, again) == HelloStep::done && out.empty(), "a HELLO can be sent on");
  fuzz::require(again.id == identity.id && again.incarnation == identity.incarnation &&
                    again.build == identity.build && again.handlers == identity.handlers &&
                    again.remotes == identity.remotes && again.role == identity.role &&
                    again.protobuf == identity.protobuf,
                "and arrives as it was sent");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  check_proof(fuzz::text_of(data, size));
  check_conversation(fuzz::text_of(data, size));
  check_hello(fuzz::text_of(data, size));
  return 0;
}
