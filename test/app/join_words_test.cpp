#include "app/join_words.h"

#include <doctest/doctest.h>

namespace shaddock::app {
namespace {

TEST_CASE("words say what an entry of servers.json says") {
  const auto entry =
      entry_of_words({"id=connector-9", "type=connector", "host=10.0.0.1", "port=4059",
                      "clientPort=3059", "clientHost=game.example", "max-connections=5", "a=b=c"});
  REQUIRE(entry);
  CHECK(entry->id == "connector-9");
  CHECK(entry->type == "connector");
  CHECK(entry->host == "10.0.0.1");
  CHECK(entry->port == 4059);
  CHECK(entry->client_port == 3059);
  CHECK(entry->client_host == "game.example");
  CHECK(entry->frontend);
  CHECK(entry->extra("max-connections") == "5");
  CHECK(entry->extra("a") == "b=c");
}

TEST_CASE("what is not said is what most mean, and the last word counts") {
  const auto backend =
      entry_of_words({"id=a", "serverType=chat", "port=1", "k=1", "k=2", "port=2"});
  REQUIRE(backend);
  CHECK(backend->type == "chat");
  CHECK(backend->host == "127.0.0.1");
  CHECK(backend->port == 2);
  CHECK_FALSE(backend->frontend);
  CHECK(backend->extras.size() == 1);
  CHECK(backend->extra("k") == "2");
  CHECK_FALSE(entry_of_words({"clientPort=1", "frontend=false"})->frontend);
}

TEST_CASE("a word that says nothing is named") {
  for (const char* word : {"port", "=1", "port=", "port=0", "port=65536", "port=1x", "port=-1",
                           "clientPort=x", "frontend=yes", "id=", "host="}) {
    const auto entry = entry_of_words({"id=a", word});
    REQUIRE_FALSE(entry);
    CHECK(entry.error().text.ends_with(word));
  }
}

}  // namespace
}  // namespace shaddock::app
