#include "load/result.h"

#include <doctest/doctest.h>

#include "base/utf8.h"

using namespace shaddock::load;

namespace {

Counters counters(std::uint64_t factor) {
  Counters counters;
  counters.count = 1 * factor;
  counters.wrong = 2 * factor;
  counters.unanswered = 3 * factor;
  counters.lost = 4 * factor;
  counters.doubled = 5 * factor;
  counters.messages_sent = 6 * factor;
  counters.messages_received = 7 * factor;
  counters.writes = 8 * factor;
  counters.reads = 9 * factor;
  counters.bytes_sent = 10 * factor;
  counters.bytes_received = 11 * factor;
  counters.add_error("connection refused");
  counters.latency.record(factor * 1000);
  return counters;
}

std::string only_text(std::string_view text) {
  Counters counters;
  counters.add_error(text);
  REQUIRE(counters.error_texts.size() == 1);
  return counters.error_texts.begin()->first;
}

}  // namespace

TEST_CASE("counters of two threads are summed, each field of them") {
  Counters sum = counters(1);
  sum.merge(counters(10));
  CHECK(sum.count == 11);
  CHECK(sum.errors == 2);
  CHECK(sum.wrong == 22);
  CHECK(sum.unanswered == 33);
  CHECK(sum.lost == 44);
  CHECK(sum.doubled == 55);
  CHECK(sum.messages_sent == 66);
  CHECK(sum.messages_received == 77);
  CHECK(sum.writes == 88);
  CHECK(sum.reads == 99);
  CHECK(sum.bytes_sent == 110);
  CHECK(sum.bytes_received == 121);
  CHECK(sum.error_texts.at("connection refused") == 2);
  CHECK(sum.latency.count() == 2);
}

TEST_CASE("cleared counters are as new") {
  Counters used = counters(3);
  used.clear();
  CHECK(used.count == 0);
  CHECK(used.errors == 0);
  CHECK(used.bytes_received == 0);
  CHECK(used.error_texts.empty());
  CHECK(used.latency.count() == 0);
}

TEST_CASE("a flood of different errors keeps a few texts and the number of all") {
  Counters sum;
  for (int i = 0; i < 1000; ++i) {
    Counters one;
    for (int k = 0; k < 10; ++k) one.add_error("error " + std::to_string(i * 10 + k));
    sum.merge(one);
  }
  CHECK(sum.errors == 10'000);
  CHECK(sum.error_texts.size() == Counters::kMaxTexts + 1);
  std::uint64_t told = 0;
  for (const auto& [text, times] : sum.error_texts) told += times;
  CHECK(told == 10'000);
  CHECK(sum.error_texts.at("others") == 10'000 - Counters::kMaxTexts);
}

TEST_CASE("texts of errors are cut at a character, and cannot steer a terminal") {
  CHECK(only_text("zu viele Spieler: für 5 €") == "zu viele Spieler: für 5 €");
  CHECK(only_text("\x1b[2Ja\nb\x7f") == "?[2Ja?b?");
  CHECK(only_text("\xc2\x9b"
                  "2J") == "?2J");
  CHECK(only_text("a\xff\xfe"
                  "b") == "a??b");
  CHECK(only_text(std::string(5000, 'x')).size() == Counters::kMaxTextBytes);
  std::string euros;
  for (int i = 0; i < 1000; ++i) euros += "€";
  const std::string cut = only_text(euros);
  CHECK(cut.size() <= Counters::kMaxTextBytes);
  CHECK(cut.size() > Counters::kMaxTextBytes - 3);
  CHECK(shaddock::is_utf8(cut));
}

TEST_CASE("a wrong answer is no error, and is told by what came") {
  Counters counters;
  counters.add_wrong(R"({"code":500})");
  counters.add_wrong(R"({"code":500})");
  CHECK(counters.wrong == 2);
  CHECK(counters.errors == 0);
  CHECK(counters.error_texts.at(R"(wrong: {"code":500})") == 2);
}

TEST_CASE("a second without latencies tells none") {
  Counters counted;
  counted.count = 5;
  counted.add_error("no");
  const Second second = make_second(3, 0.5, 7, counted);
  CHECK(second.t == 3);
  CHECK(second.length == 0.5);
  CHECK(second.count == 5);
  CHECK(second.errors == 1);
  CHECK(second.in_flight == 7);
  CHECK_FALSE(second.has_latency);
}

TEST_CASE("the percentiles of a second are in microseconds") {
  Counters counted;
  for (int i = 1; i <= 100; ++i) counted.latency.record(static_cast<std::uint64_t>(i) * 100'000);
  const Second second = make_second(1, 1, 0, counted);
  REQUIRE(second.has_latency);
  CHECK(second.p50_us == doctest::Approx(5000).epsilon(0.002));
  CHECK(second.p90_us == doctest::Approx(9000).epsilon(0.002));
  CHECK(second.p99_us == doctest::Approx(9900).epsilon(0.002));
  CHECK(second.max_us == 10'000);
}

TEST_CASE("rates are of the window and of the CPU time of the servers that are known") {
  LoadResult result;
  CHECK(result.per_second() == 0);
  result.total.count = 3000;
  result.seconds = 1.5;
  CHECK(result.per_second() == 2000);
  CHECK_FALSE(result.cpu_seconds());
  CHECK_FALSE(result.per_cpu_second());

  result.servers = {
      {"a", 1, false, 0.5, 0, 0, {}}, {"b", 2, true, 9, 0, 0, {}}, {"c", 3, false, 0.25, 0, 0, {}}};
  CHECK(*result.cpu_seconds() == 0.75);
  CHECK(*result.per_cpu_second() == 4000);

  result.servers = {{"idle", 1, false, 0, 0, 0, {}}};
  CHECK(*result.cpu_seconds() == 0);
  CHECK_FALSE(result.per_cpu_second());
}

TEST_CASE("messages are shared out to the writes and reads that carried them") {
  LoadResult result;
  result.script = "room";
  CHECK_FALSE(result.messages_per_write());
  CHECK_FALSE(result.messages_per_read());
  result.total.messages_sent = 30;
  result.total.writes = 3;
  result.total.messages_received = 30;
  result.total.reads = 4;
  CHECK(*result.messages_per_write() == 10);
  CHECK(*result.messages_per_read() == 7.5);
  for (const char* script : {"storm", "idle"}) {
    result.script = script;
    CHECK_FALSE(result.messages_per_write());
    CHECK_FALSE(result.messages_per_read());
  }
}

TEST_CASE("a run is good when something was counted and nothing went wrong") {
  LoadResult result;
  CHECK_FALSE(result.good());
  result.total.count = 1;
  CHECK(result.good());
  for (auto field : {&Counters::errors, &Counters::wrong, &Counters::unanswered, &Counters::lost,
                     &Counters::doubled}) {
    LoadResult bad = result;
    bad.total.*field = 1;
    CHECK_FALSE(bad.good());
  }
}
