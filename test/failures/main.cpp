// The failure matrix on real processes: tools/matrix. To read: *_rows.cpp say what is done and what
// is measured, ground.h what it is done to, load.h who notices.

#define DOCTEST_CONFIG_IMPLEMENT
#include <doctest/doctest.h>

#include <algorithm>
#include <charconv>
#include <csignal>
#include <cstdio>
#include <iterator>
#include <set>
#include <sstream>
#include <string>

#include "table.h"

namespace {

using namespace shaddock::failures;

struct Options {
  Means means;
  int rounds = 5;
  bool sabotage = false;
  std::set<std::string> rows;  // empty: all
};

bool read(const std::string& text, int& number) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  return error == std::errc() && end == text.data() + text.size() && number > 0;
}

bool read_words(int argc, char** argv, Options& options) {
  for (int i = 1; i < argc; ++i) {
    const std::string name = argv[i];
    if (name == "--sabotage") {
      options.sabotage = true;
      continue;
    }
    if (++i == argc) return false;
    std::istringstream value(argv[i]);
    if (name == "--nft")
      options.means.nft = value.str();
    else if (name == "--rows")
      for (std::string id; std::getline(value, id, ',');) options.rows.insert(id);
    else if (!(name == "--rounds" && read(value.str(), options.rounds)) &&
             !(name == "--away" && read(value.str(), options.means.away)))
      return false;
  }
  return true;
}

std::vector<Row> all_rows() {
  std::vector<Row> all;
  for (auto rows : {process_rows(), master_rows(), network_rows(), resource_rows(), start_rows(),
                    restart_rows()})
    std::ranges::move(rows, std::back_inserter(all));
  std::ranges::stable_sort(all, {}, [](const Row& row) { return std::atoi(row.id + 1); });
  return all;
}

// With sabotage nothing may last, and so nothing passes that takes a while.
Measured measure(const Row& row, const Options& options) {
  std::vector<std::vector<Figure>> rounds;
  Measured none = measured(row, rounds);
  none.why = "there is no network namespace with nft";
  if (row.on_network && options.means.nft.empty()) return none;
  for (int round = 0; round < options.rounds; ++round) {
    try {
      rounds.push_back(row.round(options.means));
    } catch (const NotMeasured& why) {
      none.why = why.what();
      return none;
    } catch (const std::exception& error) {
      none.why = error.what();
      none.lines.push_back({error.what(), "", -1, -1, 0, false});
      return none;
    }
    if (options.sabotage)
      for (Figure& figure : rounds.back()) figure.most = figure.unit == "ms" ? 0 : figure.most;
  }
  return measured(row, rounds);
}

}  // namespace

int main(int argc, char** argv) {
  std::signal(SIGPIPE, SIG_IGN);
  doctest::Context context;
  context.setAsDefaultForAssertsOutOfTestCases();
  bool sound = true;
  context.setAssertHandler([](const doctest::AssertData& data) {
    if (data.m_failed)
      std::fprintf(stderr, "%s:%d: %s is not so\n", data.m_file, data.m_line, data.m_expr);
  });
  Options options;
  if (!read_words(argc, argv, options)) {
    std::fprintf(stderr, "see tools/matrix --help\n");
    return 2;
  }
  std::setvbuf(stdout, nullptr, _IOLBF, 0);
  std::printf("%s", head().c_str());
  for (const Row& row : all_rows()) {
    if (!options.rows.empty() && !options.rows.contains(row.id)) continue;
    const Measured result = measure(row, options);
    std::printf("%s", to_text(result).c_str());
    for (const Measured::Line& line : result.lines) sound = sound && line.fine;
  }
  return sound ? 0 : 1;
}
