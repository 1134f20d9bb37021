#include <stdexcept>

#include "base/json_codec.h"
#include "bench/micro/benchmarks.h"
#include "bench/micro/messages.h"
#include "bench/micro/plain_client.h"
#include "protocol/message.h"
#include "protocol/package.h"
#include "protocol/protobuf.h"

namespace shaddock::micro {

namespace {

using benchmark::DoNotOptimize;
using benchmark::State;

void cut_packages(State& state) {
  const std::string bytes = PlainClient::requests(kInFlight, kRoute, kRequestBody);
  protocol::PackageReader reader;
  while (state.KeepRunningBatch(kInFlight)) {
    reader.feed(bytes);
    while (const auto package = reader.next()) DoNotOptimize(package->body.data());
  }
}

void read_message_head(State& state) {
  const std::string bytes = PlainClient::requests(1, kRoute, kRequestBody);
  const std::string_view message = std::string_view(bytes).substr(protocol::kPackageHeaderSize);
  for (auto _ : state) {
    const auto decoded = protocol::decode_message(message);
    DoNotOptimize(decoded->body.data());
  }
}

void write_response(State& state) {
  Buffer out;
  for (auto _ : state) {
    out.clear();
    DoNotOptimize(protocol::append_response(out, 7, kAnswerBody));
    DoNotOptimize(out.data());
  }
}

void write_request(State& state) {
  Buffer out;
  const protocol::MessageHeader header{protocol::MessageType::request, false, false, 0, 7, kRoute};
  for (auto _ : state) {
    out.clear();
    DoNotOptimize(protocol::append_message(out, header, kRequestBody));
    DoNotOptimize(out.data());
  }
}

void read_json(State& state) {
  for (auto _ : state) {
    Text text;
    DoNotOptimize(decode_json(kRequestBody, type_of<Text>(), &text).ok());
    DoNotOptimize(text.msg.data());
  }
}

void write_json(State& state) {
  const Echo echo{200, "012345678901234567890"};
  Buffer out;
  for (auto _ : state) {
    out.clear();
    encode_json(type_of<Echo>(), &echo, out);
    DoNotOptimize(out.data());
  }
}

protocol::ProtoSchema schemas() {
  auto parsed = parse_document(R"({"request": {"required string msg": 1},
                                   "answer": {"required uInt32 code": 1, "required string msg": 2}})",
                               "protos.json");
  return protocol::ProtoSchema::parse(*parsed.document, parsed.problems);
}

void read_protobuf(State& state) {
  const auto all = schemas();
  const auto* schema = all.find("request");
  const Text text{"012345678901234567890"};
  Buffer bytes;
  protocol::encode_protobuf(*schema, type_of<Text>(), &text, bytes).unwrap();
  for (auto _ : state) {
    Text read;
    DoNotOptimize(protocol::decode_protobuf(*schema, bytes.view(), type_of<Text>(), &read).ok());
    DoNotOptimize(read.msg.data());
  }
}

void write_protobuf(State& state) {
  const auto all = schemas();
  const auto* schema = all.find("answer");
  const Echo echo{200, "012345678901234567890"};
  Buffer out;
  for (auto _ : state) {
    out.clear();
    DoNotOptimize(protocol::encode_protobuf(*schema, type_of<Echo>(), &echo, out).ok());
    DoNotOptimize(out.data());
  }
}

}  // namespace

void add_client_codecs(Budget& budget) {
  budget.line(10, "connector: cut the package", std::nullopt, cut_packages);
  budget.line(11, "connector: head of the message", std::nullopt, read_message_head);
  benchmark::RegisterBenchmark("codec/write a request", write_request);
  benchmark::RegisterBenchmark("codec/read protobuf into a struct", read_protobuf);
  benchmark::RegisterBenchmark("codec/write a struct as protobuf", write_protobuf);
  budget.line(40, "backend: JSON into the struct", 140, read_json);
  budget.line(42, "backend: struct into JSON", 104, write_json);
  budget.line(72, "connector: package and head of the answer, body copied", std::nullopt,
              write_response);
}

}  // namespace shaddock::micro
