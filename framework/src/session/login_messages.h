#pragma once

#include <shaddock/fields.h>
#include <shaddock/session.h>

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

// What the frontends of a type say to each other when only one session may have a uid; see
// single_login.h. "list" is the mark of the sender's list of frontends.
namespace shaddock::session {

// Routes are of a type: whoever has them is a frontend of it, with single login.
struct LoginRoutes {
  explicit LoginRoutes(const std::string& type)
      : claim("sys.login." + type + ".claim"),
        claims("sys.login." + type + ".claims"),
        renew("sys.login." + type + ".renew"),
        renewed("sys.login." + type + ".renewed"),
        freed("sys.login." + type + ".freed"),
        release("sys.login." + type + ".release") {}
  const std::string claim;    // to the holder: LoginAsk; the answer is the grant
  const std::string claims;   // to the holder: LoginPiece of what the sender owns
  const std::string renew;    // to the holder: LoginLease
  const std::string renewed;  // from the holder: LoginRenewed
  const std::string freed;    // to the holder: LoginKey, no longer owned or wanted
  const std::string release;  // from the holder to the owner: LoginRelease; LoginReleased
};

struct LoginKey {
  std::string key;
  SessionId session = 0;
  static void fields(auto& m, auto&& f) {
    f("key", m.key);
    f("session", m.session);
  }
};
struct LoginAsk {
  std::uint64_t list = 0;
  std::string key;
  SessionId session = 0;
  static void fields(auto& m, auto&& f) {
    f("list", m.list);
    f("key", m.key);
    f("session", m.session);
  }
};
// The first piece begins anew, the last one ends it. Pieces are numbered from 0.
struct LoginPiece {
  std::uint64_t list = 0;
  std::uint32_t number = 0;
  bool last = false;
  std::vector<LoginKey> owned;
  static void fields(auto& m, auto&& f) {
    f("list", m.list);
    f("number", m.number);
    f("last", m.last);
    f("owned", m.owned);
  }
};
struct LoginLease {
  std::uint64_t list = 0;
  std::int64_t sent = 0;  // by the sender's clock, given back as it is
  static void fields(auto& m, auto&& f) {
    f("list", m.list);
    f("sent", m.sent);
  }
};
struct LoginRenewed {
  std::uint64_t list = 0;
  std::int64_t sent = 0;
  bool heard = false;  // else the sender must claim what it owns again
  static void fields(auto& m, auto&& f) {
    f("list", m.list);
    f("sent", m.sent);
    f("heard", m.heard);
  }
};
struct LoginRelease {
  std::string key;
  SessionId session = 0;
  bool must = false;  // another session owns it already: also with refuse_new this one ends
  static void fields(auto& m, auto&& f) {
    f("key", m.key);
    f("session", m.session);
    f("must", m.must);
  }
};
struct LoginReleased {
  bool gone = false;
  static void fields(auto& m, auto&& f) { f("gone", m.gone); }
};

}  // namespace shaddock::session
