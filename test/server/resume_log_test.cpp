#include "server/resume_log.h"

#include <doctest/doctest.h>

#include <string>

using namespace shaddock;
using shaddock::server::ResumeLog;

namespace {

SharedBytes package(std::size_t size) { return std::make_shared<const std::string>(size, 'x'); }
std::size_t room_for(std::size_t packages, std::size_t size) {
  return packages * (size + ResumeLog::kOverhead);
}

}  // namespace

TEST_CASE("packages are numbered from 1 on and kept until they are acknowledged") {
  ResumeLog log(10'000);
  CHECK(log.follows(0));
  CHECK(!log.follows(1));
  const SharedBytes first = package(10);
  log.add(first);
  log.add(package(20));
  log.add(package(30));
  CHECK(log.sent() == 3);
  CHECK(log.kept().front() == first);
  CHECK(log.bytes() == 60 + 3 * ResumeLog::kOverhead);
  CHECK(log.acknowledge(2));
  CHECK(log.forgotten() == 2);
  CHECK(log.bytes() == 30 + ResumeLog::kOverhead);
  CHECK(log.kept().size() == 1);
}

TEST_CASE("a client may come back with any number between what it acknowledged and what was sent") {
  ResumeLog log(10'000);
  for (int i = 0; i < 5; ++i) log.add(package(1));
  REQUIRE(log.acknowledge(2));
  CHECK(!log.follows(1));
  CHECK(log.follows(2));
  CHECK(log.follows(5));
  CHECK(!log.follows(6));
}

TEST_CASE("nobody can acknowledge what was not sent, and an old number changes nothing") {
  ResumeLog log(10'000);
  for (int i = 0; i < 3; ++i) log.add(package(1));
  CHECK(!log.acknowledge(4));
  CHECK(log.forgotten() == 0);
  CHECK(log.acknowledge(3));
  CHECK(log.acknowledge(1));
  CHECK(log.forgotten() == 3);
  CHECK(log.bytes() == 0);
  CHECK(!log.acknowledge_low(4));
  CHECK(log.acknowledge_low(2));
  CHECK(log.acknowledge_low(3));
  CHECK(log.forgotten() == 3);
}

TEST_CASE("a log that is full to the byte is whole; one package more and nothing is kept") {
  ResumeLog log(room_for(3, 100));
  for (int i = 0; i < 3; ++i) log.add(package(100));
  CHECK(!log.lost());
  CHECK(log.follows(0));
  log.add(package(0));
  CHECK(log.lost());
  CHECK(log.bytes() == 0);
  CHECK(log.kept().empty());
  CHECK(!log.follows(4));
}

TEST_CASE("counting goes on when nothing is kept any more") {
  ResumeLog log(0);
  for (int i = 0; i < 3; ++i) log.add(package(1));
  CHECK(log.sent() == 3);
  CHECK(log.acknowledge(3));
  CHECK(!log.acknowledge(4));
  CHECK(log.forgotten() == 3);
}
