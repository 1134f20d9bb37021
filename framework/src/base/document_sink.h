#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "base/document.h"

namespace shaddock {

// Turns a byte offset into line and column. Offsets must not decrease from call to call.
class LineCounter {
 public:
  explicit LineCounter(std::string_view text) : text_(text) {}
  void move_to(std::size_t offset);
  int line() const { return line_; }
  int column() const { return column_; }

 private:
  std::string_view text_;
  std::size_t at_ = 0;
  int line_ = 1;
  int column_ = 1;
};

// Builds the tree of a Document from the events of read_json(). `text` is a copy that the reader
// does not touch.
class DocumentSink {
 public:
  explicit DocumentSink(std::string_view text, Node& root) : place_(text), root_(root) {}

  void value_at(std::size_t offset) { place_.move_to(offset); }
  bool null() { return add(Node::Kind::null) != nullptr; }
  bool boolean(bool value);
  bool integer(std::int64_t value);
  bool unsigned_integer(std::uint64_t value);
  bool real(double value);
  bool string(std::string_view value);
  bool start_object();
  bool key(std::string_view name);
  bool end_object() { return close(); }
  bool start_array();
  bool end_array() { return close(); }

  bool too_deep() const { return too_deep_; }
  int line() const { return place_.line(); }
  int column() const { return place_.column(); }

 private:
  static constexpr std::size_t kMaxDepth = 32;

  Node* add(Node::Kind kind);
  bool open(Node::Kind kind);
  bool close();

  LineCounter place_;
  Node& root_;
  std::vector<Node*> open_;
  bool too_deep_ = false;
};

}  // namespace shaddock
