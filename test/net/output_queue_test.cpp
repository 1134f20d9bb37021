#include "net/output_queue.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <random>

using namespace shaddock;
using namespace shaddock::net;

namespace {

SharedBytes shared(std::size_t size, char fill) {
  return std::make_shared<const std::string>(size, fill);
}

std::string content(const OutputQueue& queue) {
  std::array<std::string_view, 64> pieces;
  std::string text;
  const std::size_t count = queue.gather(pieces);
  for (std::size_t i = 0; i < count; ++i) text += pieces[i];
  return text;
}

}  // namespace

TEST_CASE("Small segments are copied into one piece, large ones are linked in between") {
  OutputQueue queue;
  queue.append("ab");
  queue.append(shared(3, 'c'));
  const auto large = shared(OutputQueue::kShareFrom, 'L');
  queue.append(large);
  queue.append("de");
  CHECK(queue.size() == 5 + large->size() + 2);
  std::array<std::string_view, 8> pieces;
  REQUIRE(queue.gather(pieces) == 3);
  CHECK(pieces[0] == "abccc");
  CHECK(pieces[1].data() == large->data());
  CHECK(pieces[2] == "de");
}

TEST_CASE("Whatever sizes the kernel takes, what comes out is what went in") {
  std::mt19937 random(7);
  OutputQueue queue;
  std::string in, out;
  for (int i = 0; i < 2000; ++i) {
    const char fill = static_cast<char>('a' + i % 26);
    if (random() % 3 == 0) {
      const auto bytes = shared(random() % 2500, fill);
      queue.append(bytes);
      in += *bytes;
    } else {
      const std::string bytes(random() % 300, fill);
      queue.append(bytes);
      in += bytes;
    }
    const std::string waiting = content(queue);
    const std::size_t taken = std::min<std::size_t>(waiting.size(), random() % 2000);
    out.append(waiting, 0, taken);
    queue.consume(taken);
    REQUIRE(queue.size() == in.size() - out.size());
  }
  while (!queue.empty()) {
    const std::string rest = content(queue);
    out += rest;
    queue.consume(rest.size());
  }
  CHECK(in == out);
}

TEST_CASE("A gather fills no more pieces than it was given") {
  OutputQueue queue;
  for (int i = 0; i < 5; ++i) queue.append(shared(2000, 'x'));
  std::array<std::string_view, 3> pieces;
  CHECK(queue.gather(pieces) == 3);
}

TEST_CASE("Pinned pieces stay where they are while more is appended") {
  OutputQueue queue;
  queue.append("in flight");
  queue.pin();
  std::array<std::string_view, 8> pieces;
  REQUIRE(queue.gather(pieces) == 1);
  for (int i = 0; i < 1000; ++i) queue.append("more");
  queue.append(shared(5000, 's'));
  CHECK(pieces[0] == "in flight");
  CHECK(queue.size() == 9 + 4000 + 5000);
  queue.consume(9);
  CHECK(content(queue).starts_with("moremore"));
}

TEST_CASE("Linked segments are let go as soon as they are written") {
  OutputQueue queue;
  auto bytes = shared(4000, 'x');
  queue.append(bytes);
  queue.consume(3999);
  CHECK(bytes.use_count() == 2);
  queue.consume(1);
  CHECK(bytes.use_count() == 1);
  queue.append(bytes);
  queue.clear();
  CHECK(bytes.use_count() == 1);
  CHECK(queue.empty());
}

TEST_CASE("Lent memory is used for the tail and can be taken back") {
  OutputQueue queue;
  Buffer memory;
  memory.reserve(500);
  const char* where = memory.data();
  queue.provide(std::move(memory));
  queue.append("abc");
  CHECK(queue.buffer().data() == where);
  queue.consume(3);
  CHECK(queue.reclaim().capacity() >= 500);
  CHECK(queue.buffer().capacity() == 0);
}

TEST_CASE("What was taken away is counted over the whole life of the queue") {
  OutputQueue queue;
  CHECK(queue.consumed() == 0);
  queue.append("abcdef");
  queue.append(shared(4000, 'x'));
  queue.consume(4);
  CHECK(queue.consumed() == 4);
  queue.consume(4002);
  CHECK(queue.consumed() == 4006);
}
