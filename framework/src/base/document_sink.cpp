#include "base/document_sink.h"

#include "base/buffer.h"
#include "base/json_writer.h"

namespace shaddock {

void LineCounter::move_to(std::size_t offset) {
  for (; at_ < offset && at_ < text_.size(); ++at_) {
    const auto byte = static_cast<unsigned char>(text_[at_]);
    if (byte == '\n') {
      ++line_;
      column_ = 1;
    } else if ((byte & 0xC0) != 0x80) {
      ++column_;
    }
  }
}

Node* DocumentSink::add(Node::Kind kind) {
  Node* node = &root_;
  if (!open_.empty()) {
    Node& parent = *open_.back();
    node = parent.kind == Node::Kind::array ? &parent.items.emplace_back()
                                            : &parent.members.back().value;
  }
  node->kind = kind;
  node->line = place_.line();
  node->column = place_.column();
  return node;
}

bool DocumentSink::boolean(bool value) {
  add(Node::Kind::boolean)->flag = value;
  return true;
}

bool DocumentSink::integer(std::int64_t value) {
  Node* node = add(Node::Kind::integer);
  node->integer = value;
  node->number = static_cast<double>(value);
  node->text = std::to_string(value);
  return true;
}

bool DocumentSink::unsigned_integer(std::uint64_t value) {
  if (value <= INT64_MAX) return integer(static_cast<std::int64_t>(value));
  return real(static_cast<double>(value));
}

bool DocumentSink::real(double value) {
  Buffer text;
  write_json_number(value, text);
  Node* node = add(Node::Kind::real);
  node->number = value;
  node->text = text.view();
  return true;
}

bool DocumentSink::string(std::string_view value) {
  add(Node::Kind::string)->text = value;
  return true;
}

bool DocumentSink::key(std::string_view name) {
  open_.back()->members.push_back({std::string(name), place_.line(), place_.column(), {}});
  return true;
}

bool DocumentSink::open(Node::Kind kind) {
  too_deep_ = open_.size() == kMaxDepth;
  if (too_deep_) return false;
  open_.push_back(add(kind));
  return true;
}

bool DocumentSink::start_object() { return open(Node::Kind::object); }
bool DocumentSink::start_array() { return open(Node::Kind::array); }

bool DocumentSink::close() {
  open_.pop_back();
  return true;
}

}  // namespace shaddock
