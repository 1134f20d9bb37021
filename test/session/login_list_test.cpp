#include "session/login_list.h"

#include <doctest/doctest.h>

#include <map>
#include <set>

using namespace shaddock::session;

TEST_CASE("whoever has the same frontends has the same list, in whatever order") {
  const LoginList one({"c-1", "c-2", "c-3"}), same({"c-3", "c-1", "c-2"}), other({"c-1", "c-2"});
  CHECK(one.mark() == same.mark());
  CHECK(one.mark() != other.mark());
  CHECK(one.mark() != 0);
  CHECK(LoginList().mark() == 0);
  CHECK(LoginList().holder_of("u") == nullptr);
  for (int i = 0; i < 100; ++i)
    CHECK(*one.holder_of(std::to_string(i)) == *same.holder_of(std::to_string(i)));
}

TEST_CASE("each holds about as many, and keeps what it has when another one goes") {
  const LoginList three({"c-1", "c-2", "c-3"}), two({"c-1", "c-3"});
  std::map<std::string, int> held;
  for (int i = 0; i < 3000; ++i) {
    const std::string key = login_key("uid" + std::to_string(i), "main");
    const std::string& before = *three.holder_of(key);
    ++held[before];
    if (before != "c-2") CHECK(*two.holder_of(key) == before);
  }
  for (const auto& [frontend, keys] : held) CHECK((keys > 850 && keys < 1150));
}

TEST_CASE("no two of uid and kind have the same key") {
  const std::set<std::string> keys{login_key("u", "main"), login_key("u", "voice"),
                                   login_key("voice\nu", "main"), login_key("", "u"),
                                   login_key("u", "mai")};
  CHECK(keys.size() == 5);
}
