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
      : root_type_(&type),
        root_(out),
        values_left_(limits.values),
        max_depth_(limits.depth < kMaxDepth ? static_cast<int>(limits.depth) : kMaxDepth) {}

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

  bool failed() const { return !failure_.empty(); }
  // Precondition: failed(). Code 400.
  Error failure() const;

 private:
  // Trivial, so that a sink costs nothing for levels it does not reach.
  struct Frame {
    enum class Kind : std::uint8_t { object, list, map, json_list, json_object };
    Kind kind;
    const Type* type;  // of an object, list or map
    void* at;
    const char* name;  // the key read last; null before the first
    std::size_t name_size;
    std::size_t field;       // object: its index; fields.size() when there is none of that name
    std::size_t first_word;  // object: where its bits begin in seen_

    std::string_view key() const { return {name, name_size}; }
    void set_key(std::string_view key) {
      name = key.data();
      name_size = key.size();
    }
  };
  static_assert(std::is_trivially_default_constructible_v<Frame>);
  // Where the next value goes; nowhere when it is skipped or decoding failed.
  struct Slot {
    const Type* type = nullptr;
    void* at = nullptr;
  };

  bool count();
  Slot slot();
  Slot field_slot(Frame& frame);
  Slot take();
  Slot open();
  bool push(Frame::Kind kind, const Slot& slot);
  bool push_object(const Slot& slot);
  bool check_required(const Frame& frame);

  bool fail(std::string what);
  // `setter` gives the function of a Type that stores an Integer.
  template <class Integer, class Setter>
  bool whole(Integer value, Setter setter);
  bool mismatch(const Slot& slot, std::string_view got);
  std::string path() const;

  const Type* root_type_;
  void* root_;
  std::size_t values_left_;
  const int max_depth_;
  int depth_ = 0;
  int skipped_ = 0;  // open objects and arrays below a value that is skipped
  std::size_t words_ = 0;
  std::string failure_;
  std::array<Frame, kMaxDepth> frames_;
  std::array<std::uint64_t, 2 * kMaxDepth> seen_;
};

}  // namespace shaddock
