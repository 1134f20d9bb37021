#include "bench/micro/benchmarks.h"
#include "bench/micro/hand_cluster.h"
#include "bench/micro/messages.h"
#include "server/dispatcher.h"
#include "session/frontend_sessions.h"

namespace shaddock::micro {

namespace {

using benchmark::State;

struct Silence final : session::SessionEvents {
  void on_session_end(detail::FrontendState&) override {}
  void on_callback_failed(const detail::FrontendState&, const Error&) override {}
};

struct Unplugged final : session::ClientConnection {
  void send_package(const SharedBytes&) override {}
  void send_push(const SharedBytes&, std::string_view) override {}
  void logout() override {}
  void kick(std::string_view) override {}
  std::string address() const override { return {}; }
};

// Counts what is answered, and sends nothing.
class Exchange final : public server::HandlerExchange {
 public:
  Exchange(server::Dispatcher& dispatcher, FrontendSession& session, std::size_t& answers)
      : HandlerExchange(dispatcher, kRoute, {}, 0), session_(session), answers_(answers) {}
  ~Exchange() override { fail_if_unanswered(); }

  const Session& session() const override { return session_; }
  bool is_notify() const override { return false; }
  FrontendSession& frontend_session() override { return session_; }
  BackendSession& backend_session() override { throw Error(500, "none"); }
  std::unique_ptr<detail::Exchange> detach() override { return nullptr; }

 private:
  Result<void> send_answer(const Type&, const void*) override { return ++answers_, Result<void>(); }
  void send_error(const Error& error) override { throw error; }

  FrontendSession& session_;
  std::size_t& answers_;
};

struct Idle final : Filter {};

// One server's handlers, a hundred of them, and what runs them.
struct Desk {
  explicit Desk(std::size_t filter_count)
      : filters(std::vector<FilterFactory>(filter_count,
                                           [](Server&) { return std::make_unique<Idle>(); }),
                cluster.connector()) {}

  static detail::TypeDefinition describe() {
    detail::TypeDefinition definition;
    ServerType type(definition);
    for (int i = 0; i < 100; ++i)
      type.handler("handler" + std::to_string(i)).on("echo", [](FrontendSession&, const Nothing&) {
        return Nothing{};
      });
    return definition;
  }

  HandCluster cluster{[](ServerType, ServerType) {}};
  server::BodyCodec bodies{nullptr, {}};
  detail::TypeDefinition definition = describe();
  server::HandlerTable handlers{definition, cluster.connector(), bodies};
  server::FilterChain filters;
  server::Counters counters;
  Logger log{nullptr, "bench"};
  std::shared_ptr<server::Dispatcher> dispatcher = std::make_shared<server::Dispatcher>(
      cluster.hand().loop().timers(), handlers, filters, bodies, counters, false, log);
  Silence silence;
  Unplugged connection;
  session::FrontendSessions sessions{"connector-server-1", 1, silence};
  FrontendSession session{sessions.open(connection)};
};

void dispatch(State& state) {
  Desk desk(static_cast<std::size_t>(state.range(0)));
  std::size_t answers = 0;
  std::uint32_t code = 0;
  for (auto _ : state) {
    server::HandlerEntry* entry = desk.handlers.find(code = (code + 7) % 100);
    Exchange exchange(*desk.dispatcher, desk.session, answers);
    desk.dispatcher->run(entry, exchange);
  }
  if (answers != static_cast<std::size_t>(state.iterations())) state.SkipWithError("not answered");
}

// Without its body, which has a line of its own.
void dispatch_alone(State& state) {
  Desk desk(0);
  server::HandlerEntry answers_at_once;
  answers_at_once.run = [](detail::Exchange& exchange) { detail::answer_nothing(exchange); };
  std::size_t answers = 0;
  for (auto _ : state) {
    benchmark::DoNotOptimize(desk.handlers.find(std::uint32_t{7}));
    Exchange exchange(*desk.dispatcher, desk.session, answers);
    desk.dispatcher->run(&answers_at_once, exchange);
  }
}

}  // namespace

void add_dispatch(Budget& budget) {
  budget.line(35, "backend: handler by its code, exchange, call", 2, dispatch_alone);
  benchmark::RegisterBenchmark("dispatch/empty body, with filters", dispatch)
      ->Arg(0)
      ->Arg(1)
      ->Arg(3);
}

}  // namespace shaddock::micro
