#pragma once

#include <cstddef>
#include <string_view>
#include <vector>

#include "base/buffer.h"

namespace shaddock::net {

// Whether the text is a token: not empty, and of the characters that names and list members have.
bool is_token(std::string_view text);
// Whether two are the same but for the case of their letters.
bool same_word(std::string_view one, std::string_view other);

struct HttpHeader {
  std::string_view name, value;

  bool is(std::string_view other_name) const;  // without regard to case
};

// The head of a request. Views point into the reader that parsed it.
struct HttpRequest {
  std::string_view method;
  std::string_view target;  // as sent: /chat?room=1
  std::string_view path;    // up to the question mark
  int major = 0, minor = 0;
  std::vector<HttpHeader> headers;

  // Names of headers and tokens are compared without regard to case.
  std::size_t count(std::string_view name) const;
  // The first header of that name, or an empty view.
  std::string_view header(std::string_view name) const;
  // Whether the comma-separated lists in the headers of that name hold the token.
  bool has_token(std::string_view name, std::string_view token) const;
};

struct HttpLimits {
  std::size_t head = 8 * 1024;
  std::size_t headers = 100;
};

// Reads the head of one request after the other. Lines end with CR LF and nothing else; folded
// lines, control characters and requests with a body are refused.
class HttpRequestReader {
 public:
  enum class State { reading, complete, failed };

  explicit HttpRequestReader(const HttpLimits& limits = {}) : limits_(limits) {}

  // Takes bytes of the head and returns how many: what follows a complete head is left to the
  // caller. Call it while the state is reading.
  std::size_t feed(std::string_view chunk);

  State state() const { return state_; }
  // Of a failed one: 400 or 431.
  int status() const { return status_; }
  // Of a complete one; valid until reset().
  const HttpRequest& request() const { return request_; }
  // Begins the next request of the connection.
  void reset();

 private:
  enum class Byte { good, bad, last };
  struct Parser;

  Byte judge(char byte);
  void parse();
  bool single_spaced() const;
  void fail(int status);

  HttpLimits limits_;
  State state_ = State::reading;
  int status_ = 0;
  Buffer head_;
  bool first_line_ = true;
  bool after_cr_ = false;
  std::size_t line_ = 0;  // bytes of the line so far
  HttpRequest request_;
};

}  // namespace shaddock::net
