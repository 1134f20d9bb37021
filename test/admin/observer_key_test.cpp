#include "admin/observer_key.h"

#include <doctest/doctest.h>

#include "admin/peers.h"

namespace shaddock::admin {
namespace {

TEST_CASE("the key is written once, for its owner, and read again") {
  FakeFiles files;
  REQUIRE(write_observer_key(files, "/run", kSecret));
  CHECK(files.files["/run/observer"] == cluster::observer_secret(kSecret) + "\n");
  CHECK(read_observer_key(files, "/run/observer").value() == cluster::observer_secret(kSecret));
  REQUIRE(write_observer_key(files, "/run", std::string(64, 'b')));
  CHECK(files.files["/run/observer"] == cluster::observer_secret(std::string(64, 'b')) + "\n");
}

TEST_CASE("what is no key is refused with its name") {
  FakeFiles files;
  files.files["/short"] = "abc\n";
  files.files["/letters"] = std::string(64, 'x') + "\n";
  for (const char* path : {"/none", "/short", "/letters"}) {
    CAPTURE(path);
    const auto key = read_observer_key(files, path);
    REQUIRE_FALSE(key);
    CHECK(key.error().text.find(path) != std::string::npos);
  }
}

}  // namespace
}  // namespace shaddock::admin
