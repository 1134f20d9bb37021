#include "admin/records.h"

#include <shaddock/json.h>

#include <algorithm>
#include <charconv>

namespace shaddock::admin {
namespace {

constexpr std::string_view kSuffix = ".json";
constexpr unsigned kPrivateFile = 0600;
constexpr unsigned kOfOthers = 0077;  // group and all others
constexpr unsigned kPrivateFolder = 0700;
constexpr std::size_t kSecretBytes = 32;
constexpr std::size_t kShortestSecret = 32;

std::string encode(const Record& record) {
  Json json = {{"id", record.id},
               {"type", record.type},
               {"frontend", record.frontend},
               {"pid", record.process.pid},
               {"startTime", record.process.start_time},
               {"incarnation", record.incarnation},
               {"masterHost", record.master.host},
               {"masterPort", record.master.port},
               {"since", record.since}};
  // More than a JSON number holds.
  if (record.process.boot != 0) json.set("boot", std::to_string(record.process.boot));
  if (!record.secret_file.empty()) json.set("secretFile", record.secret_file);
  if (!record.note.empty()) json.set("note", record.note);
  if (record.lifeline) json.set("lifeline", true);
  if (record.joined) json.set("joined", true);
  if (record.fingerprint != 0) json.set("fingerprint", record.fingerprint);
  return json.dump() + '\n';
}

Record from_json(const Json& json) {
  Record record;
  record.id = json.at("id").as_string();
  record.type = json.at("type").as_string();
  record.frontend = json.at("frontend").as_bool();
  record.process.pid = static_cast<int>(json.at("pid").as_integer());
  record.process.start_time = static_cast<std::uint64_t>(json.at("startTime").as_integer());
  record.incarnation = static_cast<std::uint64_t>(json.at("incarnation").as_integer());
  record.master.host = json.at("masterHost").as_string();
  record.master.port = static_cast<int>(json.at("masterPort").as_integer());
  record.since = json.at("since").as_integer();
  if (const Json* boot = json.find("boot")) {
    const std::string& text = boot->as_string();
    std::from_chars(text.data(), text.data() + text.size(), record.process.boot);
  }
  if (const Json* file = json.find("secretFile")) record.secret_file = file->as_string();
  if (const Json* note = json.find("note")) record.note = note->as_string();
  if (const Json* lifeline = json.find("lifeline")) record.lifeline = lifeline->as_bool();
  if (const Json* joined = json.find("joined")) record.joined = joined->as_bool();
  if (const Json* number = json.find("fingerprint"))
    record.fingerprint = static_cast<std::uint32_t>(number->as_integer());
  return record;
}

std::optional<Record> decode(std::string_view text) {
  const Result<Json> json = parse_json(text);
  if (!json) return std::nullopt;
  try {
    Record record = from_json(*json);
    // Signalling pid 0 or below would reach whole groups of processes.
    if (record.process.pid <= 1) return std::nullopt;
    return record;
  } catch (const Error&) {
    return std::nullopt;
  }
}

bool is_secret(std::string_view text) {
  return text.size() == 2 * kSecretBytes &&
         text.find_first_not_of("0123456789abcdef") == std::string_view::npos;
}

std::string_view first_line(std::string_view text) { return text.substr(0, text.find('\n')); }

std::string to_hex(std::string_view bytes) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string text;
  for (const char byte : bytes) {
    const auto value = static_cast<unsigned char>(byte);
    text += kDigits[value >> 4];
    text += kDigits[value & 15];
  }
  return text;
}

}  // namespace

Records::Records(net::Host& host, std::string folder) : host_(host), folder_(std::move(folder)) {}

std::string Records::path_of(const std::string& id) const {
  return folder_ + '/' + id + std::string(kSuffix);
}

Result<void> Records::make_folder() { return host_.files.make_folder(folder_, kPrivateFolder); }

Result<std::unique_ptr<net::FileLock>> Records::lock() {
  return host_.files.lock(folder_ + "/lock");
}

Result<void> Records::write(const Record& record) {
  return host_.files.replace(path_of(record.id), encode(record), kPrivateFile);
}

void Records::remove(const std::string& id) {
  // What cannot be removed names a process that has ended, and is passed over by living().
  static_cast<void>(host_.files.remove(path_of(id)));
}

void Records::remove(const std::string& id, std::uint64_t incarnation) {
  const auto record = find(id);
  if (record && record->incarnation == incarnation) remove(id);
}

std::vector<Record> Records::read_all() const {
  std::vector<Record> records;
  for (const std::string& name : host_.files.list(folder_)) {
    if (!name.ends_with(kSuffix)) continue;
    if (auto record = find(name.substr(0, name.size() - kSuffix.size())))
      records.push_back(std::move(*record));
  }
  return records;
}

std::vector<Record> Records::living() const {
  std::vector<Record> records = read_all();
  std::erase_if(records,
                [this](const Record& record) { return !host_.processes.alive(record.process); });
  return records;
}

std::vector<Record> Records::forget_ended() {
  for (const Record& record : read_all())
    if (!host_.processes.alive(record.process)) remove(record.id, record.incarnation);
  return living();
}

std::optional<Record> Records::find(const std::string& id) const {
  const auto text = host_.files.read(path_of(id));
  if (!text || !*text) return std::nullopt;
  auto record = decode(**text);
  if (record && record->id != id) return std::nullopt;
  return record;
}

Result<std::string> Records::operators_secret(const std::string& path) const {
  const auto status = host_.files.status(path);
  if (!status) return status.error();
  if (!*status) return Error(1, "the secret file " + path + " does not exist");
  if (((*status)->mode & kOfOthers) != 0)
    return Error(
        1, "the secret file " + path + " is open to others than its owner: give it the mode 0600");
  const auto text = host_.files.read(path);
  if (!text) return text.error();
  if (!*text) return Error(1, "the secret file " + path + " does not exist");
  const std::string_view line = first_line(**text);
  if (line.size() < kShortestSecret)
    return Error(1, "the secret in " + path + " has less than 32 characters");
  return std::string(line);
}

Result<std::string> Records::secret(const std::string& operators_file) {
  if (!operators_file.empty()) return operators_secret(operators_file);
  const std::string path = folder_ + "/secret";
  const auto text = host_.files.read(path);
  if (!text) return text.error();
  if (*text) {
    const std::string_view line = first_line(**text);
    if (!is_secret(line)) return Error(1, path + " does not hold 64 hexadecimal digits");
    return std::string(line);
  }
  std::string bytes(kSecretBytes, '\0');
  host_.random.fill(bytes);
  std::string made = to_hex(bytes);
  if (auto written = host_.files.replace(path, made + '\n', kPrivateFile); !written)
    return written.error();
  return made;
}

Result<std::uint64_t> Records::reserve_incarnations(std::uint64_t count) {
  const std::string path = folder_ + "/incarnation";
  std::uint64_t last = 0;
  const auto text = host_.files.read(path);
  if (!text) return text.error();
  if (*text) {
    const std::string_view line = first_line(**text);
    std::from_chars(line.data(), line.data() + line.size(), last);
  }
  for (const Record& record : read_all()) last = std::max(last, record.incarnation);
  if (auto written = host_.files.replace(path, std::to_string(last + count) + '\n', kPrivateFile);
      !written)
    return written.error();
  return last + 1;
}

}  // namespace shaddock::admin
