#pragma once

#include <deque>
#include <map>
#include <set>
#include <string>
#include <unordered_map>
#include <utility>

#include "guarantee.h"

namespace shaddock::game {

// G3: pushes of one server arrive at each session in the order in which they were made, once. A gap
// is allowed only where a link was lost (or there was none): what took one link arrives whole, up
// to the moment in which it is lost.
// G6, G12: a push reaches only the session that it was made for, or sessions of the uid on the
// frontend that it was made for; in no later incarnation either.
class Deliveries final : public Guarantee {
 public:
  // `lossless`: links end only with servers that stop as they should, and backends do: nothing that
  // took one is lost, and who hears from others afterwards has heard it.
  explicit Deliveries(Findings& findings, bool lossless = false)
      : Guarantee(findings), lossless_(lossless) {}

  void opened(Visit visit, std::string_view uid, std::string_view frontend) override;
  void answered(Visit visit, Number number, int code) override;
  void heard(Visit visit, PushId push) override;
  void heard_for(Visit visit, PushId push, const Member& whom) override;
  void logged_out(Visit visit) override { visitors_.erase(visit); }
  void ended(Visit visit, std::string_view why) override;
  void pushed(PushId push, const std::vector<Target>& targets) override;
  void pushed_to_uid(PushId push, const Member& member, LinkNumber link) override;
  void pushed_to_all(PushId push, const std::vector<Way>& ways) override;
  void bound(Life life, std::string_view frontend, std::string_view uid, Visit visit) override;
  void unbound(Life life, std::string_view uid, Visit visit) override;
  void turned_to(Visit visit, std::string_view frontend) override;
  void moved(Life life, std::string_view frontend, std::string_view uid, SessionId session,
             Visit visit) override;
  void died(Life life) override;
  void settled(const std::vector<std::pair<Life, LinkNumber>>& links) override;

 private:
  struct Due {
    PushNumber number;
    LinkNumber link;
    bool to_uid = false;
  };
  struct Sender {
    std::deque<Due> due;  // made for this visit and not heard yet
    PushNumber last = 0;  // heard
  };
  struct Visitor {
    std::string uid, frontend;
    std::set<std::string> earlier;  // frontends that its session came from
    // On its way from one to another: by which link it hears what is for its uid, or for all, the
    // server that sends it knows only later.
    bool under_way = false;
    std::map<Life, Sender> senders;
  };
  struct Frontend {
    Life life = 0;
    std::map<std::string, std::set<Visit>, std::less<>> bound;  // by uid
  };
  void expect(PushId push, Visit visit, LinkNumber link, bool to_uid);
  void expect_among_others(PushId push, Visit visit, LinkNumber link, bool to_uid);
  static void forget_links_to_uid(Visitor& visitor);
  bool in_order(Visit visit, PushId push, Sender& sender);
  // It arrives: what was made before it and took the same link has arrived. False: it was not due.
  bool take(Visit visit, PushId push, Sender& sender);

  const bool lossless_;
  std::map<Life, sim::Instant> dead_;
  std::map<Visit, Visitor> visitors_;                       // that are here
  std::map<std::string, Frontend, std::less<>> frontends_;  // by id, the youngest life of each
};

}  // namespace shaddock::game
