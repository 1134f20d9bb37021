#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <string_view>
#include <vector>

// Runs the corpora of all fuzz targets through them, once, without a fuzzer: a regression test for
// every build.
//
//   fuzz_corpora FOLDER [TARGET]

#define FUZZ_TARGET(name) extern "C" int fuzz_##name(const std::uint8_t*, std::size_t);
#include "fuzz_targets.inc"
#undef FUZZ_TARGET

namespace {

struct Target {
  std::string_view name;
  int (*run)(const std::uint8_t*, std::size_t);
};

constexpr Target kTargets[] = {
#define FUZZ_TARGET(name) {#name, fuzz_##name},
#include "fuzz_targets.inc"
#undef FUZZ_TARGET
};

// In memory of exactly that size, so that a step beyond it is seen.
void run(const Target& target, const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  std::vector<std::uint8_t> bytes{std::istreambuf_iterator<char>(file), {}};
  bytes.shrink_to_fit();
  target.run(bytes.data(), bytes.size());
}

bool run_all(const Target& target, const std::filesystem::path& folder) {
  std::vector<std::filesystem::path> files;
  if (std::filesystem::is_directory(folder))
    files.assign(std::filesystem::directory_iterator(folder), {});
  std::sort(files.begin(), files.end());
  target.run(nullptr, 0);
  for (const auto& file : files) {
    std::printf("%s\n", file.c_str());  // the last one named is the one that failed
    std::fflush(stdout);
    run(target, file);
  }
  if (files.empty()) std::fprintf(stderr, "no corpus: %s\n", folder.c_str());
  return !files.empty();
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 2) return 2;
  bool good = true, found = false;
  for (const Target& target : kTargets) {
    if (argc > 2 && target.name != argv[2]) continue;
    found = true;
    good = run_all(target, std::filesystem::path(argv[1]) / target.name) && good;
  }
  return good && found ? 0 : 1;
}
