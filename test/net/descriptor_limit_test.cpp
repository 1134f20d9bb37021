#include "net/descriptor_limit.h"

#include <doctest/doctest.h>
#include <sys/resource.h>

using namespace shaddock::net;

namespace {

// Puts the limit back as it was.
class KeptLimit {
 public:
  KeptLimit() { REQUIRE(::getrlimit(RLIMIT_NOFILE, &before_) == 0); }
  ~KeptLimit() { ::setrlimit(RLIMIT_NOFILE, &before_); }

  rlim_t hard() const { return before_.rlim_max; }
  void lower(rlim_t soft) const {
    const rlimit lower{soft, before_.rlim_max};
    REQUIRE(::setrlimit(RLIMIT_NOFILE, &lower) == 0);
  }

 private:
  rlimit before_{};
};

}  // namespace

TEST_CASE("the limit of descriptors is the soft one, and is raised to the hard one") {
  const KeptLimit kept;
  REQUIRE(kept.hard() > 200);
  kept.lower(200);
  CHECK(descriptor_limit() == 200);
  const auto raised = raise_descriptor_limit();
  CHECK(raised == descriptor_limit());
  rlimit now{};
  REQUIRE(::getrlimit(RLIMIT_NOFILE, &now) == 0);
  CHECK(now.rlim_cur == kept.hard());
  CHECK(now.rlim_max == kept.hard());
  CHECK(raise_descriptor_limit() == raised);
}
