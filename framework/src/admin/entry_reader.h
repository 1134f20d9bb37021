#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/document.h"

namespace shaddock::admin {

// What a host name or an address is made of.
bool is_host(std::string_view text);

// An object of a configuration file, read key by key. A value of the wrong kind is reported with
// its place and reads as absent. All references must outlive the reader.
class EntryReader {
 public:
  EntryReader(const Document& document, const Node& object, std::string path,
              std::vector<Problem>& problems)
      : document_(document), object_(object), path_(std::move(path)), problems_(problems) {}

  const Node& object() const { return object_; }
  const std::string& path() const { return path_; }
  const Node* find(std::string_view key) const { return object_.find(key); }

  // Not empty.
  std::optional<std::string> text(std::string_view key);
  // A host name or address.
  std::optional<std::string> host(std::string_view key);
  // Letters, digits, - and _, at most 64.
  std::optional<std::string> name(std::string_view key);
  std::optional<int> integer(std::string_view key, int lowest, int highest);
  std::optional<int> port(std::string_view key) { return integer(key, 1, 65535); }
  // true, false, "true" or "false", as Pomelo's files have them.
  std::optional<bool> flag(std::string_view key);

  // Reports each of these keys that is absent.
  void require(std::span<const std::string_view> keys);
  // Warns about keys that are not among the known ones but look like one.
  void check_spelling(std::span<const std::string_view> known);

  // About the value of that key, or about the whole object when it has no such key.
  void error(std::string_view key, std::string what) { report(key, std::move(what), false); }
  void warning(std::string_view key, std::string what) { report(key, std::move(what), true); }

 private:
  void report(std::string_view key, std::string what, bool warning);
  std::string path_of(std::string_view key) const;

  const Document& document_;
  const Node& object_;
  std::string path_;
  std::vector<Problem>& problems_;
};

}  // namespace shaddock::admin
