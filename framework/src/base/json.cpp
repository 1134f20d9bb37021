#include <charconv>
#include <cmath>
#include <cstring>
#include <memory>
#include <string_view>
#include <type_traits>
#include <utility>

#include <rapidjson/error/en.h>
#include <rapidjson/reader.h>

#include "base/document_sink.h"
#include "base/json_bytes.h"
#include "base/json_reader.h"
#include "base/utf8.h"
#include "base/value_sink.h"

namespace shaddock {
namespace {

struct Text {
  char* const begin;
  const char* const end;
  bool lone_surrogate = false;  // in an escape
};

// Behind the text there is a zero.
char* skip_plain(char* at) {
  std::size_t plain = 0;
  while ((plain = plain_in_block(at)) == kPlainBlock) at += kPlainBlock;
  return at + plain;
}

// Reads the text, and writes decoded strings over it.
struct TextStream {
  using Ch = char;

  char Peek() const { return *at; }
  char Take() { return *at++; }
  std::size_t Tell() const { return static_cast<std::size_t>(at - text->begin); }
  char* PutBegin() { return to = at; }
  void Put(char byte) { *to++ = byte; }
  std::size_t PutEnd(char* begin) const { return static_cast<std::size_t>(to - begin); }
  void Flush() {}

  // Moves a string on to its next quote, backslash or control character. False when the stream
  // stands before something that is not UTF-8.
  bool take_characters() {
    while (true) {
      take_plain();
      if (static_cast<signed char>(*at) >= 0) return true;
      const auto [read, written] =
          fold_utf8_character({at, static_cast<std::size_t>(text->end - at)}, to);
      if (read == 0) return false;
      at += read;
      to += written;
    }
  }
  void take_plain() {
    const char* const begin = at;
    at = skip_plain(at);
    const auto size = static_cast<std::size_t>(at - begin);
    if (to != begin) std::memmove(to, begin, size);  // behind an escape
    to += size;
  }

  Text* text;
  char* at;
  char* to = nullptr;
};

inline void SkipWhitespace(TextStream& stream) {
  const auto is_space = [](char byte) {
    return byte == ' ' || byte == '\n' || byte == '\r' || byte == '\t';
  };
  while (static_cast<unsigned char>(*stream.at) <= ' ' && is_space(*stream.at)) ++stream.at;
}

// UTF-8 by our rules.
struct FoldedUtf8 : rapidjson::UTF8<> {
  // The library accepts \udc00 alone.
  template <class Out>
  static void Encode(Out& out, unsigned value) {
    if constexpr (std::is_same_v<Out, TextStream>)
      if (value >= 0xDC00 && value <= 0xDFFF) out.text->lone_surrogate = true;
    rapidjson::UTF8<>::Encode(out, value);
  }
};

// The states of the reader: 8 bytes for each level that is open. Sinks stop long before it is full.
class StateRoom {
 public:
  static constexpr std::size_t kSize = 512;

  void* Realloc(void* old, std::size_t used, std::size_t size) {
    if (size <= kSize) return room_;
    auto more = std::make_unique_for_overwrite<char[]>(size);
    std::memcpy(more.get(), old, used);
    more_ = std::move(more);
    return more_.get();
  }
  static void Free(void*) {}

 private:
  alignas(std::max_align_t) char room_[kSize];
  std::unique_ptr<char[]> more_;
};

// Most objects have the fields that the sink expects, in that order and without spaces. Such
// members are taken out of the text before the library sees them: {"code":200,"msg":"x"} is {}
// then. A member is taken only with what follows it, `}` or `,"`, so what is left is JSON if the
// whole was.
template <class Sink>
class ExpectedMembers {
 public:
  ExpectedMembers(Sink& sink, const char* end) : sink_(sink), end_(end) {}

  // Of the object that opens at `open`. Answers the byte that now stands for its brace: all that
  // was between is read.
  char* take(char* open) {
    while (const Field* field = sink_.expected()) {
      char* const begin = open + 1;
      const std::string_view key = std::string_view(field->json_key).substr(1);
      if (static_cast<std::size_t>(end_ - begin) <= key.size()) break;
      if (!same_short({begin, key.size()}, key)) break;
      char* const behind = take_value(*field, begin + key.size());
      if (behind == nullptr) break;
      open = *behind == ',' ? behind : behind - 1;
    }
    return open;
  }

 private:
  // Answers what is behind the value, or nullptr when it was not taken.
  char* take_value(const Field& field, char* at) {
    const bool is_string = *at == '"';
    char* const end = is_string ? skip_text(at + 1) + 1 : skip_digits(at);
    if (is_string && end[-1] != '"') return nullptr;
    if (*end != '}' && (*end != ',' || end[1] != '"')) return nullptr;
    if (is_string) {
      const auto size = static_cast<std::size_t>(end - at) - 2;
      return sink_.accept(field, std::string_view(at + 1, size)) ? end : nullptr;
    }
    std::int64_t value = 0;
    for (const char* digit = at; digit != end; ++digit) value = 10 * value + (*digit - '0');
    return end != at && sink_.accept(field, value) ? end : nullptr;
  }
  // Past text without escapes, as far as nothing in it is to be folded.
  char* skip_text(char* at) const {
    while (true) {
      at = skip_plain(at);
      if (static_cast<signed char>(*at) >= 0) return at;
      std::size_t size = 0;
      if (!read_utf8({at, static_cast<std::size_t>(end_ - at)}, size)) return at;
      at += size;
    }
  }
  // Past an integer of few digits, if there is one.
  static char* skip_digits(char* at) {
    char* end = at;
    while (*end >= '0' && *end <= '9' && end - at < 18) ++end;
    return *at == '0' && end != at + 1 ? at : end;
  }

  Sink& sink_;
  const char* end_;
};

template <class Sink>
inline constexpr bool kExpects = requires(const Sink& sink) {
  sink.expected();
};

// The library's events to those of the sink.
template <class Sink>
class Handler {
 public:
  // `opened`: the sink knows of the object at which the stream stands.
  Handler(Sink& sink, TextStream& stream, bool opened)
      : sink_(sink), stream_(stream), text_(*stream.text), opened_(opened) {}

  bool Null() { return place(4), sink_.null(); }
  bool Bool(bool value) { return place(value ? 4 : 5), sink_.boolean(value); }
  bool Int(int value) { return place(), sink_.integer(value); }
  bool Uint(unsigned value) { return place(), sink_.integer(value); }
  bool Int64(std::int64_t value) { return place(), sink_.integer(value); }
  bool Uint64(std::uint64_t value) { return place(), sink_.unsigned_integer(value); }
  bool Double(double value) {
    // Read again: the library's fast path may be wrong in the last bit.
    std::from_chars(stream_.at, text_.end, value);
    // The library refuses 1e999, but not 90000000000000000e308.
    too_big_ = std::isinf(value);
    return place(), !too_big_ && sink_.real(value);
  }
  bool RawNumber(const char*, rapidjson::SizeType, bool) { return false; }
  bool String(const char* text, rapidjson::SizeType size, bool) {
    return place(), !text_.lone_surrogate && sink_.string({text, size});
  }
  bool Key(const char* text, rapidjson::SizeType size, bool) {
    return place(), !text_.lone_surrogate && sink_.key({text, size});
  }
  bool StartObject() {
    if (std::exchange(opened_, false)) return true;
    if (place(), !sink_.start_object()) return false;
    // The stream stands at the brace.
    if constexpr (kExpects<Sink>) stream_.at = ExpectedMembers(sink_, text_.end).take(stream_.at);
    return true;
  }
  bool EndObject(rapidjson::SizeType) { return sink_.end_object(); }
  bool StartArray() { return place(), sink_.start_array(); }
  bool EndArray(rapidjson::SizeType) { return sink_.end_array(); }

  bool too_big() const { return too_big_; }

 private:
  // The stream stands at the first byte of what is reported, but behind the words null, true and
  // false.
  void place(std::size_t behind = 0) {
    if constexpr (requires { sink_.value_at(std::size_t{}); })
      sink_.value_at(stream_.Tell() - behind);
  }

  Sink& sink_;
  TextStream& stream_;
  Text& text_;
  bool opened_;
  bool too_big_ = false;
};

}  // namespace
}  // namespace shaddock

namespace rapidjson {

template <>
struct StreamTraits<shaddock::TextStream> {
  enum { copyOptimization = 1 };
};

template <>
struct Transcoder<shaddock::FoldedUtf8, shaddock::FoldedUtf8> {
  template <class In, class Out>
  static bool Transcode(In& in, Out&) {
    return in.take_characters();
  }
  template <class In, class Out>
  static bool Validate(In& in, Out& out) {
    return Transcode(in, out);
  }
};

}  // namespace rapidjson

namespace shaddock {

namespace {

// The text from `at`, which is `begin`, or the brace of an object that the sink knows of.
template <class Sink>
std::optional<JsonSyntaxError> read_from(char* at, Text text, bool opened, Sink& sink) {
  StateRoom room;
  rapidjson::GenericReader<FoldedUtf8, FoldedUtf8, StateRoom> reader(&room, StateRoom::kSize);
  TextStream stream{&text, at};
  Handler<Sink> handler(sink, stream, opened);
  constexpr unsigned kFlags = rapidjson::kParseInsituFlag | rapidjson::kParseIterativeFlag;
  const rapidjson::ParseResult result = reader.template Parse<kFlags>(stream, handler);

  if (!result.IsError()) {
    if (stream.at == text.end) return std::nullopt;
    return JsonSyntaxError{stream.Tell(), "A zero byte in the text."};
  }
  if (result.Code() == rapidjson::kParseErrorStringInvalidEncoding)
    return JsonSyntaxError{stream.Tell(), "Text is not UTF-8."};
  if (result.Code() != rapidjson::kParseErrorTermination)
    return JsonSyntaxError{result.Offset(), rapidjson::GetParseError_En(result.Code())};
  if (text.lone_surrogate)
    return JsonSyntaxError{result.Offset(), "Half of a surrogate pair in a string."};
  if (handler.too_big())
    return JsonSyntaxError{result.Offset(),
                           rapidjson::GetParseError_En(rapidjson::kParseErrorNumberTooBig)};
  return std::nullopt;
}

}  // namespace

// Most messages are one object with what is expected and nothing else: the library need not see it.
template <class Sink>
std::optional<JsonSyntaxError> read_json(char* begin, std::size_t size, Sink& sink) {
  const Text text{begin, begin + size};
  if constexpr (kExpects<Sink>) {
    if (*begin == '{') {
      if (!sink.start_object()) return std::nullopt;
      char* const open = ExpectedMembers(sink, text.end).take(begin);
      if (open[1] == '}' && open + 2 == text.end) {
        sink.end_object();
        return std::nullopt;
      }
      *open = '{';
      return read_from(open, text, true, sink);
    }
  }
  return read_from(begin, text, false, sink);
}

template std::optional<JsonSyntaxError> read_json(char*, std::size_t, ValueSink&);
template std::optional<JsonSyntaxError> read_json(char*, std::size_t, DocumentSink&);

}  // namespace shaddock
