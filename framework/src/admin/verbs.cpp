#include "admin/verbs.h"

namespace shaddock::admin {

bool allowed(std::string_view route, cluster::Role caller) {
  for (const Verb& verb : kVerbs)
    if (verb.route == route) return (verb.callers & only(caller)) != 0;
  return false;
}

std::string not_allowed(cluster::Role caller) {
  return caller == cluster::Role::observer ? "not allowed: an observer changes nothing"
                                           : "not allowed";
}

}  // namespace shaddock::admin
