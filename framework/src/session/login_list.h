#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace shaddock::session {

// The frontends of one type, as those who hold its uids: each key has one holder, the same in every
// process that has the same list. When a frontend comes or goes the others keep what they have
// (rendezvous). Pure.
class LoginList {
 public:
  LoginList() = default;
  explicit LoginList(std::vector<std::string> frontends);

  // The same for lists of the same frontends, and for no others; 0: the list is empty.
  std::uint64_t mark() const { return mark_; }
  // nullptr when the list is empty.
  const std::string* holder_of(std::string_view key) const;
  bool contains(std::string_view frontend) const;

 private:
  std::vector<std::string> frontends_;
  std::vector<std::uint64_t> hashes_;  // of their names
  std::uint64_t mark_ = 0;
};

// What single login lets only one session have: a uid, with a kind of connection. A kind has no
// line break in it, so no two of them have the same key.
std::string login_key(std::string_view uid, std::string_view kind);

inline constexpr std::string_view kMainKind = "main";

}  // namespace shaddock::session
