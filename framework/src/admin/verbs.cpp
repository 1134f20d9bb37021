#include "admin/verbs.h"

namespace shaddock::admin {

bool allowed(std::string_view route, cluster::Role caller) {
  for (const Verb& verb : kVerbs)
    if (verb.route == route) return verb.caller == caller;
  return false;
}

}  // namespace shaddock::admin
