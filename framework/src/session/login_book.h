#pragma once

#include <shaddock/error.h>
#include <shaddock/function.h>
#include <shaddock/session.h>

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

#include "net/timer_wheel.h"
#include "session/seeded_hash.h"

namespace shaddock::session {

// Who wants a key, see login_key().
struct LoginClaim {
  std::string key;
  std::string frontend;
  SessionId session = 0;
  Function<void(Result<void>)> done;  // once: it owns the key; or not, and why
};

class LoginBookEvents {
 public:
  // That session must give the key back, or (refuse_new) is asked whether it still has it; `must`:
  // another one owns it already. What it says comes to LoginBook::told(), never from inside this
  // call.
  virtual void ask_owner(const std::string& frontend, const std::string& key, SessionId session,
                         bool must) = 0;

 protected:
  ~LoginBookEvents() = default;
};

// The book of one holder: which session owns each key that this frontend holds. Pure: no clock, no
// network.
//
// It grants nothing before it has heard, for its list, the claims of every frontend that the view
// has as up or that is linked, in its present life. A frontend that was heard and then does not
// renew its lease for kHolderLease has stopped to serve what it had (kOwnerLease is shorter), so
// that is free again; one that was never heard is waited for until it is known to be dead. An owner
// that lives must say that it has let go before anybody else is granted the key.
//
// Session ids never come back, so what is said of an earlier owner changes nothing. Of several that
// wait for a key only one goes on waiting: the newest (kick_old) or the first (refuse_new); the
// others are told 409. Memory: an entry of a map for each key that is owned, about 100 bytes.
class LoginBook {
 public:
  static constexpr net::Duration kHolderLease{9000};
  static constexpr std::size_t kMostWaiting = 10'000;

  // `self`: the frontend whose book it is; it is never waited for.
  LoginBook(LoginBookEvents& events, std::string self, bool kick_old, std::uint64_t seed);

  // Another list: what was known counts no more, and who waits is told to ask again (521).
  void begin();

  // As the view has it. A greater incarnation is another life, and the one before is dead.
  void see(const std::string& frontend, std::uint64_t incarnation, bool up);
  void linked(const std::string& frontend, std::uint64_t incarnation);
  void unlinked(const std::string& frontend, std::uint64_t incarnation);
  // That life of it, or an earlier one, is dead for sure.
  void died(const std::string& frontend, std::uint64_t incarnation);

  // What a frontend owns, all of it: begin_claims(), add() for each, end_claims().
  void begin_claims(const std::string& frontend);
  void add(const std::string& frontend, const std::string& key, SessionId session);
  void end_claims(const std::string& frontend, net::TimePoint now);
  // False: it has not been heard, and must claim again.
  bool renew(const std::string& frontend, net::TimePoint now);

  void claim(LoginClaim claim);
  // The session has given up the key, or no longer wants it.
  void freed(const std::string& key, SessionId session);
  enum class Told { gone, kept, nothing };  // nothing: it could not be asked
  void told(const std::string& key, SessionId session, Told what);

  // Looks for leases that are over, and asks those again who could not be asked.
  void look(net::TimePoint now);

  bool ready() const;
  std::size_t size() const { return owners_.size(); }
  std::size_t waiting() const { return waiting_.size(); }
  // 0: nobody.
  SessionId owner(const std::string& key) const;

 private:
  struct Frontend {
    std::uint64_t incarnation = 0;
    bool up = false, linked = false, heard = false;
    net::TimePoint lease = net::TimePoint::max();  // its end
  };
  using Frontends = std::map<std::string, Frontend, std::less<>>;
  struct Owner {
    const std::string* frontend;
    SessionId session;
  };
  struct Wait {
    std::optional<LoginClaim> claim;
    SessionId asked = 0;  // the owner, who has not answered; 0: nobody is asked
  };
  struct Hash {
    std::uint64_t seed;
    std::size_t operator()(const std::string& key) const { return seeded_hash(seed, key); }
  };
  using Waits = std::map<std::string, Wait>;

  Frontends::value_type& life(const std::string& frontend, std::uint64_t incarnation);
  void forget(Frontends::value_type& frontend);
  void proceed();
  void proceed(Waits::iterator at);
  void grant(Waits::iterator at);
  void refuse(Waits::iterator at, Error error);

  LoginBookEvents& events_;
  const std::string self_;
  const bool kick_old_;
  Frontends frontends_;
  std::unordered_map<std::string, Owner, Hash> owners_;
  Waits waiting_;
};

}  // namespace shaddock::session
