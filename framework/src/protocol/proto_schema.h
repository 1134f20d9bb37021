#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/document.h"

namespace shaddock::protocol {

// Pomelo's dialect of protobuf. A file (serverProtos.json, clientProtos.json) is an object:
//
//   {"onMove": {"required uInt32 eid": 1, "repeated Pos path": 2, "message Pos": {...}},
//    "message Pos": {...}}
//
// A key without the word "message" is a route; types are uInt32, int32, sInt32 (both zigzag),
// float, double, string, or the name of a message of the same or of the top level (Pomelo's clients
// look nowhere else).
struct ProtoMessage;

struct ProtoField {
  enum class Option : std::uint8_t { required, optional, repeated };
  enum class Kind : std::uint8_t { u_int32, s_int32, float32, float64, string, message };

  Option option = Option::required;
  Kind kind = Kind::string;
  std::uint32_t tag = 0;
  std::string name, type;  // type as written in the file
  const ProtoMessage* message = nullptr;
};

struct ProtoMessage {
  static constexpr std::uint32_t kMaxTag = (1u << 28) - 1;  // JavaScript shifts 32 signed bits

  std::string name;                     // the route, or what follows the word "message"
  std::vector<ProtoField> fields;       // in the order of the file
  std::vector<std::uint64_t> required;  // bit i % 64 of required[i / 64]: field i must be present
  std::vector<std::uint32_t> by_tag;    // indexes of fields, the lowest tag first

  // The index of the field, or fields.size(). The name is looked for at `hint` first.
  std::size_t with_tag(std::uint64_t tag) const;
  std::size_t named(std::string_view name, std::size_t hint = 0) const;
};

// All messages of one file. Immutable once made; copies share it; any thread may read it.
class ProtoSchema {
 public:
  ProtoSchema();  // an empty file

  // Whatever is wrong goes to `problems` with its place (Pomelo skips it in silence): words that
  // are not three, an unknown option or type, a tag used twice or out of range, a value that is no
  // tag.
  static ProtoSchema parse(const Document& document, std::vector<Problem>& problems);

  // The message of that route; nullptr: its bodies are JSON.
  const ProtoMessage* find(std::string_view route) const;
  bool empty() const;
  // The parsed form as it goes into the handshake, with __messages and __tags.
  const std::string& parsed_form() const;

 private:
  std::shared_ptr<const struct CompiledProtos> compiled_;
};

// Both files, and what the handshake says of them.
class Protos {
 public:
  Protos();
  Protos(ProtoSchema client, ProtoSchema server);

  const ProtoSchema& client() const { return client_; }  // what clients send
  const ProtoSchema& server() const { return server_; }  // what they get
  // base64(MD5(parsed client + parsed server)), as Pomelo makes it.
  const std::string& version() const { return version_; }
  // Members of the handshake's "sys", without braces: protos and useProto, or useProto alone for a
  // client with this version.
  std::string_view sys_members(std::string_view client_version) const;

 private:
  ProtoSchema client_, server_;
  std::string version_, all_members_;
};

}  // namespace shaddock::protocol
