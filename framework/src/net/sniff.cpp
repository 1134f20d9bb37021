#include "net/sniff.h"

namespace shaddock::net {
namespace {

constexpr char kTlsHandshake = 0x16;
constexpr char kLastPackageType = 5;
constexpr std::string_view kVerbs[] = {"GET ",     "HEAD ",  "POST ",    "PUT ",  "DELETE ",
                                       "OPTIONS ", "PATCH ", "CONNECT ", "TRACE "};

}  // namespace

Speech sniff(std::string_view first_bytes) {
  if (first_bytes.empty()) return Speech::more;
  const char first = first_bytes[0];
  if (first == kTlsHandshake) return Speech::tls;
  if (first >= 1 && first <= kLastPackageType) return Speech::package;
  for (const std::string_view verb : kVerbs) {
    if (first_bytes.starts_with(verb)) return Speech::http;
    if (verb.starts_with(first_bytes)) return Speech::more;
  }
  return Speech::unknown;
}

}  // namespace shaddock::net
