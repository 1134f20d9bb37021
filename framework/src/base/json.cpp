#include <charconv>
#include <cmath>

#include <rapidjson/error/en.h>
#include <rapidjson/reader.h>

#include "base/document_sink.h"
#include "base/json_reader.h"
#include "base/value_sink.h"

namespace shaddock {
namespace {

using Stream = rapidjson::InsituStringStream;

// The library accepts \udc00 alone and writes it as three bytes. Strings without escapes were
// checked before.
bool has_lone_surrogate(std::string_view text) {
  for (std::size_t at = text.find('\xED'); at != text.npos; at = text.find('\xED', at + 1))
    if (at + 1 < text.size() && static_cast<unsigned char>(text[at + 1]) >= 0xA0) return true;
  return false;
}

// The library's events to those of the sink.
template <class Sink>
class Handler {
 public:
  Handler(Sink& sink, Stream& stream, std::string_view text)
      : sink_(sink),
        stream_(stream),
        end_(text.data() + text.size()),
        escapes_(text.find('\\') != text.npos) {}

  bool Null() { return place(4), sink_.null(); }
  bool Bool(bool value) { return place(value ? 4 : 5), sink_.boolean(value); }
  bool Int(int value) { return place(), sink_.integer(value); }
  bool Uint(unsigned value) { return place(), sink_.integer(value); }
  bool Int64(std::int64_t value) { return place(), sink_.integer(value); }
  bool Uint64(std::uint64_t value) { return place(), sink_.unsigned_integer(value); }
  bool Double(double value) {
    // Read again: the library's fast path may be wrong in the last bit.
    std::from_chars(stream_.src_, end_, value);
    // The library refuses 1e999, but not 90000000000000000e308.
    too_big_ = std::isinf(value);
    return place(), !too_big_ && sink_.real(value);
  }
  bool RawNumber(const char*, rapidjson::SizeType, bool) { return false; }
  bool String(const char* text, rapidjson::SizeType size, bool) {
    return place(), whole({text, size}) && sink_.string({text, size});
  }
  bool Key(const char* text, rapidjson::SizeType size, bool) {
    return place(), whole({text, size}) && sink_.key({text, size});
  }
  bool StartObject() { return place(), sink_.start_object(); }
  bool EndObject(rapidjson::SizeType) { return sink_.end_object(); }
  bool StartArray() { return place(), sink_.start_array(); }
  bool EndArray(rapidjson::SizeType) { return sink_.end_array(); }

  bool lone_surrogate() const { return lone_surrogate_; }
  bool too_big() const { return too_big_; }

 private:
  // The stream stands at the first byte of what is reported, but behind the words null, true and
  // false.
  void place(std::size_t behind = 0) {
    if constexpr (requires { sink_.value_at(std::size_t{}); })
      sink_.value_at(stream_.Tell() - behind);
  }
  bool whole(std::string_view text) {
    lone_surrogate_ = escapes_ && has_lone_surrogate(text);
    return !lone_surrogate_;
  }

  Sink& sink_;
  Stream& stream_;
  const char* const end_;
  const bool escapes_;
  bool lone_surrogate_ = false, too_big_ = false;
};

}  // namespace

template <class Sink>
std::optional<JsonSyntaxError> read_json(char* text, std::size_t size, Sink& sink) {
  using Pool = rapidjson::MemoryPoolAllocator<>;
  // Room for the states of 32 levels; deeper text grows it until the sink objects.
  alignas(std::max_align_t) char room[1024];
  Pool pool(room, sizeof room);
  rapidjson::GenericReader<rapidjson::UTF8<>, rapidjson::UTF8<>, Pool> reader(&pool, 512);
  Stream stream(text);
  Handler<Sink> handler(sink, stream, {text, size});
  constexpr unsigned kFlags = rapidjson::kParseInsituFlag | rapidjson::kParseIterativeFlag;
  const rapidjson::ParseResult result = reader.Parse<kFlags>(stream, handler);

  if (handler.lone_surrogate())
    return JsonSyntaxError{result.Offset(), "Half of a surrogate pair in a string."};
  if (handler.too_big())
    return JsonSyntaxError{result.Offset(),
                           rapidjson::GetParseError_En(rapidjson::kParseErrorNumberTooBig)};
  if (result.Code() == rapidjson::kParseErrorTermination) return std::nullopt;
  if (result.IsError())
    return JsonSyntaxError{result.Offset(), rapidjson::GetParseError_En(result.Code())};
  if (stream.Tell() != size) return JsonSyntaxError{stream.Tell(), "A zero byte in the text."};
  return std::nullopt;
}

template std::optional<JsonSyntaxError> read_json(char*, std::size_t, ValueSink&);
template std::optional<JsonSyntaxError> read_json(char*, std::size_t, DocumentSink&);

}  // namespace shaddock
