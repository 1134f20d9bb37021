#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "arena.h"
#include "chance.h"
#include "client/client.h"

namespace shaddock::game {

// One visit: a connection to one connector, from connecting to its end; or several, for who comes
// back to its session after a drop, there or at another connector: then it is the same visit. Logs
// in, enters a room, and does this and that until it has had enough, is sent away or loses the
// connection. Tells the checker all that it does and hears.
class Stay {
 public:
  struct Place {
    Arena& arena;
    net::Host& host;
    Chance& chance;
    std::string uid, kind;
  };
  // on_end comes once, and may destroy it.
  Stay(Place place, const Entry& entry, Function<void()> on_end);

  void pause() { paused_ = true; }  // does nothing more, and stays
  void finish();                    // leaves as one should
  bool open() const { return visit_ != 0; }
  const std::string& frontend() const { return frontend_; }
  std::size_t unanswered() const { return client_.unanswered(); }

 private:
  void come_in();
  void come_again();
  void turn_to_another();
  void log_in();
  void log_out();
  void go();
  void end_visits(const std::string& why);
  void on_push(std::string_view route, const Json& body);
  void on_close(const std::string& why);
  void leave(const std::string& why);
  void act();
  void act_in_room(std::int64_t dice);
  void think();
  void write(const std::string& paper);
  void leave_and_enter();
  void rebind();

  using Next = Function<void(bool fine)>;
  // Asks, with the time to think or the value to write if it is not negative.
  Number ask(const std::string& route, std::int64_t value = -1, Next next = nullptr);
  Number request(const std::string& route, Json body, Next next);
  void notify(const std::string& route);
  void expect_long_wait();
  Json message(Number number, std::int64_t value) const;

  Place place_;
  std::string frontend_;
  net::Address address_;
  Function<void()> on_end_;
  const bool comes_back_;  // to its session after a drop
  client::Client client_;
  net::Timer think_, back_;
  Visit visit_ = 0;
  std::vector<Visit> earlier_visits_;  // logged out
  Number number_ = 0;
  std::int64_t actions_;
  std::int64_t written_ = 0;
  std::map<std::string, bool> writing_;  // papers whose last write has not ended
  bool paused_ = false, leaving_ = false, logging_out_ = false;
};

}  // namespace shaddock::game
