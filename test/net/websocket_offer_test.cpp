#include "net/websocket_offer.h"

#include <doctest/doctest.h>

#include <random>
#include <string>

using namespace shaddock::net;

namespace {

// The window agreed on; 0: none; -1: malformed.
int agreed(std::string_view offers) {
  const WebSocketAgreement agreement = agree_on_extensions(offers);
  if (agreement.malformed) CHECK(agreement.deflate_bits == 0);
  return agreement.malformed ? -1 : agreement.deflate_bits;
}

}  // namespace

TEST_CASE("what browsers and npm's ws offer is agreed on") {
  CHECK(agreed("permessage-deflate") == 15);
  CHECK(agreed("permessage-deflate; client_max_window_bits") == 15);
  CHECK(agreed("permessage-deflate; client_max_window_bits,") == 15);
  CHECK(agreed("permessage-deflate; server_no_context_takeover; client_no_context_takeover; "
               "server_max_window_bits=10; client_max_window_bits=9") == 10);
}

TEST_CASE("each window that zlib can write is kept to, any of the client's is fine") {
  for (int bits = 9; bits <= 15; ++bits) {
    CHECK(agreed("permessage-deflate;server_max_window_bits=" + std::to_string(bits)) == bits);
    CHECK(agreed("permessage-deflate;server_max_window_bits=\"" + std::to_string(bits) + '"') ==
          bits);
  }
  CHECK(agreed("permessage-deflate; server_max_window_bits=8") == 0);
  for (int bits = 8; bits <= 15; ++bits)
    CHECK(agreed("permessage-deflate;client_max_window_bits=" + std::to_string(bits)) == 15);
}

TEST_CASE("an offer with a parameter that is unknown, doubled or wrong is passed over") {
  for (const char* parameters : {
           "unknown",
           "unknown=1",
           "server_max_window_bits",
           "server_max_window_bits=7",
           "server_max_window_bits=16",
           "server_max_window_bits=010",
           "server_max_window_bits=100",
           "server_max_window_bits=1x",
           "client_max_window_bits=7",
           "client_max_window_bits=16",
           "client_max_window_bits=08",
           "server_no_context_takeover=1",
           "client_no_context_takeover=true",
           "server_no_context_takeover; server_no_context_takeover",
           "server_max_window_bits=10; server_max_window_bits=10",
           "client_max_window_bits; client_max_window_bits=10",
       }) {
    CAPTURE(parameters);
    const std::string offer = std::string("permessage-deflate; ") + parameters;
    CHECK(agreed(offer) == 0);
    CHECK(agreed(offer + ", permessage-deflate; server_max_window_bits=11") == 11);
  }
}

TEST_CASE("a head full of parameters is passed over") {
  std::string offer = "permessage-deflate";
  for (int i = 0; i < 2700; ++i) offer += ";a";
  CHECK(agreed(offer) == 0);
  CHECK(agreed(offer + ",permessage-deflate") == 15);
}

TEST_CASE("the first offer that can be kept is taken, whatever stands around it") {
  CHECK(agreed("permessage-deflate; server_max_window_bits=12, permessage-deflate") == 12);
  CHECK(agreed("x-webkit-deflate-frame, other; a=b; c=\"d\", permessage-deflate") == 15);
  CHECK(agreed(" \t, ,permessage-deflate\t;\tclient_max_window_bits\t=\t10 ,,") == 15);
  for (const char* other : {"", ",", " , ", "x", "permessage-bzip2", "Permessage-Deflate", "x;y"})
    CHECK(agreed(other) == 0);
}

TEST_CASE("what is no list of extensions is malformed") {
  for (const char* text : {"a b",
                           ";",
                           "=",
                           "a;",
                           "a;;b",
                           "a;b=",
                           "a;=b",
                           "a;b=\"",
                           "a;b=\"c",
                           "a;b=\"\"",
                           "a;b=\"c d\"",
                           "a;b=\"\\c\"",
                           "a;b=c=d",
                           "a/b",
                           "a,b c",
                           "\"a\"",
                           "permessage-deflate;",
                           "permessage-deflate; server_max_window_bits=",
                           "permessage-deflate, a b",
                           "\x80"}) {
    CAPTURE(text);
    CHECK(agreed(text) == -1);
  }
}

TEST_CASE("the answer says that no side keeps its window, and ours when it is narrow") {
  CHECK(deflate_answer(15) ==
        "permessage-deflate; server_no_context_takeover; client_no_context_takeover");
  CHECK(deflate_answer(9) == deflate_answer(15) + "; server_max_window_bits=9");
  CHECK(agreed(deflate_answer(9)) == 9);
}

TEST_CASE("random pieces of offers end in an agreement, none or malformed, never more") {
  const char* const pieces[] = {
      "permessage-deflate",      ";", ",", "=", "\"", " ", "15", "x", "server_max_window_bits",
      "client_max_window_bits=9"};
  std::mt19937 random(7);
  for (int round = 0; round < 20000; ++round) {
    std::string text;
    for (std::size_t i = random() % 12; i > 0; --i) text += pieces[random() % std::size(pieces)];
    const int bits = agreed(text);
    REQUIRE((bits == 15 || bits == 0 || bits == -1));
  }
}
