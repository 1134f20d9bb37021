#include "system/listening_sockets.h"

#include <arpa/inet.h>

#include <cstdint>
#include <filesystem>
#include <fstream>
#include <sstream>

namespace shaddock::system_test {
namespace {

namespace fs = std::filesystem;

struct Table {
  const char* path;
  const char* protocol;
  const char* waiting;  // the state of a socket that nobody is connected to yet
};

constexpr Table kTables[] = {{"/proc/net/tcp", "tcp", "0A"},
                             {"/proc/net/tcp6", "tcp", "0A"},
                             {"/proc/net/udp", "udp", "07"},
                             {"/proc/net/udp6", "udp", "07"}};

// The numbers of all sockets that the process has open.
void add_sockets_of(int pid, std::set<std::string>& inodes) {
  constexpr std::string_view kSocket = "socket:[";
  std::error_code gone;
  for (const auto& entry : fs::directory_iterator("/proc/" + std::to_string(pid) + "/fd", gone)) {
    const std::string target = fs::read_symlink(entry.path(), gone).string();
    if (target.starts_with(kSocket))
      inodes.insert(target.substr(kSocket.size(), target.size() - kSocket.size() - 1));
  }
}

// "0100007F:0FD2": words of 32 bits as they lie in memory, then the port.
std::string readable(const std::string& hex) {
  const std::size_t colon = hex.find(':');
  std::vector<std::uint32_t> words;
  for (std::size_t at = 0; at < colon; at += 8)
    words.push_back(static_cast<std::uint32_t>(std::stoul(hex.substr(at, 8), nullptr, 16)));
  char text[INET6_ADDRSTRLEN];
  ::inet_ntop(words.size() == 1 ? AF_INET : AF_INET6, words.data(), text, sizeof text);
  std::string address = text;
  if (address == "0.0.0.0" || address == "::") address = "*";
  return address + ':' + std::to_string(std::stoi(hex.substr(colon + 1), nullptr, 16));
}

}  // namespace

std::set<std::string> listening_sockets(const std::vector<int>& pids) {
  std::set<std::string> inodes, found;
  for (const int pid : pids) add_sockets_of(pid, inodes);
  for (const Table& table : kTables) {
    std::ifstream file(table.path);
    std::string line;
    std::getline(file, line);
    while (std::getline(file, line)) {
      std::istringstream fields(line);
      std::string number, local, remote, state, inode;
      fields >> number >> local >> remote >> state;
      for (int skipped = 0; skipped < 6; ++skipped) fields >> inode;
      if (state == table.waiting && inodes.contains(inode))
        found.insert(std::string(table.protocol) + ' ' + readable(local));
    }
  }
  return found;
}

}  // namespace shaddock::system_test
