#include "cluster/link_proof.h"

#include <doctest/doctest.h>

#include <random>
#include <string>

#include "cluster/memory_network.h"
#include "cluster/wire_pack.h"

using namespace shaddock;
using namespace shaddock::cluster;

namespace {

using Side = LinkProof::Side;
using Step = LinkProof::Step;

struct Pair {
  explicit Pair(std::string secret_a = "s", std::string secret_b = "s", std::string expected = "b")
      : a(Side::dialler, {Role::server, "a", std::move(secret_a)}, std::move(expected),
          world.host().random),
        b(Side::acceptor, {Role::master, "b", std::move(secret_b)}, "", world.host().random) {}

  MemoryHost world;
  LinkProof a, b;
  Buffer to_a, to_b;
};

std::string_view text_of(const Buffer& buffer) { return buffer.view(); }

}  // namespace

TEST_CASE("both sides prove themselves and know whom they talk to") {
  Pair pair;
  pair.a.start(pair.to_b);
  pair.b.start(pair.to_a);
  CHECK(pair.to_a.empty());
  CHECK(pair.b.take(pair.to_b, pair.to_a) == Step::more);
  CHECK(pair.a.take(pair.to_a, pair.to_b) == Step::more);
  CHECK(pair.b.take(pair.to_b, pair.to_a) == Step::proved);
  pair.to_a.append("what comes next");
  CHECK(pair.a.take(pair.to_a, pair.to_b) == Step::proved);
  CHECK(text_of(pair.to_a) == "what comes next");
  CHECK(pair.to_b.empty());
  CHECK(pair.a.peer_id() == "b");
  CHECK(pair.a.peer_role() == Role::master);
  CHECK(pair.b.peer_id() == "a");
  CHECK(pair.b.peer_role() == Role::server);
  CHECK(pair.a.version() == kHighestWire);
}

TEST_CASE("the exchange works byte by byte") {
  Pair pair;
  Buffer from_a, from_b, in_a, in_b;
  pair.a.start(from_a);
  Step a = Step::more, b = Step::more;
  while (a == Step::more || b == Step::more) {
    REQUIRE(!(from_a.empty() && from_b.empty()));
    if (!from_a.empty()) in_b.append(from_a.view().substr(0, 1)), from_a.consume(1);
    if (!from_b.empty()) in_a.append(from_b.view().substr(0, 1)), from_b.consume(1);
    if (b == Step::more) b = pair.b.take(in_b, from_b);
    if (a == Step::more) a = pair.a.take(in_a, from_a);
  }
  CHECK(a == Step::proved);
  CHECK(b == Step::proved);
}

TEST_CASE("a stranger learns neither the acceptor's id nor anything to try secrets on") {
  Pair pair("wrong");
  pair.a.start(pair.to_b);
  CHECK(pair.b.take(pair.to_b, pair.to_a) == Step::more);
  // Length, array, version, nonce: no room for an id, let alone a proof.
  CHECK(pair.to_a.size() == 2 + 1 + 1 + 2 + LinkProof::kNonce);
  CHECK(pair.a.take(pair.to_a, pair.to_b) == Step::more);
  CHECK(pair.b.take(pair.to_b, pair.to_a) == Step::refused);
  CHECK(pair.b.refusal().starts_with("wrong proof"));
  CHECK(pair.to_a.empty());
  CHECK(pair.b.take(pair.to_b, pair.to_a) == Step::refused);
}

TEST_CASE("the dialler's proof sent back to it proves nothing") {
  Pair pair;
  pair.a.start(pair.to_b);
  CHECK(pair.b.take(pair.to_b, pair.to_a) == Step::more);
  CHECK(pair.a.take(pair.to_a, pair.to_b) == Step::more);
  const std::string_view proof = pair.to_b.view().substr(pair.to_b.size() - LinkProof::kProof);
  char message[LinkProof::kMaxMessage];
  char* end = pack::put_array(message + 2, 3);
  end = pack::put_number(end, static_cast<std::uint8_t>(Role::master));
  end = pack::put_blob(pack::put_text(end, "b"), proof);
  pack::put_big_endian(message, static_cast<std::uint16_t>(end - message - 2));
  pair.to_a.append({message, static_cast<std::size_t>(end - message)});
  CHECK(pair.a.take(pair.to_a, pair.to_b) == Step::refused);
  CHECK(pair.a.refusal() == "wrong proof");
}

TEST_CASE("a whole exchange that was recorded is worth nothing on the next connection") {
  Pair first;
  Buffer recorded;
  first.a.start(first.to_b);
  recorded.append(first.to_b.view());
  first.b.take(first.to_b, first.to_a);
  first.a.take(first.to_a, first.to_b);
  recorded.append(first.to_b.view());
  REQUIRE(first.b.take(first.to_b, first.to_a) == Step::proved);
  LinkProof b(Side::acceptor, {Role::master, "b", "s"}, "", first.world.host().random);
  Buffer out;
  CHECK(b.take(recorded, out) == Step::refused);
  CHECK(b.refusal().starts_with("wrong proof"));
}

TEST_CASE("every changed byte of the exchange is refused by one of the sides") {
  for (int changed = 0;; ++changed) {
    Pair pair;
    int at = 0;
    const auto spoil = [&](Buffer& buffer) {
      if (changed >= at && changed < at + static_cast<int>(buffer.size()))
        buffer.data()[changed - at] ^= 0x01;
      at += static_cast<int>(buffer.size());
    };
    pair.a.start(pair.to_b);
    spoil(pair.to_b);
    Step a = Step::more, b = pair.b.take(pair.to_b, pair.to_a);
    spoil(pair.to_a);
    if (b == Step::more) pair.a.take(pair.to_a, pair.to_b);
    spoil(pair.to_b);
    b = pair.b.take(pair.to_b, pair.to_a);
    spoil(pair.to_a);
    if (b == Step::proved) a = pair.a.take(pair.to_a, pair.to_b);
    if (changed >= at) {
      CHECK(a == Step::proved);
      CHECK(b == Step::proved);
      CHECK(changed > 150);
      return;
    }
    CHECK(!(a == Step::proved && b == Step::proved));
  }
}

TEST_CASE("another server than the one dialled, our own id and an empty secret are refused") {
  Pair other("s", "s", "c");
  other.a.start(other.to_b);
  other.b.take(other.to_b, other.to_a);
  CHECK(other.a.take(other.to_a, other.to_b) == Step::more);
  CHECK(other.b.take(other.to_b, other.to_a) == Step::refused);
  CHECK(other.to_a.empty());

  MemoryHost world;
  LinkProof twin(Side::dialler, {Role::server, "b", "s"}, "b", world.host().random);
  Pair pair;
  twin.start(pair.to_b);
  CHECK(pair.b.take(pair.to_b, pair.to_a) == Step::refused);
  CHECK(pair.to_a.empty());

  Pair secretless("", "");
  secretless.a.start(secretless.to_b);
  CHECK(secretless.b.take(secretless.to_b, secretless.to_a) == Step::refused);
}

TEST_CASE("ids that could do harm elsewhere are refused") {
  CHECK(valid_id("connector-server-1"));
  for (const std::string& id :
       {std::string(), std::string("a;touch x"), std::string("a\nb"), std::string("../x"),
        std::string("a b"), std::string(65, 'a'), std::string("\xff")}) {
    CHECK(!valid_id(id));
    Pair pair;
    LinkProof bad(Side::dialler, {Role::server, id, "s"}, "b", pair.world.host().random);
    bad.start(pair.to_b);
    CHECK(pair.b.take(pair.to_b, pair.to_a) == Step::refused);
    CHECK(pair.to_a.empty());
  }
}

TEST_CASE("a message longer than 1 KiB is refused by its length alone") {
  Pair pair;
  pair.to_b.append({"\x04\x01", 2});
  CHECK(pair.b.take(pair.to_b, pair.to_a) == Step::refused);
}

TEST_CASE("random greetings are refused without an answer") {
  std::mt19937_64 random(5);
  for (int round = 0; round < 20'000; ++round) {
    Pair pair;
    pair.a.start(pair.to_b);
    for (int i = 0; i < 2; ++i)
      pair.to_b.data()[2 + random() % (pair.to_b.size() - 2)] ^= random() % 255 + 1;
    const Step step = pair.b.take(pair.to_b, pair.to_a);
    CHECK(step != Step::proved);
    if (step == Step::refused) CHECK(pair.to_a.empty());
  }
}

namespace {

// An observer "observer-1" that says it knows this, at a master or a server.
Step proof_of_observer(const std::string& known, Role acceptor, Role claims = Role::observer,
                       std::string id = "observer-1") {
  MemoryHost world;
  Buffer to_a, to_b;
  LinkProof a(Side::dialler, {claims, std::move(id), known}, "m", world.host().random);
  LinkProof b(Side::acceptor, {acceptor, "m", "the secret"}, "", world.host().random);
  a.start(to_b);
  if (b.take(to_b, to_a) == Step::refused) return Step::refused;
  if (a.take(to_a, to_b) == Step::refused) return Step::refused;
  const Step step = b.take(to_b, to_a);
  return step == Step::proved ? a.take(to_a, to_b) : step;
}

}  // namespace

TEST_CASE("an observer's key proves an observer to a master, and nothing else to anybody") {
  const std::string key = observer_secret("the secret");
  CHECK(key.size() == 64);
  CHECK(key != observer_secret("another secret"));
  CHECK(proof_of_observer(key, Role::master) == Step::proved);
  CHECK(proof_of_observer(key, Role::server) == Step::refused);
  CHECK(proof_of_observer(key, Role::console) == Step::refused);
  for (const Role role : {Role::server, Role::master, Role::console})
    CHECK(proof_of_observer(key, Role::master, role) == Step::refused);
  CHECK(proof_of_observer("the secret", Role::master) == Step::refused);
  CHECK(proof_of_observer(observer_secret("guessed"), Role::master) == Step::refused);
}

TEST_CASE("an observer cannot take the id of a server") {
  const std::string key = observer_secret("the secret");
  CHECK(proof_of_observer(key, Role::master, Role::observer, "chat-server-1") == Step::refused);
}

TEST_CASE("a role that nobody knows is refused") {
  CHECK(proof_of_observer("the secret", Role::master, static_cast<Role>(4)) == Step::refused);
}
