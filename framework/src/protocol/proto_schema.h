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
// float, double, string, or the name of a message of the same, of an enclosing, or of the top
// level.
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
  std::string name;
  std::vector<ProtoField> fields;  // in the order of the file

  const ProtoField* find(std::uint32_t tag) const;
  const ProtoField* find(std::string_view name) const;
};

// All messages of one file. Immutable once made; any thread may read it.
class ProtoSchema {
 public:
  ProtoSchema();  // an empty file
  ~ProtoSchema();
  ProtoSchema(ProtoSchema&&) noexcept;
  ProtoSchema& operator=(ProtoSchema&&) noexcept;

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
  struct State;
  std::unique_ptr<State> state_;
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
