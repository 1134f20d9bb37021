#include "admin/file_watch.h"

#include <doctest/doctest.h>

#include "admin/fake_host.h"

namespace shaddock::admin {
namespace {

struct Watched {
  void pass(int milliseconds) { world.loop.pass(net::Duration(milliseconds)); }

  FakeHost world;
  int changes = 0;
  FileWatch watch{
      world.host, {"/config/servers.json", "/config/own/servers.json"}, [this] { ++changes; }};
};

TEST_CASE("what is found first counts as a change, and what stays as it is does not") {
  Watched file;
  file.world.files.files["/config/servers.json"] = "one";
  file.watch.start();
  file.pass(900);
  CHECK(file.changes == 1);
  file.pass(10'000);
  CHECK(file.changes == 1);
}

TEST_CASE("a file that is being written is a change once it has been the same for a while") {
  Watched file;
  file.watch.accept();
  file.watch.start();
  for (int part = 0; part < 20; ++part) {
    file.world.files.files["/config/servers.json"] += "x";
    file.pass(200);
  }
  CHECK(file.changes == 0);
  file.pass(900);
  CHECK(file.changes == 1);
}

TEST_CASE("a file that comes, goes or is another one of the same size is a change") {
  Watched file;
  file.watch.start();
  file.pass(1000);
  CHECK(file.changes == 1);
  auto& text = file.world.files.files["/config/own/servers.json"];
  text = "one";
  file.pass(1000);
  text = "two";
  file.pass(1000);
  file.world.files.files.clear();
  file.pass(1000);
  CHECK(file.changes == 4);
}

TEST_CASE("what was written by ourselves, or is changed back at once, is no change") {
  Watched file;
  file.world.files.files["/config/servers.json"] = "one";
  file.watch.accept();
  file.watch.start();
  file.world.files.files["/config/servers.json"] = "two";
  file.watch.accept();
  file.pass(2000);
  file.world.files.files["/config/servers.json"] = "three";
  file.pass(500);
  file.world.files.files["/config/servers.json"] = "two";
  file.pass(2000);
  CHECK(file.changes == 0);
}

}  // namespace
}  // namespace shaddock::admin
