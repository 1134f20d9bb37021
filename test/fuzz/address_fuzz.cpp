#include "net/cidr.h"

#include "fuzz/input.h"
#include "net/forwarded_for.h"
#include "net/proxy_header.h"

// Addresses and lists of networks as text, and the header of the PROXY protocol however it is cut.

using namespace shaddock;
using namespace shaddock::net;

namespace {

void check_address(std::string_view text) {
  const auto address = parse_ip(text);
  if (!address) return;
  const std::string written = to_string(*address);
  fuzz::require(written.size() <= 45, "an address is short");
  const auto again = parse_ip(written);
  fuzz::require(again && *again == *address, "an address is written as it is read");
  const std::vector<std::string> row{written};
  const auto list = CidrList::parse(row);
  fuzz::require(list.ok() && list->contains(text), "an address stands for itself");
}

// A network on each line.
void check_networks(std::string_view text) {
  std::vector<std::string> rows;
  while (!text.empty()) {
    const std::string_view line = text.substr(0, text.find('\n'));
    rows.emplace_back(line);
    text.remove_prefix(std::min(text.size(), line.size() + 1));
  }
  const auto list = CidrList::parse(rows);
  if (!list) return fuzz::require(!list.error().text.empty(), "an error names the row");
  for (const std::string& row : rows) {
    const auto first = parse_ip(std::string_view(row).substr(0, row.find('/')));
    fuzz::require(first && list->contains(*first), "a network holds its first address");
  }
}

void check_forwarded(std::string_view value) {
  HttpRequest request;
  request.headers.push_back({"X-Forwarded-For", value});
  const std::vector<std::string> rows{"10.0.0.0/8"};
  const auto proxies = CidrList::parse(rows);
  const IpAddress stranger = *parse_ip("6.6.6.6"), proxy = *parse_ip("10.1.1.1");
  fuzz::require(forwarded_client(request, stranger, *proxies) == stranger,
                "a stranger speaks for nobody else");
  forwarded_client(request, proxy, *proxies);
}

struct Header {
  ProxyHeader::State state = ProxyHeader::State::more;
  std::size_t taken = 0;
  std::optional<Address> client;
  bool operator==(const Header&) const = default;
};

Header read_header(std::string_view bytes, std::uint64_t seed) {
  ProxyHeader header;
  Header read;
  fuzz::in_pieces(bytes, seed, [&](std::span<char> piece) {
    const std::size_t taken = header.feed({piece.data(), piece.size()});
    fuzz::require(taken <= piece.size(), "no more is taken than is there");
    read.taken += taken;
    return header.state() == ProxyHeader::State::more;
  });
  read.state = header.state();
  if (read.state == ProxyHeader::State::done) read.client = header.client();
  fuzz::require(read.taken <= ProxyHeader::kLongestBody + 16, "a header has a longest size");
  return read;
}

void check_header(std::string_view bytes) {
  const Header header = read_header(bytes, 0);
  fuzz::require(read_header(bytes, fuzz::seed_of(bytes)) == header,
                "the same header comes however it is cut");
  if (!header.client) return;
  fuzz::require(parse_ip(header.client->host).has_value(), "a client has a numeric address");
  fuzz::require(header.client->port >= 0 && header.client->port <= 65535, "and a port");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes = fuzz::text_of(data, size);
  check_address(bytes);
  check_networks(bytes);
  check_forwarded(bytes);
  check_header(bytes);
  return 0;
}
