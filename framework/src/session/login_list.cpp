#include "session/login_list.h"

#include <algorithm>
#include <utility>

#include "session/seeded_hash.h"

namespace shaddock::session {

namespace {

// The same in every process, on every machine.
std::uint64_t hash_of(std::string_view text) {
  std::uint64_t hash = 0xCBF29CE484222325u;
  for (const char byte : text) hash = (hash ^ static_cast<unsigned char>(byte)) * 0x100000001B3u;
  return mixed_bits(hash);
}

}  // namespace

LoginList::LoginList(std::vector<std::string> frontends) : frontends_(std::move(frontends)) {
  std::sort(frontends_.begin(), frontends_.end());
  for (const std::string& frontend : frontends_) {
    hashes_.push_back(hash_of(frontend));
    mark_ = mixed_bits(mark_ + hashes_.back()) | 1;
  }
}

const std::string* LoginList::holder_of(std::string_view key) const {
  const std::uint64_t hash = hash_of(key);
  const std::string* holder = nullptr;
  std::uint64_t most = 0;
  for (std::size_t i = 0; i < frontends_.size(); ++i) {
    const std::uint64_t drawn = mixed_bits(hash ^ hashes_[i]);
    if (holder == nullptr || drawn > most) holder = &frontends_[i], most = drawn;
  }
  return holder;
}

bool LoginList::contains(std::string_view frontend) const {
  return std::binary_search(frontends_.begin(), frontends_.end(), frontend);
}

std::string login_key(std::string_view uid, std::string_view kind) {
  std::string key(kind == kMainKind ? std::string_view() : kind);
  key += '\n';
  return key += uid;
}

}  // namespace shaddock::session
