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

TEST_CASE("An empty shelf borrows from the next one, so that a buffer that grew is used again") {
  BufferPool pool;
  for (const auto& [wanted, grown] :
       {std::pair{10, 1000}, {10, 4096}, {3000, 5000}, {3000, 32'768}}) {
    Buffer buffer = pool.take(static_cast<std::size_t>(wanted));
    buffer.reserve(static_cast<std::size_t>(grown));
    const char* where = buffer.data();
    pool.give(std::move(buffer));
    CHECK(pool.take(static_cast<std::size_t>(wanted)).data() == where);
    CHECK(pool.kept_bytes() == 0);
  }
}

TEST_CASE("Its own buffers go first, and one that is far too large is not lent for a few bytes") {
  BufferPool pool;
  Buffer small = pool.take(10), middle = pool.take(3000), large = pool.take(32'769);
  const char* const own = small.data();
  const char* const borrowed = middle.data();
  pool.give(std::move(middle));
  pool.give(std::move(small));
  pool.give(std::move(large));
  CHECK(pool.take(10).data() == own);
  CHECK(pool.take(10).data() == borrowed);
  const std::size_t kept = pool.kept_bytes();
  CHECK(pool.take(10).capacity() < 1000);
  CHECK(pool.take(3000).capacity() < 32'769);
  CHECK(pool.kept_bytes() == kept);
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
