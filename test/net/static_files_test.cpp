#include "net/static_files.h"

#include <doctest/doctest.h>

using namespace shaddock::net;

TEST_CASE("files are found by their exact path only") {
  StaticFiles files;
  CHECK(files.empty());
  files.add("/", "text/html", "page");
  files.add("/js/client.js", "text/javascript", "code");
  CHECK_FALSE(files.empty());
  REQUIRE(files.find("/js/client.js") != nullptr);
  CHECK(*files.find("/js/client.js")->bytes == "code");
  CHECK(files.find("/js/client.js")->content_type == "text/javascript");
  for (const char* path : {"", "//", "/js", "/js/", "/JS/client.js", "/js//client.js",
                           "/./js/client.js", "/js/../", "/%2e%2e/etc/passwd", "/../etc/passwd",
                           "/js/client.js/", "js/client.js", "/js%2fclient.js"}) {
    CAPTURE(path);
    CHECK(files.find(path) == nullptr);
  }
}

TEST_CASE("an etag follows from the bytes and stands in quotes") {
  StaticFiles files;
  files.add("/a", "text/plain", "same");
  files.add("/b", "text/html", "same");
  files.add("/c", "text/plain", "other");
  CHECK(files.find("/a")->etag == files.find("/b")->etag);
  CHECK(files.find("/a")->etag != files.find("/c")->etag);
  CHECK(files.find("/a")->etag.front() == '"');
  CHECK(files.find("/a")->etag.back() == '"');
}

TEST_CASE("a path added again is replaced") {
  StaticFiles files;
  files.add("/a", "text/plain", "old");
  files.add("/a", "text/plain", "new");
  CHECK(*files.find("/a")->bytes == "new");
}

TEST_CASE("content types follow from the extension") {
  CHECK(content_type_of("index.html") == "text/html; charset=utf-8");
  CHECK(content_type_of("a/b.min.js") == "text/javascript; charset=utf-8");
  CHECK(content_type_of("icon.svg") == "image/svg+xml");
  CHECK(content_type_of("README") == "application/octet-stream");
  CHECK(content_type_of("x.unknown") == "application/octet-stream");
}
