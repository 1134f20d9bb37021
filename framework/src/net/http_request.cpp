#include "net/http_request.h"

#include <llhttp/llhttp.h>

#include <algorithm>

namespace shaddock::net {
namespace {

constexpr int kBadRequest = 400;
constexpr int kHeadTooLarge = 431;

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c; }

std::string_view trimmed(std::string_view text) {
  const std::size_t begin = text.find_first_not_of(" \t");
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(" \t") - begin + 1);
}

}  // namespace

bool is_token(std::string_view text) {
  constexpr std::string_view kSigns = "!#$%&'*+-.^_`|~";
  return !text.empty() && std::all_of(text.begin(), text.end(), [kSigns](char c) {
    const char letter = lower(c);
    return (letter >= 'a' && letter <= 'z') || (c >= '0' && c <= '9') ||
           kSigns.find(c) != std::string_view::npos;
  });
}

bool same_word(std::string_view one, std::string_view other) {
  return std::equal(one.begin(), one.end(), other.begin(), other.end(),
                    [](char x, char y) { return lower(x) == lower(y); });
}

bool HttpHeader::is(std::string_view other_name) const { return same_word(name, other_name); }

std::size_t HttpRequest::count(std::string_view name) const {
  return static_cast<std::size_t>(
      std::count_if(headers.begin(), headers.end(),
                    [name](const HttpHeader& header) { return header.is(name); }));
}

std::string_view HttpRequest::header(std::string_view name) const {
  for (const HttpHeader& header : headers) {
    if (header.is(name)) return header.value;
  }
  return {};
}

bool HttpRequest::has_token(std::string_view name, std::string_view token) const {
  for (const HttpHeader& header : headers) {
    if (!header.is(name)) continue;
    for (std::string_view list = header.value;;) {
      const std::size_t comma = list.find(',');
      if (same_word(trimmed(list.substr(0, comma)), token)) return true;
      if (comma == std::string_view::npos) break;
      list.remove_prefix(comma + 1);
    }
  }
  return false;
}

// The callbacks of llhttp, which gets a whole head at once, so each part comes in one piece.
struct HttpRequestReader::Parser {
  static HttpRequestReader& reader(llhttp_t* parser) {
    return *static_cast<HttpRequestReader*>(parser->data);
  }

  static int on_url(llhttp_t* parser, const char* at, std::size_t length) {
    HttpRequest& request = reader(parser).request_;
    request.target = {at, length};
    request.path = request.target.substr(0, request.target.find('?'));
    return 0;
  }
  static int on_header_field(llhttp_t* parser, const char* at, std::size_t length) {
    HttpRequestReader& self = reader(parser);
    if (self.request_.headers.size() == self.limits_.headers) {
      self.fail(kHeadTooLarge);
      return HPE_USER;
    }
    self.request_.headers.push_back({{at, length}, {}});
    return is_token({at, length}) ? 0 : static_cast<int>(HPE_USER);
  }
  static int on_header_value(llhttp_t* parser, const char* at, std::size_t length) {
    reader(parser).request_.headers.back().value = trimmed({at, length});
    return 0;
  }
  static int on_headers_complete(llhttp_t* parser) {
    HttpRequestReader& self = reader(parser);
    HttpRequest& request = self.request_;
    request.method = llhttp_method_name(static_cast<llhttp_method_t>(parser->method));
    request.major = parser->http_major;
    request.minor = parser->http_minor;
    const bool has_body = parser->content_length != 0 || (parser->flags & F_TRANSFER_ENCODING) != 0;
    if (request.major != 1 || has_body || !self.single_spaced()) return HPE_USER;
    self.state_ = State::complete;
    return HPE_PAUSED;
  }
};

std::size_t HttpRequestReader::feed(std::string_view chunk) {
  const std::size_t room = limits_.head - head_.size();
  for (std::size_t i = 0; i < chunk.size(); ++i) {
    const Byte byte = i < room ? judge(chunk[i]) : Byte::bad;
    if (byte == Byte::good) continue;
    if (byte == Byte::last) {
      head_.append(chunk.substr(0, i + 1));
      parse();
    } else {
      fail(i < room ? kBadRequest : kHeadTooLarge);
    }
    return i + 1;
  }
  head_.append(chunk);
  return chunk.size();
}

HttpRequestReader::Byte HttpRequestReader::judge(char c) {
  if (after_cr_ != (c == '\n')) return Byte::bad;
  if (c == '\n') {
    after_cr_ = false;
    const bool empty = line_ == 0;
    line_ = 0;
    if (!empty) first_line_ = false;
    return !empty ? Byte::good : first_line_ ? Byte::bad : Byte::last;
  }
  if (c == '\r') {
    after_cr_ = true;
    return Byte::good;
  }
  const bool blank = c == ' ' || c == '\t';
  const bool printable = static_cast<unsigned char>(c) >= 0x20 && c != 0x7F;
  if ((!printable && !blank) || (blank && line_ == 0)) return Byte::bad;
  ++line_;
  return Byte::good;
}

void HttpRequestReader::parse() {
  llhttp_settings_t settings;
  llhttp_settings_init(&settings);
  settings.on_url = Parser::on_url;
  settings.on_header_field = Parser::on_header_field;
  settings.on_header_value = Parser::on_header_value;
  settings.on_headers_complete = Parser::on_headers_complete;
  llhttp_t parser;
  llhttp_init(&parser, HTTP_REQUEST, &settings);
  parser.data = this;
  llhttp_execute(&parser, head_.data(), head_.size());
  if (state_ == State::reading) fail(kBadRequest);
}

// llhttp takes any number of spaces in the request line.
bool HttpRequestReader::single_spaced() const {
  std::string_view line = head_.view();
  for (const std::string_view word : {request_.method, request_.target}) {
    if (!line.starts_with(word) || line[word.size()] != ' ') return false;
    line.remove_prefix(word.size() + 1);
  }
  return line.starts_with("HTTP/");
}

void HttpRequestReader::fail(int status) {
  state_ = State::failed;
  status_ = status;
}

void HttpRequestReader::reset() {
  request_ = HttpRequest();
  head_ = Buffer();
  state_ = State::reading;
  status_ = 0;
  first_line_ = true;
  after_cr_ = false;
  line_ = 0;
}

}  // namespace shaddock::net
