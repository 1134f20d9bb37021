#include "base/buffer.h"

#include <doctest/doctest.h>

using shaddock::Buffer;

TEST_CASE("Bytes come out in the order in which they went in") {
  Buffer buffer;
  CHECK(buffer.empty());
  CHECK(buffer.view() == "");
  buffer.append("hello");
  buffer.push_back(' ');
  buffer.append("");
  buffer.append("world");
  CHECK(buffer.view() == "hello world");
  buffer.consume(6);
  CHECK(buffer.view() == "world");
  buffer.consume(5);
  CHECK(buffer.empty());
}

TEST_CASE("What is reserved becomes readable when it is committed") {
  Buffer buffer;
  char* room = buffer.reserve(3);
  room[0] = 'a';
  room[1] = 'b';
  buffer.commit(2);
  CHECK(buffer.view() == "ab");
  buffer.truncate(1);
  CHECK(buffer.view() == "a");
}

TEST_CASE("Growing and sliding keep the readable bytes, however much was consumed before") {
  for (std::size_t consumed : {0u, 1u, 100u, 127u, 128u, 129u, 200u, 255u}) {
    CAPTURE(consumed);
    Buffer buffer;
    std::string model;
    for (int i = 0; i < 256; ++i) model.push_back(static_cast<char>(i));
    buffer.append(model);
    buffer.consume(consumed);
    model.erase(0, consumed);
    const std::string more(consumed + 10, '#');
    buffer.append(more);
    CHECK(buffer.view() == model + more);
  }
}

TEST_CASE("Consumed room is used again before memory grows") {
  Buffer buffer;
  buffer.append(std::string(200, 'a'));
  const std::size_t capacity = buffer.capacity();
  for (int i = 0; i < 1000; ++i) {
    buffer.consume(150);
    buffer.append(std::string(150, 'b'));
  }
  CHECK(buffer.capacity() == capacity);
  CHECK(buffer.view() == std::string(200, 'b'));
}

TEST_CASE("Memory goes back only when the buffer is empty") {
  Buffer buffer;
  buffer.append("x");
  buffer.release();
  CHECK(buffer.view() == "x");
  buffer.clear();
  buffer.release();
  CHECK(buffer.capacity() == 0);
  buffer.append("again");
  CHECK(buffer.view() == "again");
}

TEST_CASE("A moved buffer leaves an empty one that can be used") {
  Buffer first;
  first.append("bytes");
  Buffer second = std::move(first);
  CHECK(second.view() == "bytes");
  CHECK(first.empty());
  first.append("new");
  second = std::move(first);
  CHECK(second.view() == "new");
}
