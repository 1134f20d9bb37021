#include "server/signed_body.h"

#include <shaddock/error.h>

#include <doctest/doctest.h>

using namespace shaddock;
using namespace shaddock::server;

namespace {

// The vector that a client of Pomelo and OpenSSL agree on.
const std::string kSignature =
    "4f3dbdb457c7a102d5347590e3c23437c9107fb0ea6d4a5a09bc4989749d946b"
    "263abe1bb737cedbe529e2e0af533ee8d617cd1ea0be87c9ebe074ca53d99566";

RsaPublicKey bobs_key() {
  return RsaPublicKey::create(
             "bb03273393a97ce85313aa2fd8b9267fd9731eec9a024e0ed7d5f3b103baef20"
             "cbf78beae7f9be0a9d0c0db95a24c6dd154302432282fadbc52378073acfb7b3",
             65537)
      .value();
}

// A key of 1,020 bits, so signatures have 255 digits, and signatures over {"name":"..."} with a
// Chinese name and with "é", each once as UTF-8 and once encoded twice.
const std::string kOddModulus =
    "be6f64e7e540f229dd0c6890a34931fe6d0e166ebae53070729fa7c518d04867cb502caacbbc5820"
    "6e18fe1d43afafdea5dafa48dfad29fa61620b0d49d097e16b25a40851d694b959e30aa6363b1c35"
    "d64529084c70edd99654af230b0a4028b25b26cff46fb32527e9ff591a860d6092743f8f4dafdfc6"
    "6b2d5e6fa269ccd";
const std::string kChinese =
    "78ef2fd4dd67a764fd14cbdb9a9bda04440bab84cc47c004ca0929cda1389f8998a7d9311fe2fa2f"
    "bd27a8d4e35b9a29d4a307e985a646eb1add78d5586725b6b2addf8026879c750fb053dc35b30e07"
    "3aa57e2b6d1a88602d0ee670577e131c5ed05afc792eabed06accfdbafa604c7a1b2efb96bb39809"
    "2d1587ff5f289e9";
const std::string kChineseTwice =
    "8eff0a66762178fe05f235bc383d766574707943f55ab64628a1bb1ec6e1b21ae87a17ab74329068"
    "9a590b4763957cdb087dc81d9091b58af32aa00734a49d10b2699db8f1b35c2afb67ad53b4a16612"
    "a4b6742d87e2e5d2da7ed62b17f393a8617cffc14715d618576d4d7aceac88f12d6c534181d5cb72"
    "76831d8ceef6514";
const std::string kAccent =
    "2d42bbefc5577bc92043b5476db5e5e2d91f2f7884e8b4dfc6177eec40a25da8c615653819facbe4"
    "fee57c06cd723ce1596e60cfbb6b62a803fb1aaea19bd68b72a62e253e07e027d8e1aebb91df1817"
    "fab00ed863465cea029d808c2627bafc9e5e661b30f1fa47a28f7af50bb042387b116e7c7ad12f49"
    "251c285969a5bb8";
const std::string kAccentTwice =
    "651e39378c659ecd2a469abecc090ea4b0b44f834584aadd623d58bd890834c0bcd58f92fc0cff2a"
    "fbe0cb899a89de2c1fd398466a8400ee3fbdc80c0d13b2ca9c25b51d164ceb43a2901cef93e4da74"
    "78abfeb27f549d3dc3415c595b2c85b27f45ea753b1816bce0269087c00cb1c6f6c7c9244d1f9945"
    "15afa04ed501120";

RsaPublicKey odd_key() { return RsaPublicKey::create(kOddModulus, 3).value(); }

std::string with_signature(const std::string& members, const std::string& signature) {
  return '{' + members + R"(,"__crypto__":")" + signature + "\"}";
}

}  // namespace

TEST_CASE("a signed body is handed on without its signature") {
  const RsaPublicKey key = bobs_key();
  const std::string expected = R"({"uid":"bob","n":1})";
  CHECK(verified_body(key, with_signature(R"("uid":"bob","n":1)", kSignature)) == expected);
  CHECK(verified_body(key, R"({"__crypto__":")" + kSignature + R"(","uid":"bob","n":1})") ==
        expected);
  CHECK(verified_body(key, R"( { "uid" : "b\u006fb" , "n" : 1.0 , "__crypto__" : ")" + kSignature +
                               "\" } ") == expected);
}

TEST_CASE("what is signed is the text that JavaScript prints, so order and values count") {
  const RsaPublicKey key = bobs_key();
  for (const char* members :
       {R"("n":1,"uid":"bob")", R"("uid":"bob","n":2)", R"("uid":"bob","n":"1")", R"("uid":"bob")",
        R"("uid":"bob","n":1,"more":null)", R"("uid":"bob","n":1,"n":2)"}) {
    CAPTURE(members);
    CHECK_FALSE(verified_body(key, with_signature(members, kSignature)).has_value());
  }
  CHECK(verified_body(key, with_signature(R"("uid":"eve","n":1,"uid":"bob")", kSignature)) ==
        R"({"uid":"bob","n":1})");
}

TEST_CASE("a body without a signature of the right kind is nothing") {
  const RsaPublicKey key = bobs_key();
  const std::string members = R"("uid":"bob","n":1)";
  std::string other = kSignature;
  other.back() = '7';
  for (const std::string& wrong :
       {std::string(), kSignature.substr(1), kSignature.substr(2), kSignature + "0",
        "00" + kSignature, 'g' + kSignature.substr(1), ' ' + kSignature.substr(1), other,
        std::string(128, '0'), std::string(128, 'f')}) {
    CAPTURE(wrong);
    CHECK_FALSE(verified_body(key, with_signature(members, wrong)).has_value());
  }
  for (const std::string body :
       {"", "{}", "null", "5", "\"text\"", "[]", R"([{"__crypto__":"00"}])", "{\"uid\":", "\xFF",
        R"({"uid":"bob","n":1})", R"({"uid":"bob","n":1,"__crypto__":null})",
        R"({"uid":"bob","n":1,"__crypto__":5})", R"({"uid":"bob","n":1,"__crypto__":{}})",
        R"({"uid":"bob","n":1,"__crypto__":["00"]})"}) {
    CAPTURE(body);
    CHECK_FALSE(verified_body(key, body).has_value());
  }
}

TEST_CASE("of two signatures the last one counts") {
  const RsaPublicKey key = bobs_key();
  const std::string good = "\"__crypto__\":\"" + kSignature + '"', bad = R"("__crypto__":"00")";
  CHECK(verified_body(key, R"({"uid":"bob",)" + bad + R"(,"n":1,)" + good + '}').has_value());
  CHECK_FALSE(verified_body(key, R"({"uid":"bob",)" + good + R"(,"n":1,)" + bad + '}').has_value());
}

TEST_CASE("a signature has as many digits as the modulus, also when they are odd") {
  const RsaPublicKey key = odd_key();
  CHECK(kChinese.size() == 255);
  const std::string members = R"("name":"张三")", expected = R"({"name":"张三"})";
  CHECK(verified_body(key, with_signature(members, kChinese)) == expected);
  CHECK_FALSE(verified_body(key, with_signature(members, '0' + kChinese)).has_value());
  CHECK_FALSE(verified_body(key, with_signature(members, kChinese.substr(1))).has_value());
}

TEST_CASE("Chinese text may have been signed as encoded twice, other text may not") {
  const RsaPublicKey key = odd_key();
  CHECK(verified_body(key, with_signature(R"("name":"张三")", kChineseTwice)) ==
        R"({"name":"张三"})");
  CHECK(verified_body(key, with_signature(R"("name":"é")", kAccent)) == R"({"name":"é"})");
  CHECK_FALSE(verified_body(key, with_signature(R"("name":"é")", kAccentTwice)).has_value());
  CHECK_FALSE(verified_body(key, with_signature(R"("name":"张四")", kChineseTwice)).has_value());
}
