#include "admin/misspelling.h"

#include <doctest/doctest.h>

#include <array>
#include <string>

using shaddock::admin::meant_by;

namespace {

constexpr std::array<std::string_view, 5> kWords = {"id", "host", "port", "frontend", "clientPort"};

}  // namespace

TEST_CASE("A word with a letter added, left out, changed or exchanged is recognised") {
  CHECK(meant_by("hosts", kWords) == "host");
  CHECK(meant_by("hst", kWords) == "host");
  CHECK(meant_by("hort", kWords) == "host");
  CHECK(meant_by("hots", kWords) == "host");
  CHECK(meant_by("frotned", kWords) == "frontend");
  CHECK(meant_by("client_port", kWords) == "clientPort");
}

TEST_CASE("Case alone makes no difference, even to short words") {
  CHECK(meant_by("ID", kWords) == "id");
  CHECK(meant_by("FRONTEND", kWords) == "frontend");
}

TEST_CASE("Other words are left alone") {
  CHECK(meant_by("it", kWords).empty());
  CHECK(meant_by("hits", kWords).empty());
  CHECK(meant_by("", kWords).empty());
  CHECK(meant_by("zone", kWords).empty());
  CHECK(meant_by("clientSideOnly", kWords).empty());
  CHECK(meant_by(std::string(100'000, 'h'), kWords).empty());
}
