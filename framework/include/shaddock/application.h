#pragma once

#include <shaddock/handler.h>
#include <shaddock/server.h>
#include <shaddock/settings.h>

#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace shaddock {

namespace detail {

template <class T>
std::shared_ptr<void> make_service(Server& server) {
  if constexpr (std::is_constructible_v<T, Server&>) {
    return std::make_shared<T>(server);
  } else {
    return std::make_shared<T>();
  }
}

}  // namespace detail

// A handler of one server type; on() names what clients may call.
template <class H>
class HandlerBuilder {
 public:
  explicit HandlerBuilder(detail::Service<detail::HandlerMethod>& service) : service_(&service) {}

  template <auto Method>
  HandlerBuilder& on(std::string name) {
    using Shape = detail::HandlerShapeOf<decltype(Method)>;
    return add<Shape>(std::move(name), [](void* object) {
      return [handler = static_cast<H*>(object)](auto&&... args) -> decltype(auto) {
        return (handler->*Method)(std::forward<decltype(args)>(args)...);
      };
    });
  }
  // A callable of the same shapes; each server has a copy.
  template <class F>
  HandlerBuilder& on(std::string name, F function) {
    return add<detail::HandlerShapeOf<F>>(std::move(name), [function](void*) { return function; });
  }

 private:
  template <class Shape, class Bind>
  HandlerBuilder& add(std::string name, Bind bind) {
    constexpr bool kFrontend = std::is_same_v<typename Shape::SessionType, FrontendSession>;
    service_->methods.push_back(
        {std::move(name), kFrontend, [bind](void* object) -> Function<void(detail::Exchange&)> {
           return [call = bind(object)](detail::Exchange& x) mutable { Shape::run(call, x); };
         }});
    return *this;
  }

  detail::Service<detail::HandlerMethod>* service_;
};

// A remote of one server type; on() names what other servers may call.
template <class T>
class RemoteBuilder {
 public:
  explicit RemoteBuilder(detail::Service<detail::RemoteMethod>& service) : service_(&service) {}

  template <auto Method>
  RemoteBuilder& on(std::string name) {
    using Shape = detail::RemoteShapeOf<decltype(Method)>;
    return add<Shape>(std::move(name), &detail::kMethodKey<Method>, [](void* object) {
      return [remote = static_cast<T*>(object)](auto&&... args) -> decltype(auto) {
        return (remote->*Method)(std::forward<decltype(args)>(args)...);
      };
    });
  }
  template <class F>
  RemoteBuilder& on(std::string name, F function) {
    return add<detail::RemoteShapeOf<F>>(std::move(name), nullptr,
                                         [function](void*) { return function; });
  }

 private:
  template <class Shape, class Bind>
  RemoteBuilder& add(std::string name, const void* key, Bind bind) {
    using Run = Function<void(std::unique_ptr<detail::RemoteExchange>&)>;
    service_->methods.push_back({std::move(name), key, [bind](void* object) -> Run {
                                   return [call = bind(object)](
                                              std::unique_ptr<detail::RemoteExchange>& x) mutable {
                                     Shape::run(call, x);
                                   };
                                 }});
    return *this;
  }

  detail::Service<detail::RemoteMethod>* service_;
};

// A server type being described.
class ServerType {
 public:
  explicit ServerType(detail::TypeDefinition& definition) : definition_(&definition) {}

  // One H per server of the type, made with H(Server&) or H().
  template <class H>
  HandlerBuilder<H> handler(std::string name) {
    return HandlerBuilder<H>(
        service(definition_->handlers, std::move(name), detail::make_service<H>));
  }
  // For callables only.
  HandlerBuilder<Nothing> handler(std::string name) { return handler<Nothing>(std::move(name)); }
  template <class T>
  RemoteBuilder<T> remote(std::string name) {
    return RemoteBuilder<T>(
        service(definition_->remotes, std::move(name), detail::make_service<T>));
  }
  RemoteBuilder<Nothing> remote(std::string name) { return remote<Nothing>(std::move(name)); }

 private:
  template <class Method>
  static detail::Service<Method>& service(std::deque<detail::Service<Method>>& in, std::string name,
                                          std::shared_ptr<void> (*make)(Server&)) {
    in.push_back({std::move(name), make, {}});
    return in.back();
  }

  detail::TypeDefinition* definition_;
};

// The program a user writes: server types with their handlers and remotes, route functions,
// filters, settings. Describe it in main(), then run() it: the same program is the master, every
// server, and the command line. With isolation thread its servers run on threads of one process:
// each has its own handlers, remotes, filters and route functions, but configure() functions, and
// whatever else all servers reach (what is captured by pointer, static data), must bear several
// threads at once.
class Application {
 public:
  Application();
  ~Application();
  Application(const Application&) = delete;
  Application& operator=(const Application&) = delete;

  // The description of a server type; a type that is only named has no handlers.
  ServerType server(std::string type);

  // For each server whose environment and type match ("production|development", "all"), in order.
  void configure(std::string environments, std::string types,
                 std::function<void(Settings&)> function);

  // The same for all environments and types.
  void route(std::string server_type, Router router);
  void filter(FilterFactory filter);
  void global_filter(FilterFactory filter);

  // The command line: start (default), list, stop, check, ...; --help tells. Returns the exit code:
  // 0, 2 configuration, 3 port taken, 4 already running, 5 not ready in time, 1 anything else.
  int run(int argc, char** argv);

  const detail::Definition& definition() const { return *definition_; }

 private:
  std::unique_ptr<detail::Definition> definition_;
};

}  // namespace shaddock
