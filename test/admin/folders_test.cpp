#include "admin/folders.h"

#include <doctest/doctest.h>

namespace shaddock::admin {
namespace {

TEST_CASE("the base is the parent of the configuration folder, however that is written") {
  for (const char* folder : {"/games/chat/config", "/games/chat/config/", "/games/chat/x/../config",
                             "/games/chat/config/."}) {
    CAPTURE(folder);
    const Folders folders = Folders::of(folder, "production");
    CHECK(folders.base == "/games/chat");
    CHECK(folders.run == "/games/chat/run/production");
    CHECK(folders.log_of("a") == "/games/chat/logs/production/a.log");
    CHECK(folders.output_of("a") == "/games/chat/logs/production/a.out");
  }
}

}  // namespace
}  // namespace shaddock::admin
