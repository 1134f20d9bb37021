#include "load/html_text.h"

#include <doctest/doctest.h>

using shaddock::load::html_text;

TEST_CASE("text cannot become a tag, an attribute or an entity") {
  CHECK(html_text("<script>alert('1' & \"2\")</script>") ==
        "&lt;script&gt;alert(&#39;1&#39; &amp; &quot;2&quot;)&lt;/script&gt;");
}

TEST_CASE("all other characters stay") {
  CHECK(html_text("") == "");
  CHECK(html_text("736 µs, 房间 1\n\t€") == "736 µs, 房间 1\n\t€");
}

TEST_CASE("what is no text is replaced") {
  using namespace std::string_literals;
  CHECK(html_text("a\0b\x1b[2J\x7f"s) == "a&#xFFFD;b&#xFFFD;[2J&#xFFFD;");
  CHECK(html_text("\xc2\x85") == "&#xFFFD;");
  CHECK(html_text("a\xff\xe2\x82") == "a&#xFFFD;&#xFFFD;&#xFFFD;");
}
