#include <doctest/doctest.h>

#include <string>
#include <string_view>
#include <vector>

#include "bench/micro/hand_cluster.h"
#include "bench/micro/plain_client.h"
#include "cluster/wire.h"
#include "protocol/message.h"

// A connector that only forwards a message never looks into its body, nor into that of the answer:
// what is wrong with it is found by the backend alone.
namespace shaddock::micro {
namespace {

struct Number {
  int n = 0;
  static void fields(auto& m, auto&& f) { f("n", m.n); }
};

struct Post : HandCluster {
  Post() : HandCluster(describe) {}

  static void describe(ServerType connector, ServerType backend) {
    connector.handler("echo").on("number", [](FrontendSession&, const Number& n) { return n; });
    backend.handler("echo")
        .on("number", [](BackendSession&, const Number& number) { return number; })
        .on("json", [](BackendSession&, const Json& body) { return body; });
  }

  // The frame that the connector has written to the backend for this request.
  std::string frame_of(std::string_view route, std::string_view body) {
    std::string request = PlainClient::requests(1, route, body);
    client.give(request);
    return cable().listener->take();
  }
  void give_to_connector(std::string bytes) { cable().listener->give(bytes); }

  HandStream& client = join();
};

std::string_view content(std::string_view framed) { return framed.substr(4); }

const std::vector<std::string> kBodies = {R"({"n":7})",
                                          "{\"n\": 7 , \"n\":8 }",
                                          "",
                                          "no JSON",
                                          R"({"n":)",
                                          "\xff\xfe\x00 no text",
                                          R"("\ud800")",
                                          "null",
                                          std::string(20'000, '[')};

TEST_CASE("a body reaches the backend byte for byte, whatever it is") {
  Post post;
  for (const std::string& body : kBodies) {
    CAPTURE(body);
    const std::string bytes = post.frame_of("backend.echo.json", body);
    const auto frame = cluster::decode_frame(content(bytes));
    REQUIRE(frame.has_value());
    CHECK(frame->kind == cluster::FrameKind::request);
    CHECK(frame->body == body);
  }
}

TEST_CASE("an answer reaches the client byte for byte, whatever it is") {
  Post post;
  for (const std::string& body : kBodies) {
    CAPTURE(body);
    const std::string bytes = post.frame_of("backend.echo.json", "{}");
    const auto frame = cluster::decode_frame(content(bytes));
    REQUIRE(frame.has_value());
    Buffer answer;
    cluster::FrameWriter writer(answer);
    writer.answer(frame->call, 200);
    writer.body().append(body);
    REQUIRE(writer.finish());
    post.give_to_connector(std::string(answer.view()));
    Buffer expected;
    REQUIRE(protocol::append_response(expected, 1, body));
    CHECK(post.client.take() == expected.view());
  }
}

TEST_CASE("what is wrong with a body is counted where it is read") {
  Post post;
  const auto refused = [](const server::RunningServer& server) {
    return server.counts()[server::Count::refused_bodies];
  };
  CHECK(post.ask(post.client, "backend.echo.number", R"({"n":)").ends_with(R"({"code":400})"));
  CHECK(refused(post.backend()) == 1);
  CHECK(refused(post.connector()) == 0);
  CHECK(post.ask(post.client, "connector.echo.number", R"({"n":)").ends_with(R"({"code":400})"));
  CHECK(refused(post.backend()) == 1);
  CHECK(refused(post.connector()) == 1);
}

}  // namespace
}  // namespace shaddock::micro
