#include "sim/trace_hash.h"

#include <doctest/doctest.h>

#include <set>
#include <string>

using namespace shaddock::sim;
using namespace std::chrono_literals;

namespace {

std::uint64_t hash_of(Instant when, std::uint64_t who, std::string_view what) {
  TraceHash hash;
  hash.add(when, who, what);
  return hash.value();
}

}  // namespace

TEST_CASE("equal histories have equal hashes") {
  CHECK(hash_of(5us, 7, "hello") == hash_of(5us, 7, "hello"));
  CHECK(TraceHash().value() == TraceHash().value());
}

TEST_CASE("each part of what happened counts") {
  std::set<std::uint64_t> seen{TraceHash().value()};
  CHECK(seen.insert(hash_of(5us, 7, "hello")).second);
  CHECK(seen.insert(hash_of(6us, 7, "hello")).second);
  CHECK(seen.insert(hash_of(5us, 8, "hello")).second);
  CHECK(seen.insert(hash_of(5us, 7, "hallo")).second);
  CHECK(seen.insert(hash_of(5us, 7, "")).second);
  CHECK(seen.insert(hash_of(7us, 5, "hello")).second);
}

TEST_CASE("each byte of a long text counts, and so does its length") {
  std::set<std::uint64_t> seen;
  const std::string text(100, '\0');
  for (std::size_t i = 0; i <= text.size(); ++i)
    CHECK(seen.insert(hash_of(0us, 0, std::string_view(text).substr(0, i))).second);
  for (std::size_t i = 0; i < text.size(); ++i) {
    std::string changed = text;
    changed[i] = 1;
    CHECK(seen.insert(hash_of(0us, 0, changed)).second);
  }
}

TEST_CASE("the order counts") {
  TraceHash one, other;
  one.add(1us, 1, "a");
  one.add(1us, 2, "b");
  other.add(1us, 2, "b");
  other.add(1us, 1, "a");
  CHECK(one.value() != other.value());
}
