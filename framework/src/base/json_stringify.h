#pragma once

#include <shaddock/json.h>

#include <string>

namespace shaddock {

// Byte for byte the UTF-8 of what JSON.stringify of ECMAScript makes of the value that JSON.parse
// read, so that a signature over that text can be checked:
//
//   {"b":1.0,"10":9007199254740993,"9":"\u00e9\/"}  ->  {"9":"é/","10":9007199254740992,"b":1}
//
// Array indices ("0" to "4294967294") come first among the members, ascending; the rest keep their
// order. Every number is a double. Only " \ and control characters are escaped. What is not UTF-8
// becomes U+FFFD; parse_json lets none in.
//
// Json::dump is for clients: it escapes beyond the basic plane and keeps 64 bits.
std::string json_stringify(const Json& value);

}  // namespace shaddock
