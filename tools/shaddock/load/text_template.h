#pragma once
// A text with holes for numbers, cut once and filled many times:
//
//   {"from":{client},"n":{n},"room":"{room}"}
//
// {client} is the number of the client, {room} that of its room, {n} that of the message among
// those of its client; all count from 0. Other braces are text.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace shaddock::load {

struct Numbers {
  std::uint64_t client = 0;
  std::uint64_t room = 0;
  std::uint64_t n = 0;
  bool operator==(const Numbers&) const = default;
};

class TextTemplate {
 public:
  explicit TextTemplate(std::string_view text);

  bool constant() const { return holes_.empty(); }
  bool names_client() const { return names(&Numbers::client); }
  bool names_n() const { return names(&Numbers::n); }

  // Appends the text; allocates nothing once `out` is large enough.
  void fill(const Numbers& numbers, std::string& out) const;
  std::string filled(const Numbers& numbers) const;
  // The numbers with which the template is exactly this text; those it does not name are 0. A hole
  // takes as many digits as there are.
  std::optional<Numbers> match(std::string_view text) const;

 private:
  struct Hole {
    std::string before;  // the text in front of it
    std::uint64_t Numbers::*number;
  };

  bool names(std::uint64_t Numbers::*number) const;

  std::vector<Hole> holes_;
  std::string tail_;
};

}  // namespace shaddock::load
