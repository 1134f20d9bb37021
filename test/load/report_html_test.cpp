#include "load/report_html.h"

#include <doctest/doctest.h>

#include "load/sample_result.h"
#include "load/well_formed.h"

using namespace shaddock::load;

namespace {

bool has(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

LoadResult bad_result() {
  LoadResult result = sample_result();
  for (int i = 0; i < 3; ++i) result.total.add_error("connection refused");
  result.series[1].errors = 3;
  result.servers[1].gone = true;
  result.stolen = 0.5;
  return result;
}

}  // namespace

TEST_CASE("what is not well-formed is found") {
  const std::string begin = "<!doctype html>\n";
  CHECK(problem_of_page(begin + "<p class=\"a\">x &amp; y<br/></p>\n") == "");
  for (const char* bad :
       {"<p>", "</p>", "<p></b>", "<p class=a></p>", "a & b", "a > b", "< b", "<p class=\"></p>"}) {
    CAPTURE(bad);
    CHECK(problem_of_page(begin + bad) != "");
  }
  CHECK(problem_of_page("<p></p>") != "");
}

TEST_CASE("the page is well-formed, whatever there is to tell") {
  for (const LoadResult& result : {sample_result(), sample_idle(), bad_result(), LoadResult()}) {
    CHECK(problem_of_page(report_html(result)) == "");
  }
}

TEST_CASE("the page needs nothing from elsewhere and runs nothing") {
  LoadResult result = bad_result();
  result.urls = {"127.0.0.1"};
  result.command_line = "shaddock load";
  const std::string page = report_html(result);
  for (const char* part : {"://", "src=", "href=", "url(", "@import", "<script", "<link", "<iframe",
                           "javascript:", "onload", "onclick", "onerror"}) {
    CAPTURE(part);
    CHECK_FALSE(has(page, part));
  }
}

TEST_CASE("texts from the command line and from servers cannot become tags") {
  const std::string evil = "\"'><script>alert(1)</script>";
  LoadResult result = bad_result();
  result.route = result.script = result.counted = result.command_line = result.started = evil;
  result.urls = {evil, evil};
  result.total.add_error(evil);
  for (ServerUse& server : result.servers) server.name = evil;
  const std::string page = report_html(result);
  CHECK_FALSE(has(page, "<script"));
  CHECK(has(page, "&lt;script&gt;alert(1)&lt;/script&gt;"));
  CHECK(problem_of_page(page) == "");
}

TEST_CASE("the page tells the figures") {
  const std::string page = report_html(sample_result());
  for (const char* part :
       {"<h1>100 answers a second</h1>", "shaddock load request backend.echoHandler.echo",
        "100 clients, 10 requests in flight each, 3.00 s", "all good", "<dd>200</dd>",
        "50.0 <small>ms</small>", "Throughput", "Latency over time", "Latency by percentile",
        "connector-server-1<small>11</small>", "2026-01-02 03:04:05", "tcp://127.0.0.1:3010",
        "10.0 messages a write", "5.00 messages a read", "All seconds in numbers"}) {
    CAPTURE(part);
    CHECK(has(page, part));
  }
  CHECK_FALSE(has(page, "<h2>What went wrong</h2>"));
}

TEST_CASE("the page tells what went wrong") {
  const std::string page = report_html(bad_result());
  for (const char* part :
       {"class=\"verdict bad\">3 errors", "<td>connection refused</td><td>3</td>", "was not there",
        "hint trouble", "50.0 %"}) {
    CAPTURE(part);
    CHECK(has(page, part));
  }
}

TEST_CASE("a run that never began says so") {
  LoadResult result = sample_result();
  result.total = {};
  result.series.clear();
  result.seconds = 0;
  result.total.add_error("connection refused");
  const std::string page = report_html(result);
  CHECK(has(page, "<h1>No answers</h1>"));
  CHECK(has(page, "10 requests in flight each</p>"));
  CHECK(problem_of_page(page) == "");
}

TEST_CASE("held connections tell their memory instead of a latency") {
  const std::string page = report_html(sample_idle());
  CHECK(has(page, "<h1>10,000 connections held</h1>"));
  CHECK(has(page, "3.00 <small>KiB</small>"));
  CHECK_FALSE(has(page, "Median latency"));
  CHECK_FALSE(has(page, "CPU-second"));
}

TEST_CASE("an option of the command begins a line, not its value") {
  LoadResult result = sample_result();
  result.command_line = "shaddock load --body '{\"a\":1}' --seconds 3";
  CHECK(has(report_html(result),
            "<span>shaddock load</span> <span>--body &#39;{&quot;a&quot;:1}&#39;</span> "
            "<span>--seconds 3</span>"));
}

TEST_CASE("an open loop says where its latency is counted from") {
  LoadResult result = sample_result();
  CHECK(has(report_html(result), "counts from when each was sent"));
  result.rate = 5000;
  CHECK(has(report_html(result), "counts from when each was due"));
  result.script = "room";
  CHECK(has(report_html(result), "counts from when each was due until a member heard it"));
  result.script = "storm";
  CHECK(has(report_html(result), "is that of a whole login"));
}

TEST_CASE("an hour of seconds makes a page of a bounded size") {
  LoadResult result = sample_result();
  const Second second = result.series[0];
  for (int t = 4; t <= 3600; ++t) {
    result.series.push_back(second);
    result.series.back().t = t;
  }
  const std::string page = report_html(result);
  CHECK(page.size() < 250'000);
  CHECK(problem_of_page(page) == "");
}
