#pragma once

#include <shaddock/error.h>
#include <shaddock/fields.h>

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <type_traits>

#include "base/buffer.h"
#include "base/value_limits.h"

namespace shaddock {

// Fills a C++ object from a stream of events, for whatever encoding they come from. Holds all rules
// that are the same for every encoding: required fields, unknown names, duplicates, ranges, limits
// on depth and on the number of values.
//
//   start_object  key("users")  start_array  string("a")  end_array  end_object
//
// Each event answers false when decoding must stop; then failure() says why, naming the field.
// Names given to key() must live as long as the sink. Nothing is allocated but by the object
// filled. Whoever calls keeps starts and ends in balance and gives a key before every value of an
// object.
class ValueSink {
 public:
  static constexpr int kMaxDepth = 32;

  // `out` is a fresh object of that type.
  ValueSink(const Type& type, void* out, const ValueLimits& limits = {})
      : values_left_(limits.values) {
    top_ = frames_.data();
    top_->kind = Frame::Kind::object;
    top_->slot = {&type, out};
    deepest_ = top_ + (limits.depth < kMaxDepth ? limits.depth : kMaxDepth);
    unseen_ = seen_.data();
  }
  ValueSink(const ValueSink&) = delete;
  ValueSink& operator=(const ValueSink&) = delete;

  bool null();
  bool boolean(bool value);
  bool integer(std::int64_t value);
  bool unsigned_integer(std::uint64_t value);
  bool real(double value);
  bool string(std::string_view value);
  bool start_object();
  bool key(std::string_view name);
  bool end_object();
  bool start_array();
  bool end_array();

  // For readers that look ahead: the field that should come next in the object just opened, or
  // nullptr. accept() stands for its key and its value; false, and nothing happened, where those
  // events have to tell what is wrong.
  const Field* expected() const;
  bool accept(const Field& field, std::string_view value);
  bool accept(const Field& field, std::int64_t value);

  bool failed() const { return !failure_.empty(); }
  // Precondition: failed(). Code 400.
  Error failure() const;

 private:
  // Where the next value goes; nowhere when it is skipped or decoding failed.
  struct Slot {
    const Type* type;
    void* at;
  };
  static constexpr Slot kNowhere{nullptr, nullptr};

  // What is open. The first is what holds the whole value, as if that were the field of an object;
  // all that is open below a value that is skipped is one.
  // Trivial, so that a sink costs nothing for levels it does not reach.
  struct Frame {
    enum class Kind : std::uint8_t { object, list, map, json_list, json_object, skipped };
    Kind kind;
    Slot slot;         // object: of the field that the last key named
    const Type* type;  // of an object, list or map
    void* at;          // the same
    const char* name;  // the key read last; null before the first
    std::size_t name_size;
    const Field* likely;  // object: what should come next
    std::uint64_t* seen;  // object: a bit for each of its fields

    std::string_view key() const { return {name, name_size}; }
    void set_key(std::string_view key) {
      name = key.data();
      name_size = key.size();
    }
  };
  static_assert(std::is_trivially_default_constructible_v<Frame>);

  bool count();
  Slot take();
  Slot place();
  static Slot inside(Slot slot);
  static bool find_field(std::string_view name, Frame& frame);
  static bool mark(const Field& field, Frame& frame);
  void accepted(const Field& field);
  bool open(Frame::Kind kind, Slot slot);
  bool open_object(Slot slot);
  bool has_required() const;

  // What the ways above leave to value_sink.cpp.
  bool other_integer(Slot slot, std::int64_t value);
  bool other_string(Slot slot, std::string_view value);
  bool other_object(Slot slot);
  bool other_end();
  bool clear_seen(std::size_t words);
  bool skip();
  // `setter` gives the function of a Type that stores an Integer.
  template <class Integer, class Setter>
  bool whole(Slot slot, Integer value, Setter setter);

  bool fail(std::string what);
  bool fail_count();
  bool fail_depth();
  bool fail_missing();
  bool mismatch(Slot slot, std::string_view got);
  std::string path() const;

  std::size_t values_left_;
  Frame* top_;
  Frame* deepest_;              // that may be open
  std::uint64_t* unseen_;       // what no open object uses
  std::ptrdiff_t skipped_ = 0;  // open objects and arrays that are one frame
  std::string failure_;
  std::array<Frame, kMaxDepth + 2> frames_;
  std::array<std::uint64_t, 2 * kMaxDepth> seen_;
};

}  // namespace shaddock

#include "base/value_sink_inline.h"
