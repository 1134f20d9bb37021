#include "base/crypto.h"

#include <doctest/doctest.h>

using namespace shaddock;

TEST_CASE("Digests are those of the standards") {
  CHECK(hex(sha1("abc")) == "a9993e364706816aba3e25717850c26c9cd0d89d");
  CHECK(hex(sha1("")) == "da39a3ee5e6b4b0d3255bfef95601890afd80709");
  CHECK(hex(sha256("abc")) == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  CHECK(hex(md5("message digest")) == "f96b697d7cb7938d525a2f31aaf161d0");
}

TEST_CASE("HMAC is that of RFC 4231") {
  CHECK(hex(hmac_sha256("Jefe", "what do ya want for nothing?")) ==
        "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
  CHECK(hex(hmac_sha256(std::string(131, '\xaa'),
                        "Test Using Larger Than Block-Size Key - Hash Key First")) ==
        "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54");
  CHECK(hex(hmac_sha256("", "")) ==
        "b613679a0814d9ec772f95d778c35fc5ff1697c493715653c6c712144292c5ad");
}

TEST_CASE("The answer to a WebSocket key is that of RFC 6455") {
  CHECK(base64(sha1("dGhlIHNhbXBsZSBub25jZQ==258EAFA5-E914-47DA-95CA-C5AB0DC85B11")) ==
        "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=");
}

TEST_CASE("Equal is equal, and different is different, wherever it differs") {
  CHECK(constant_time_equal("", ""));
  CHECK(constant_time_equal("secret", "secret"));
  CHECK_FALSE(constant_time_equal("secret", "secreT"));
  CHECK_FALSE(constant_time_equal("secret", "Secret"));
  CHECK_FALSE(constant_time_equal("secret", "secret "));
}

TEST_CASE("base64 is that of RFC 4648, and every length comes back") {
  CHECK(base64("") == "");
  CHECK(base64("f") == "Zg==");
  CHECK(base64("fo") == "Zm8=");
  CHECK(base64("foobar") == "Zm9vYmFy");
  std::string bytes;
  for (int i = 0; i < 300; ++i) {
    CHECK(base64_decode(base64(bytes)) == bytes);
    bytes += static_cast<char>(i * 7);
  }
}

TEST_CASE("base64 that nobody encodes is refused") {
  for (const char* text :
       {"Z", "Zg", "Zg=", "Zg==\n", " Zg==", "Zh==", "Z===", "====", "Zg==Zg==", "Zm9*", "Zg==="}) {
    CAPTURE(text);
    CHECK_FALSE(base64_decode(text).has_value());
  }
}

TEST_CASE("hex comes back, in letters of both sizes") {
  const std::string bytes("\x00\x7f\x80\xff", 4);
  CHECK(hex(bytes) == "007f80ff");
  CHECK(hex_decode("007f80ff") == bytes);
  CHECK(hex_decode("007F80FF") == bytes);
  CHECK(hex_decode("") == "");
  for (const char* text : {"0", "0g", "-1", " 0", "0x"}) CHECK_FALSE(hex_decode(text).has_value());
}
