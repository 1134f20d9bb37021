#include "admin/observer_key.h"

#include "cluster/link_proof.h"

namespace shaddock::admin {
namespace {

constexpr unsigned kPrivateFile = 0600, kOthers = 077;
constexpr std::size_t kDigits = 64;

}  // namespace

Result<void> write_observer_key(net::Files& files, const std::string& run_folder,
                                std::string_view secret) {
  const std::string path = run_folder + "/observer", key = cluster::observer_secret(secret) + '\n';
  const auto before = files.read(path);
  if (before && *before == key) return {};
  return files.replace(path, key, kPrivateFile);
}

Result<std::string> read_observer_key(net::Files& files, const std::string& path) {
  const auto status = files.status(path);
  if (!status) return status.error();
  if (!*status) return Error(code::kFailed, "there is no " + path);
  if (((*status)->mode & kOthers) != 0)
    return Error(code::kFailed, path + " can be opened by others than its owner: chmod 600 it");
  auto text = files.read(path);
  if (!text) return text.error();
  const std::string line = (*text)->substr(0, (*text)->find('\n'));
  if (line.size() != kDigits || line.find_first_not_of("0123456789abcdef") != std::string::npos)
    return Error(code::kFailed, path + " does not hold 64 hexadecimal digits");
  return line;
}

}  // namespace shaddock::admin
