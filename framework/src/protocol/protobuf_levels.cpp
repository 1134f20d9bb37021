#include "protocol/protobuf_levels.h"

#include <bit>

namespace shaddock::protocol {

const char* OpenMessages::open(const ProtoMessage& message, std::uint64_t*& seen) {
  if (depth_ == max_depth_) return "nested too deep";
  const std::size_t words = message.required.size();
  if (words > words_.size() - used_) return "too many fields";
  seen = words_.data() + used_;
  std::fill_n(seen, words, 0);
  used_ += words;
  names_[depth_++] = nullptr;
  return nullptr;
}

void OpenMessages::close(const ProtoMessage& message) {
  used_ -= message.required.size();
  --depth_;
}

std::string OpenMessages::explain(std::string_view what) const {
  std::string text;
  for (std::size_t i = 0; i < depth_ && names_[i] != nullptr; ++i)
    text += (i == 0 ? "" : ".") + *names_[i];
  if (!text.empty()) text += ": ";
  return text += what;
}

bool OpenMessages::all_required(const ProtoMessage& message, const std::uint64_t* seen) {
  for (std::size_t word = 0; word < message.required.size(); ++word) {
    const std::uint64_t missing = message.required[word] & ~seen[word];
    if (missing == 0) continue;
    at(&message.fields[word * 64 + static_cast<std::size_t>(std::countr_zero(missing))].name);
    return false;
  }
  return true;
}

}  // namespace shaddock::protocol
