#include "net/buffer_pool.h"

#include <doctest/doctest.h>

#include <utility>

using namespace shaddock;
using namespace shaddock::net;

TEST_CASE("The last buffer given back is the next one lent, and it is empty") {
  BufferPool pool;
  Buffer first = pool.take(0);
  Buffer second = pool.take(0);
  first.append("left over");
  const char* where = first.data();
  pool.give(std::move(second));
  pool.give(std::move(first));
  const Buffer again = pool.take(0);
  CHECK(again.data() == where);
  CHECK(again.empty());
}

TEST_CASE("Buffers that grew are kept for streams that write much") {
  BufferPool pool;
  Buffer grown = pool.take(0);
  grown.reserve(100'000);
  const char* where = grown.data();
  pool.give(std::move(grown));
  const Buffer small = pool.take(10), middle = pool.take(2000);
  CHECK(small.capacity() < 1000);
  CHECK(middle.capacity() >= 2000);
  CHECK(small.data() != where);
  CHECK(middle.data() != where);
  CHECK(pool.take(50'000).data() == where);
}

TEST_CASE("What the pool keeps is bounded") {
  BufferPool pool;
  for (int i = 0; i < 10'000; ++i) {
    for (const std::size_t size : {500, 4000, 40'000}) {
      Buffer buffer;
      buffer.reserve(size);
      pool.give(std::move(buffer));
    }
  }
  CHECK(pool.kept_bytes() <= 3 * BufferPool::kMostKept);
  CHECK(pool.kept_bytes() > BufferPool::kMostKept);
  pool.give(Buffer());
  CHECK(pool.take(0).capacity() > 0);
}
