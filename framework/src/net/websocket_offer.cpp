#include "net/websocket_offer.h"

#include <optional>
#include <vector>

#include "base/deflate.h"
#include "net/http_request.h"

namespace shaddock::net {
namespace {

struct Parameter {
  std::string_view name;
  std::optional<std::string_view> value;
};

struct Offer {
  std::string_view extension;
  std::vector<Parameter> parameters;
};

// extension *( ";" name [ "=" ( token | quoted token ) ] ), with blanks anywhere between.
class OfferReader {
 public:
  explicit OfferReader(std::string_view text) : rest_(text) {}

  // All offers, or nothing when the text is no such list. Empty members of the list are skipped.
  std::optional<std::vector<Offer>> read() {
    std::vector<Offer> offers;
    do {
      if (at(',') || at_end()) continue;
      auto offer = read_offer();
      if (!offer) return std::nullopt;
      offers.push_back(std::move(*offer));
    } while (take(','));
    if (!at_end()) return std::nullopt;
    return offers;
  }

 private:
  std::optional<Offer> read_offer() {
    Offer offer{read_token(), {}};
    if (offer.extension.empty()) return std::nullopt;
    while (take(';')) {
      Parameter parameter{read_token(), std::nullopt};
      if (parameter.name.empty()) return std::nullopt;
      if (take('=')) {
        parameter.value = read_value();
        if (parameter.value->empty()) return std::nullopt;
      }
      offer.parameters.push_back(parameter);
    }
    return offer;
  }

  std::string_view read_value() {
    if (!take('"')) return read_token();
    const std::string_view value = read_token();
    return take('"') ? value : std::string_view();
  }

  std::string_view read_token() {
    skip_blanks();
    std::size_t n = 0;
    while (n < rest_.size() && is_token(rest_.substr(n, 1))) ++n;
    const std::string_view token = rest_.substr(0, n);
    rest_.remove_prefix(n);
    return token;
  }

  bool at(char c) {
    skip_blanks();
    return rest_.starts_with(c);
  }
  bool take(char c) {
    if (!at(c)) return false;
    rest_.remove_prefix(1);
    return true;
  }
  bool at_end() {
    skip_blanks();
    return rest_.empty();
  }
  void skip_blanks() {
    while (rest_.starts_with(' ') || rest_.starts_with('\t')) rest_.remove_prefix(1);
  }

  std::string_view rest_;
};

// 8 to 15, without a leading zero; else 0.
int window_bits(std::string_view text) {
  if (text.size() == 1 && (text[0] == '8' || text[0] == '9')) return text[0] - '0';
  if (text.size() == 2 && text[0] == '1' && text[1] >= '0' && text[1] <= '5')
    return 10 + text[1] - '0';
  return 0;
}

constexpr std::size_t kKnownParameters = 4;

// More parameters than there are: some are doubled or unknown, whichever.
bool doubled(const Offer& offer) {
  if (offer.parameters.size() > kKnownParameters) return true;
  for (const Parameter& one : offer.parameters) {
    for (const Parameter& other : offer.parameters) {
      if (&one != &other && one.name == other.name) return true;
    }
  }
  return false;
}

// The window for what we write, or 0 when the offer cannot be kept.
int acceptable_bits(const Offer& offer) {
  if (offer.extension != "permessage-deflate" || doubled(offer)) return 0;
  int bits = Deflater::kWidest;
  for (const auto& [name, value] : offer.parameters) {
    if (name == "server_max_window_bits") {
      bits = value ? window_bits(*value) : 0;
      if (bits < Deflater::kNarrowest) return 0;
    } else if (name == "client_max_window_bits") {
      if (value && window_bits(*value) == 0) return 0;
    } else if (name == "server_no_context_takeover" || name == "client_no_context_takeover") {
      if (value) return 0;
    } else {
      return 0;
    }
  }
  return bits;
}

}  // namespace

WebSocketAgreement agree_on_extensions(std::string_view text) {
  const auto offers = OfferReader(text).read();
  if (!offers) return {.malformed = true};
  for (const Offer& offer : *offers) {
    if (const int bits = acceptable_bits(offer); bits != 0) return {.deflate_bits = bits};
  }
  return {};
}

std::string deflate_answer(int deflate_bits) {
  std::string answer = "permessage-deflate; server_no_context_takeover; client_no_context_takeover";
  if (deflate_bits < Deflater::kWidest) {
    answer += "; server_max_window_bits=" + std::to_string(deflate_bits);
  }
  return answer;
}

}  // namespace shaddock::net
