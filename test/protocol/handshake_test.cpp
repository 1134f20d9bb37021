#include "protocol/handshake.h"

#include <doctest/doctest.h>

#include <string>

using namespace shaddock;
using namespace shaddock::protocol;

TEST_CASE("the handshakes of the clients in the field are understood") {
  struct Case {
    const char *body, *type, *version, *proto, *dict;
  };
  const Case cases[] = {
      {R"({"sys":{"type":"js-websocket","version":"0.0.1","rsa":{},"protoVersion":0}})",
       "js-websocket", "0.0.1", "", ""},
      {R"({"sys":{"type":"c","version":"0.3.4","protoVersion":"abc=="}})", "c", "0.3.4",
       "abc==", ""},
      {R"({"sys":{"type":"linux","version":"0.3.5-release","protoVersion":"p","dictVersion":"d"}})",
       "linux", "0.3.5-release", "p", "d"},
      {R"({"sys":{"type":"unity-socket","version":"0.3.0"},"user":{}})", "unity-socket", "0.3.0",
       "", ""},
      {R"({"sys":{},"user":1})", "", "", "", ""},
      {R"({"sys":{"type":7,"version":null,"dictVersion":[]}})", "", "", "", ""},
  };
  for (const Case& c : cases) {
    CAPTURE(c.body);
    const auto request = parse_handshake(c.body);
    REQUIRE(request);
    CHECK(request->type == c.type);
    CHECK(request->version == c.version);
    CHECK(request->proto_version == c.proto);
    CHECK(request->dict_version == c.dict);
  }
}

TEST_CASE("the user's part and the whole message stay readable") {
  const auto request = parse_handshake(R"({"sys":{"rsa":{"rsa_e":65537}},"user":{"token":"t"}})");
  REQUIRE(request);
  CHECK(request->message.at("user").at("token").as_string() == "t");
  CHECK(request->message.at("sys").at("rsa").at("rsa_e").as_integer() == 65537);
}

TEST_CASE("a handshake without sys or without JSON is an error 500") {
  for (const char* body :
       {"", "{", "null", "5", "\"sys\"", "[]", "{}", R"({"sys":null})", R"({"sys":0})",
        R"({"sys":"x"})", R"({"sys":[]})", R"({"user":{}})", "\xff\xfe"}) {
    CAPTURE(body);
    const auto request = parse_handshake(body);
    REQUIRE_FALSE(request);
    CHECK(request.error().code == 500);
  }
}

TEST_CASE("a handshake nested too deep is an error, not a crash") {
  CHECK_FALSE(parse_handshake(R"({"sys":)" + std::string(60000, '[')));
}

TEST_CASE("the answer has the members and their order that Pomelo's clients know") {
  CHECK(handshake_reply({.heartbeat = 3}) == R"({"code":200,"sys":{"heartbeat":3}})");
  CHECK(handshake_reply({.heartbeat = 10, .user = R"({"k":1})"}) ==
        R"({"code":200,"sys":{"heartbeat":10},"user":{"k":1}})");
  CHECK(handshake_reply({.heartbeat = 3, .sys_members = R"("useDict":true,"useProto":true)"}) ==
        R"({"code":200,"sys":{"heartbeat":3,"useDict":true,"useProto":true}})");
}

TEST_CASE("without heartbeats the answer still has a sys") {
  CHECK(handshake_reply({.heartbeat = std::nullopt}) == R"({"code":200,"sys":{}})");
  CHECK(handshake_reply({.heartbeat = std::nullopt, .sys_members = R"("useDict":true)"}) ==
        R"({"code":200,"sys":{"useDict":true}})");
}

TEST_CASE("failures carry a code and nothing else") {
  CHECK(kHandshakeFailed == R"({"code":500})");
  CHECK(kHandshakeRefused == R"({"code":501})");
}

TEST_CASE("the reason of a kick is always valid JSON") {
  CHECK(kick_body("kick") == R"({"reason":"kick"})");
  CHECK(kick_body("") == R"({"reason":""})");
  for (const std::string reason : {"say \"no\"", "a\\b", "line\nbreak\t\x01", "caf\xc3\xa9"}) {
    const auto body = parse_json(kick_body(reason));
    REQUIRE(body);
    CHECK(body->at("reason").as_string() == reason);
  }
  CHECK(parse_json(kick_body("\xff")));
}

TEST_CASE("Pitaya's clients are told by libVersion without type") {
  struct Case {
    const char* body;
    bool pitaya;
    const char *type, *version;
  };
  const Case cases[] = {
      {R"({"sys":{"platform":"mac","libVersion":"0.3.5","clientVersion":"1.0"},"user":{}})", true,
       "mac", "1.0"},
      {R"({"sys":{"libVersion":"0.3.5"}})", true, "", ""},
      {R"({"sys":{"libVersion":"0.3.5","type":"c","version":"2"}})", false, "c", "2"},
      {R"({"sys":{"platform":"mac"}})", false, "", ""},
  };
  for (const Case& c : cases) {
    CAPTURE(c.body);
    const auto request = parse_handshake(c.body);
    REQUIRE(request);
    CHECK(request->pitaya == c.pitaya);
    CHECK(request->zlib == c.pitaya);
    CHECK(request->type == c.type);
    CHECK(request->version == c.version);
  }
}

TEST_CASE("a client may say that it reads compressed bodies") {
  CHECK(parse_handshake(R"({"sys":{"type":"x","compress":"zlib"}})")->zlib);
  CHECK_FALSE(parse_handshake(R"({"sys":{"type":"x","compress":"gzip"}})")->zlib);
  CHECK_FALSE(parse_handshake(R"({"sys":{"type":"x","compress":true}})")->zlib);
}

TEST_CASE("an RSA key is taken only whole") {
  const auto key = parse_handshake(R"({"sys":{"rsa":{"rsa_n":"bb03","rsa_e":65537}}})");
  CHECK(key->rsa_modulus == "bb03");
  CHECK(key->rsa_exponent == 65537);
  for (const char* rsa : {"{}", "null", R"({"rsa_n":"bb03"})", R"({"rsa_n":"bb03","rsa_e":"x"})",
                          R"({"rsa_n":"bb03","rsa_e":-3})", R"({"rsa_n":"bb03","rsa_e":1.5})"}) {
    CAPTURE(rsa);
    const auto none = parse_handshake(std::string(R"({"sys":{"rsa":)") + rsa + "}}");
    REQUIRE(none);
    CHECK(none->rsa_modulus.empty());
    CHECK(none->rsa_exponent == 0);
  }
}

TEST_CASE("a refusal in Pitaya's form has the same sys") {
  HandshakeReply reply;
  reply.code = 400;
  reply.heartbeat = 3;
  reply.sys_members = R"("serializer":"json")";
  CHECK(handshake_reply(reply) == R"({"code":400,"sys":{"heartbeat":3,"serializer":"json"}})");
}

TEST_CASE("who wants to come back says so, and with a token how much it has received") {
  const auto asks = parse_handshake(R"({"sys":{"type":"t","resume":{}}})");
  REQUIRE(asks->resume);
  CHECK(asks->resume->token.empty());
  const auto comes =
      parse_handshake(R"({"sys":{"type":"t","resume":{"token":"a.b","received":4294967299}}})");
  REQUIRE(comes->resume);
  CHECK(comes->resume->token == "a.b");
  CHECK(comes->resume->received == 4294967299);
  CHECK(!parse_handshake(R"({"sys":{"type":"t"}})")->resume);
  CHECK(!parse_handshake(R"({"sys":{"type":"t","resume":true}})")->resume);
}

TEST_CASE("a token without a right number is none") {
  for (const char* wrong :
       {R"({"token":"a"})", R"({"token":"a","received":-1})", R"({"token":"a","received":"1"})",
        R"({"token":"a","received":1.5})", R"({"token":7,"received":1})"}) {
    CAPTURE(wrong);
    const auto request =
        parse_handshake(R"({"sys":{"type":"t","resume":)" + std::string(wrong) + "}}");
    REQUIRE(request);
    REQUIRE(request->resume);
    CHECK(request->resume->token.empty());
  }
}
