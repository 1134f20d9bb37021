#include "load_options.h"

#include <getopt.h>

#include <cstdio>
#include <cstdlib>
#include <sstream>

namespace shaddock::bench {

namespace {

constexpr std::size_t kLongestRoute = 255;

std::vector<int> numbers(const char* list) {
  std::vector<int> result;
  std::istringstream text(list);
  for (std::string item; std::getline(text, item, ',');) result.push_back(std::atoi(item.c_str()));
  return result;
}

bool apply(int option, const char* value, LoadOptions& options) {
  switch (option) {
    case 'p':
      options.port = std::atoi(value);
      return true;
    case 'r':
      options.route = value;
      return true;
    case 'c':
      options.clients = std::atoi(value);
      return true;
    case 'k':
      options.inflight = std::atoi(value);
      return true;
    case 'w':
      options.warmup = std::atof(value);
      return true;
    case 's':
      options.seconds = std::atof(value);
      return true;
    case 'n':
      options.handshake = false;
      return true;
    case 'i':
      options.pids = numbers(value);
      return true;
    case 'u':
      options.cpus = numbers(value);
      return true;
    default:
      return false;
  }
}

bool sensible(const LoadOptions& options) {
  return options.port > 0 && options.clients > 0 && options.inflight > 0 &&
         options.inflight <= kMaxInflight && options.seconds > 0 && options.warmup >= 0 &&
         !options.route.empty() && options.route.size() <= kLongestRoute;
}

}  // namespace

std::optional<LoadOptions> read_load_options(int argc, char** argv) {
  static const option kLong[] = {
      {"port", required_argument, nullptr, 'p'},    {"route", required_argument, nullptr, 'r'},
      {"clients", required_argument, nullptr, 'c'}, {"inflight", required_argument, nullptr, 'k'},
      {"warmup", required_argument, nullptr, 'w'},  {"seconds", required_argument, nullptr, 's'},
      {"no-handshake", no_argument, nullptr, 'n'},  {"pids", required_argument, nullptr, 'i'},
      {"cpus", required_argument, nullptr, 'u'},    {nullptr, 0, nullptr, 0}};
  LoadOptions options;
  bool known = true;
  for (int option; known && (option = getopt_long(argc, argv, "", kLong, nullptr)) != -1;) {
    known = apply(option, optarg, options);
  }
  if (known && optind == argc && sensible(options)) return options;
  std::fputs(
      "usage: load --port PORT [--route ROUTE] [--clients 100] [--inflight 10] [--warmup 1]\n"
      "            [--seconds 3] [--no-handshake] [--pids PID,...] [--cpus CPU,...]\n",
      stderr);
  return std::nullopt;
}

}  // namespace shaddock::bench
