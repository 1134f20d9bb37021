// shaddock: the tools of Shaddock in one program. The first word says which:
//
//   shaddock load request|room|storm|idle ...    puts a load on servers and counts
#include <iostream>
#include <string>
#include <vector>

#include "load/command.h"

int main(int argc, char** argv) {
  const std::vector<std::string> words(argv + 1, argv + argc);
  const std::string usage =
      "usage: shaddock load request|room|storm|idle ...\n       shaddock load --help\n";
  if (words.empty() || words[0] != "load") {
    const bool asked = !words.empty() && (words[0] == "--help" || words[0] == "-h");
    (asked ? std::cout : std::cerr) << usage;
    return asked ? 0 : 2;
  }
  return shaddock::load::load_command("shaddock load", {words.begin() + 1, words.end()});
}
