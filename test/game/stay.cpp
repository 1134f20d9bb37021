#include "stay.h"

#include <iterator>

namespace shaddock::game {

namespace {

constexpr sim::Instant kLongWait{6'000'000};

client::Client::Settings settings_of(bool comes_back) {
  client::Client::Settings settings;
  settings.open_limit = net::Duration(3000);
  settings.resume = comes_back;
  return settings;
}

}  // namespace

Stay::Stay(Place place, const Entry& entry, Function<void()> on_end)
    : place_(std::move(place)),
      frontend_(entry.id),
      address_{entry.host, entry.port},
      on_end_(std::move(on_end)),
      comes_back_(place_.chance.from_to(0, 1) == 0),
      client_(place_.host, settings_of(comes_back_)),
      think_(place_.host.loop.timers(), [this] { act(); }),
      back_(place_.host.loop.timers(), [this] { come_again(); }),
      actions_(place_.chance.from_to(5, 40)) {
  client_.on_open([this] { come_in(); });
  client_.on_push([this](std::string_view route, const Json& body) { on_push(route, body); });
  client_.on_close([this](const std::string& why) { on_close(why); });
  client_.connect(address_);
}

void Stay::come_in() {
  if (visit_ == 0) return log_in();
  if (!client_.resumed()) return leave("its session is gone");
  place_.arena.checker().tell(&Guarantee::came_back, visit_);
  place_.arena.say(place_.uid, [this] { return "is back, visit " + std::to_string(visit_); });
  think_.start(place_.chance.time(50, 500));
}

// A third of them to another connector.
void Stay::come_again() {
  if (visit_ != 0 && place_.chance.from_to(0, 2) == 0) turn_to_another();
  client_.connect(address_);
}

void Stay::turn_to_another() {
  std::vector<Entry> others;
  for (const auto& [id, connector] : place_.arena.connectors())
    if (id != frontend_) others.push_back(connector);
  if (others.empty()) return;
  const Entry& chosen =
      others[static_cast<std::size_t>(place_.chance.from_to(0, std::ssize(others) - 1))];
  frontend_ = chosen.id;
  address_ = {chosen.host, chosen.port};
  for (const Visit earlier : earlier_visits_)
    place_.arena.checker().tell(&Guarantee::turned_to, earlier, std::string_view(frontend_));
  place_.arena.checker().tell(&Guarantee::turned_to, visit_, std::string_view(frontend_));
  place_.arena.say(
      place_.uid, [this] { return "turns to " + frontend_ + ", visit " + std::to_string(visit_); });
}

void Stay::log_in() {
  think_.stop();
  visit_ = place_.arena.new_visit();
  place_.arena.checker().tell(&Guarantee::opened, visit_, std::string_view(place_.uid),
                              std::string_view(frontend_));
  if (comes_back_) place_.arena.checker().tell(&Guarantee::may_come_back, visit_);
  place_.arena.say(place_.uid,
                   [this] { return "visits " + frontend_ + ", visit " + std::to_string(visit_); });
  Json login = message(number_ + 1, -1);
  const std::string room = kRooms[place_.chance.from_to(0, std::ssize(kRooms) - 1)];
  login.set("uid", place_.uid).set("kind", place_.kind).set("room", room);
  expect_long_wait();
  request("connector.entryHandler.login", std::move(login), [this](bool fine) {
    if (!fine) return go();
    ask("chat.roomHandler.enter");
    think_.start(place_.chance.time(50, 500));
  });
}

void Stay::on_push(std::string_view route, const Json& body) {
  const PushId push{static_cast<Life>(body.at("life").as_integer()),
                    static_cast<PushNumber>(body.at("number").as_integer())};
  Checker& checker = place_.arena.checker();
  if (route == kNewsRoute) return checker.tell(&Guarantee::heard, visit_, push);
  checker.tell(&Guarantee::heard_for, visit_, push,
               Member{body.at("uid").as_string(), body.at("frontend").as_string(), 0});
}

void Stay::on_close(const std::string& why) {
  const bool left = leaving_ && why == "closed by the server";
  if (leaving_ || !client_.may_come_back()) return leave(left ? "left" : why);
  think_.stop();
  back_.start(place_.chance.time(10, 500));
}

void Stay::leave(const std::string& why) {
  think_.stop();
  if (visit_ != 0) end_visits(why);
  place_.arena.say(place_.uid,
                   [&] { return "visit " + std::to_string(visit_) + " ended: " + why; });
  Function<void()> on_end = std::move(on_end_);
  on_end();
}

void Stay::end_visits(const std::string& why) {
  Checker& checker = place_.arena.checker();
  if (why.starts_with("kicked: ")) checker.tell(&Guarantee::kicked, visit_, std::string_view(why));
  for (const Visit earlier : earlier_visits_)
    checker.tell(&Guarantee::ended, earlier, std::string_view("logged out"));
  checker.tell(&Guarantee::ended, visit_, std::string_view(why));
}

Json Stay::message(Number number, std::int64_t value) const {
  Json body{{"visit", visit_}, {"number", number}};
  if (value >= 0) body.set("value", value);
  return body;
}

Number Stay::ask(const std::string& route, std::int64_t value, Next next) {
  return request(route, message(number_ + 1, value), std::move(next));
}

Number Stay::request(const std::string& route, Json body, Next next) {
  const Number number = ++number_;
  Checker& checker = place_.arena.checker();
  checker.tell(&Guarantee::asked, visit_, number);
  client_.request(
      route, body,
      [this, visit = visit_, number, route, next = std::move(next)](client::Answer answer) mutable {
        place_.arena.say(place_.uid, [&] {
          return route + ' ' + std::to_string(number) + " -> " + std::to_string(answer.code);
        });
        if (answer.code == client::Answer::kLost) return;
        Checker& told = place_.arena.checker();
        told.tell(&Guarantee::answered, visit, number, answer.code);
        if (answer.code == code::kOk) {
          const Json* const said_visit = answer.body.find("visit");
          const Json* const said_number = answer.body.find("number");
          told.tell(&Guarantee::echoed, visit, number,
                    said_visit == nullptr ? 0 : static_cast<Visit>(said_visit->as_integer()),
                    said_number == nullptr ? 0 : said_number->as_integer());
        }
        if (next) next(answer.code == code::kOk);
      });
  return number;
}

void Stay::notify(const std::string& route) {
  const Number number = ++number_;
  place_.arena.checker().tell(&Guarantee::notified, visit_, number);
  client_.notify(route, message(number, -1));
}

void Stay::act() {
  if (paused_ || leaving_ || logging_out_) return;
  if (--actions_ < 0) return finish();
  if (comes_back_ && place_.chance.from_to(0, 19) == 0) return client_.lose();
  const std::int64_t dice = place_.chance.from_to(0, 99);
  if (dice == 0) return rebind();
  if (dice == 1 && place_.chance.from_to(0, 1) == 0) {
    ask("connector.entryHandler.kickUid");
  } else if (dice < 4) {
    expect_long_wait();
    ask("connector.entryHandler.hailAll");
  } else if (dice < 8) {
    ask("connector.entryHandler.look");
  } else if (dice < 10) {
    log_out();
  } else if (dice < 15) {
    notify("connector.entryHandler.lookAway");
  } else if (dice < 23) {
    ask("connector.entryHandler.count", place_.chance.from_to(0, 50));
  } else if (dice < 32) {
    write("left");
  } else if (dice < 41) {
    write("right");
  } else {
    act_in_room(dice);
  }
  think_.start(place_.chance.time(100, 800));
}

void Stay::act_in_room(std::int64_t dice) {
  if (dice < 62) {
    ask("chat.roomHandler.say");
  } else if (dice < 72) {
    notify("chat.roomHandler.shout");
  } else if (dice < 80) {
    ask("chat.roomHandler.count", place_.chance.from_to(0, 50));
  } else if (dice < 88) {
    think();
  } else if (dice < 93) {
    ask("chat.roomHandler.letter", place_.chance.from_to(0, 1000));
  } else if (dice < 94) {
    ask("chat.roomHandler.cry");
  } else if (dice < 98) {
    leave_and_enter();
  } else {
    ask("chat.roomHandler.kickMe");
  }
}

// Sometimes for longer than the deadline of the request; then the answer comes too late. And now
// and then for longer than a server that stops waits for anybody.
void Stay::think() {
  const bool long_thought = place_.chance.from_to(0, 9) == 0;
  auto time = long_thought ? place_.chance.from_to(4000, 8000) : place_.chance.from_to(0, 400);
  if (long_thought && place_.chance.from_to(0, 2) == 0) time = 10'000 + time / 3;
  if (long_thought)
    place_.arena.checker().tell(&Guarantee::will_think, visit_, number_ + 1,
                                sim::Instant(time * 1000));
  ask("chat.roomHandler.think", time);
}

// One at a time, so that it is known which was the last.
void Stay::write(const std::string& paper) {
  if (writing_[paper]) return;
  writing_[paper] = true;
  const std::int64_t value = ++written_;
  place_.arena.checker().tell(&Guarantee::wrote, visit_, number_ + 1, std::string_view(paper),
                              value);
  ask("chat." + paper + "Handler.write", value, [this, paper](bool) { writing_[paper] = false; });
}

// Without waiting in between: the order of requests makes this right.
void Stay::leave_and_enter() {
  ask("chat.roomHandler.leave");
  ask("chat.roomHandler.enter");
}

// With nothing else under way, which would find a session without a uid.
void Stay::rebind() {
  if (client_.unanswered() != 0) return think_.start(place_.chance.time(100, 800));
  expect_long_wait();
  ask("connector.entryHandler.rebind", -1, [this](bool fine) {
    if (!fine) return go();
    think_.start(place_.chance.time(100, 800));
  });
}

// A login may wait for the end of a lease, and each call between servers for its own deadline.
void Stay::expect_long_wait() {
  place_.arena.checker().tell(&Guarantee::will_wait, visit_, number_ + 1, kLongWait);
}

// The connection goes on as another visit. What was under way is still answered.
void Stay::log_out() {
  logging_out_ = true;
  place_.arena.checker().tell(&Guarantee::logging_out, visit_);
  ask("connector.entryHandler.logout", -1, [this](bool fine) {
    if (!fine) return finish();
    logging_out_ = false;
    place_.arena.checker().tell(&Guarantee::logged_out, visit_);
    earlier_visits_.push_back(visit_);
    writing_.clear();
    log_in();
  });
}

// Whoever has no uid has nothing to say.
void Stay::go() {
  leaving_ = true;
  client_.close();
}

// Half of them just go.
void Stay::finish() {
  if (leaving_) return;
  leaving_ = true;
  if (back_.active()) return leave("did not come back");
  if (client_.open() && place_.chance.from_to(0, 1) == 0)
    ask("chat.roomHandler.leave", -1, [this](bool) { client_.close(); });
  else
    client_.close();
}

}  // namespace shaddock::game
