#include "protocol/proto_parsed_form.h"

#include <doctest/doctest.h>

#include "protocol/proto_text.h"

using shaddock::testing::schema_of;

TEST_CASE("The parsed form is Pomelo's, byte for byte") {
  CHECK(schema_of(shaddock::testing::kSpawnProtos).parsed_form() ==
        R"({"onSpawn":{"eid":{"option":"required","type":"uInt32","tag":1},)"
        R"("at":{"option":"required","type":"Pos","tag":2},)"
        R"("trail":{"option":"repeated","type":"Pos","tag":3},)"
        R"("tag":{"option":"optional","type":"string","tag":4},)"
        R"("__messages":{"Pos":{"x":{"option":"required","type":"sInt32","tag":1},)"
        R"("y":{"option":"required","type":"sInt32","tag":2},"__messages":{},)"
        R"("__tags":{"1":"x","2":"y"}}},"__tags":{"1":"eid","2":"at","3":"trail","4":"tag"}}})");
  CHECK(schema_of(R"({"message A": {}})").parsed_form() ==
        R"({"message A":{"__messages":{},"__tags":{}}})");
  CHECK(schema_of("{}").parsed_form() == "{}");
}

TEST_CASE("In the parsed form numbers stand in front and in order, as in JavaScript") {
  CHECK(
      schema_of(R"({"b": {"optional int32 z": 20, "optional int32 7": 3, "optional int32 2": 100},
                      "10": {"message 9": {}, "message x": {}, "message 8": {}}, "9": {}})")
          .parsed_form() ==
      R"({"9":{"__messages":{},"__tags":{}},)"
      R"("10":{"__messages":{"8":{"__messages":{},"__tags":{}},"9":{"__messages":{},"__tags":{}},)"
      R"("x":{"__messages":{},"__tags":{}}},"__tags":{}},)"
      R"("b":{"2":{"option":"optional","type":"int32","tag":100},)"
      R"("7":{"option":"optional","type":"int32","tag":3},)"
      R"("z":{"option":"optional","type":"int32","tag":20},)"
      R"("__messages":{},"__tags":{"3":"7","20":"z","100":"2"}}})");
}
