#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace shaddock {

// Something to tell about a configuration file.
struct Problem {
  std::string file;
  int line = 0;  // from 1; 0 when it concerns the file as a whole
  int column = 0;
  std::string key;  // development.connector[2].port
  std::string what;
  bool warning = false;
  bool operator==(const Problem&) const = default;
};

// config/servers.json:12:9: development.connector[2].port: must be from 1 to 65535, got 70000
std::string to_string(const Problem& problem);

// A value of a configuration file that knows where it stands.
struct Node {
  enum class Kind { null, boolean, integer, real, string, array, object };
  struct Member;

  Kind kind = Kind::null;
  int line = 1;
  int column = 1;
  bool flag = false;            // boolean
  std::int64_t integer = 0;     // integer
  double number = 0;            // integer and real
  std::string text;             // string; of a number its shortest form
  std::vector<Node> items;      // array
  std::vector<Member> members;  // object: all of them, duplicates too, as in the file

  // The last member of that name, or nullptr.
  const Node* find(std::string_view name) const;
  // "an object", `"abc"`, "5": for messages.
  std::string describe() const;
};

// A string as it is, everything else as compact JSON.
std::string to_text(const Node& node);

struct Node::Member {
  std::string name;
  int line = 1;
  int column = 1;
  Node value;
};

struct Document {
  std::string file;
  Node root;

  Problem error(const Node& at, std::string key, std::string what) const;
  Problem warning(const Node& at, std::string key, std::string what) const;
};

struct ParsedDocument {
  std::optional<Document> document;  // nothing when the text is not JSON
  std::vector<Problem> problems;     // one syntax error, or warnings about keys given twice
};

// Strict JSON without comments, at most 32 levels deep; a byte order mark is skipped. Columns count
// characters.
ParsedDocument parse_document(std::string_view text, std::string file);

}  // namespace shaddock
