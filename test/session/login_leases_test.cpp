#include "session/login_leases.h"

#include <doctest/doctest.h>

#include "session/login_book.h"

using namespace shaddock;
using namespace shaddock::session;
using Names = std::vector<std::string>;

namespace {

net::TimePoint at(int ms) { return net::TimePoint(net::Duration(ms)); }

}  // namespace

TEST_CASE("the owner stops before the holder may give away what it has") {
  CHECK(LoginLeases::kOwnerLease + net::Duration(2000) <= LoginBook::kHolderLease);
}

TEST_CASE("no lease runs before the claims have left; then only answers make it longer") {
  LoginLeases leases;
  CHECK(leases.end() == net::TimePoint::max());
  leases.renewed("h", at(5));  // of nothing
  CHECK(!leases.waits("h"));
  leases.claimed("h", at(1000));
  CHECK(leases.end() == at(8000));
  leases.claimed("h", at(5000));
  CHECK(leases.end() == at(8000));
  leases.renewed("h", at(5000));
  leases.renewed("h", at(3000));  // came late
  CHECK(leases.end() == at(12'000));
  CHECK(leases.runs("h"));
}

TEST_CASE("a lease that is over is told once, and nothing is granted until it is renewed") {
  LoginLeases leases;
  leases.claimed("g", at(0));
  leases.claimed("h", at(10));
  CHECK(leases.take_over(at(6999)).empty());
  CHECK(leases.take_over(at(7000)) == Names{"g"});
  CHECK(leases.take_over(at(7001)).empty());
  CHECK(leases.end() == at(7010));
  leases.claimed("g", at(7005));
  CHECK(!leases.runs("g"));
  leases.renewed("g", at(7005));
  CHECK(leases.runs("g"));
}

TEST_CASE("a dead holder ends no session") {
  LoginLeases leases;
  leases.claimed("h", at(0));
  leases.forget("h");
  CHECK(leases.take_over(at(1'000'000)).empty());
  CHECK(leases.end() == net::TimePoint::max());
}

TEST_CASE("after a new list a holder's lease runs on until it has heard of that") {
  LoginLeases leases;
  leases.claimed("h", at(0));
  leases.outdate();
  CHECK(leases.outdated());
  CHECK(!leases.runs("h"));
  leases.claimed("h", at(2000));
  CHECK(leases.end() == at(7000));
  SUBCASE("heard") {
    leases.renewed("h", at(2000));
    CHECK(leases.runs("h"));
    CHECK(leases.end() == at(9000));
  }
  SUBCASE("not heard") {
    CHECK(leases.take_over(at(7000)) == Names{"h"});
    leases.claimed("h", at(8000));
    CHECK(leases.end() == at(15'000));
  }
  CHECK(!leases.outdated());
}
