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

// A key of 515 bits, so signatures have 129 digits, and signatures over {"name":"..."} with a
// Chinese name and with "é", each once as UTF-8 and once encoded twice.
const std::string kOddModulus =
    "6df87658f2d84d37e102acbfc6dcc275cca203b581fd34c9f63c31c0472305ea5f872c83712e3093"
    "4a65ad2420bca4b6915847a00121b83103741005abe02c2c9";
const std::string kChinese =
    "09d5fed8fb5274776f880e0097fd3beb83b7c19e0b5042a50421cb6af75c0b4f14e44fc3149fea27"
    "ebbdc1590af6bdda07c2b8acf37a359114916ccf1265bf0d0";
const std::string kChineseTwice =
    "12b56682942a6a3b54695de8587521fb27db0d94ef0fd56fedc8d21396045cfaf2fdedf6d7552678"
    "deda9ece4299e180b9827d2536239641ba9a89de90ad453bd";
const std::string kAccent =
    "3bbcb948961773562e86540afdfbd94c60fd5913c114f8beb1c5bccb977b26d7e7d4281c67f4cb07"
    "f9b9e37622bce74b7392ff3bdb52f168382471c5d81478b99";
const std::string kAccentTwice =
    "24a02230000e5f19be281fad4787a4cab303ce56cbc8bff1667ca28f080b24347191850fcd76840e"
    "0b2f4b9c8733a2da1f13a05d8d54f637f2495859e62c520ec";

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
  CHECK(kChinese.size() == 129);
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
