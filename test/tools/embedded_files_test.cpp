#include "embedded_files.h"

#include <doctest/doctest.h>

#include <string>
#include <string_view>

using shaddock::StaticFile;

namespace {

StaticFile file_at(std::string_view path) {
  for (const StaticFile& file : embedded_files())
    if (file.path == path) return file;
  FAIL("no file at " << path);
  return {};
}

}  // namespace

TEST_CASE("embedded files are found under their own names, and index.html under / as well") {
  CHECK(embedded_files().size() == 5);
  CHECK(file_at("/").bytes == file_at("/index.html").bytes);
  CHECK(file_at("/").bytes ==
        "<!doctype html>\n<p>\"quoted\" \\ and ; and | and $x and [brackets]</p>\n");
}

TEST_CASE("embedded bytes are those of the file, every value, and none is added") {
  const std::string_view bytes = file_at("/every_byte.png").bytes;
  REQUIRE(bytes.size() == 256);
  for (int value = 0; value < 256; ++value)
    CHECK(static_cast<unsigned char>(bytes[static_cast<std::size_t>(value)]) == value);
  CHECK(file_at("/empty.txt").bytes.empty());
}

TEST_CASE("the type of an embedded file follows from its extension") {
  CHECK(file_at("/").content_type == "text/html; charset=utf-8");
  CHECK(file_at("/every_byte.png").content_type == "image/png");
  CHECK(file_at("/empty.txt").content_type == "text/plain; charset=utf-8");
  CHECK(file_at("/LICENSE").content_type == "application/octet-stream");
}
