#pragma once

#include <charconv>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include "guarantee.h"
#include "scribe.h"

namespace shaddock::game {

// The words of one line of a scribe: numbers, and texts without blanks (a blank, a percent sign and
// a line's end are written as %20, %25 and %0A; nothing as %).

class WordWriter {
 public:
  explicit WordWriter(std::string& line) : line_(line) {}

  template <class T>
  requires std::is_integral_v<T>
  void put(T number) {
    char digits[24];
    const auto end = std::to_chars(digits, digits + sizeof digits, number).ptr;
    line_.append(1, ' ').append(digits, end);
  }
  void put(std::string_view text) {
    line_ += text.empty() ? " %" : " ";
    for (const char c : text) {
      if (c == ' ')
        line_ += "%20";
      else if (c == '%')
        line_ += "%25";
      else if (c == '\n')
        line_ += "%0A";
      else
        line_ += c;
    }
  }
  void put(const std::string& text) { put(std::string_view(text)); }
  void put(sim::Instant time) { put(time.count()); }
  void put(const PushId& push) { put_all(push.life, push.number); }
  void put(const Target& target) { put_all(target.visit, target.link); }
  void put(const Way& way) { put_all(way.frontend, way.link); }
  void put(const Member& member) { put_all(member.uid, member.frontend, member.session); }
  void put(const Seen& seen) {
    put_all(seen.visit, seen.uid, seen.papers.size());
    for (const auto& [name, value] : seen.papers) put_all(name, value);
  }
  void put(const Figures& f) {
    put_all(f.life, f.server, f.connections, f.sessions, f.bound, f.waiting_calls, f.members,
            f.running_handlers);
  }
  template <class T>
  void put(const std::vector<T>& all) {
    put(all.size());
    for (const T& one : all) put(one);
  }

 private:
  template <class... T>
  void put_all(const T&... value) {
    (put(value), ...);
  }

  std::string& line_;
};

// fine() is false from the first word on that is not what it should be.
class WordReader {
 public:
  explicit WordReader(std::string_view line) : rest_(line) {}

  bool fine() const { return fine_; }
  std::string_view word() {
    if (rest_.empty()) fine_ = false;
    const std::string_view word = rest_.substr(0, rest_.find(' '));
    rest_.remove_prefix(std::min(rest_.size(), word.size() + 1));
    return word;
  }

  template <class T>
  requires std::is_integral_v<T>
  void take(T& number) {
    const std::string_view digits = word();
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), number);
    fine_ = fine_ && error == std::errc() && end == digits.data() + digits.size();
  }
  void take(std::string& text) {
    const std::string_view written = word();
    if (written == "%") return;
    for (std::size_t i = 0; i < written.size(); ++i) {
      const std::string_view code = written.substr(i, 3);
      const char c = code == "%20" ? ' ' : code == "%25" ? '%' : code == "%0A" ? '\n' : '\0';
      text += c == '\0' ? written[i] : c;
      if (c != '\0') i += 2;
    }
  }
  void take(sim::Instant& time) {
    sim::Instant::rep count = 0;
    take(count);
    time = sim::Instant(count);
  }
  void take(PushId& push) { take_all(push.life, push.number); }
  void take(Target& target) { take_all(target.visit, target.link); }
  void take(Way& way) { take_all(way.frontend, way.link); }
  void take(Member& member) { take_all(member.uid, member.frontend, member.session); }
  void take(Seen& seen) {
    std::size_t count = 0;
    take_all(seen.visit, seen.uid, count);
    for (; count != 0 && fine_; --count) {
      std::string name;
      take(name);
      take(seen.papers[name]);
    }
  }
  void take(Figures& f) {
    take_all(f.life, f.server, f.connections, f.sessions, f.bound, f.waiting_calls, f.members,
             f.running_handlers);
  }
  template <class T>
  void take(std::vector<T>& all) {
    std::size_t count = 0;
    take(count);
    for (; count != 0 && fine_; --count) take(all.emplace_back());
  }

 private:
  template <class... T>
  void take_all(T&... value) {
    (take(value), ...);
  }

  std::string_view rest_;
  bool fine_ = true;
};

}  // namespace shaddock::game
