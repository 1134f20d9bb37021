#pragma once

#include <cassert>
#include <cstddef>
#include <functional>
#include <new>
#include <type_traits>
#include <utility>

namespace shaddock {

// A callable that can only be moved, so that it may own what can only be moved. Callables of up to
// 48 bytes that move without throwing live inside; larger ones cost one allocation. Calling an
// empty one is a programming error.
template <class Signature>
class Function;

template <class R, class... Args>
class Function<R(Args...)> {
 public:
  Function() = default;
  Function(std::nullptr_t) {}

  template <class F>
  requires(!std::is_same_v<std::decay_t<F>, Function> &&
           std::is_invocable_r_v<R, std::decay_t<F>&, Args...>) Function(F&& callable) {
    using Callable = std::decay_t<F>;
    if constexpr (kInside<Callable>) {
      ::new (storage_) Callable(std::forward<F>(callable));
      behaviour_ = &kInsideBehaviour<Callable>;
    } else {
      ::new (storage_) Callable*(new Callable(std::forward<F>(callable)));
      behaviour_ = &kOutsideBehaviour<Callable>;
    }
  }

  Function(Function&& other) noexcept { take(other); }
  Function& operator=(Function&& other) noexcept {
    Function taken(std::move(other));  // first, since what is replaced may own the other
    reset();
    take(taken);
    return *this;
  }
  Function(const Function&) = delete;
  Function& operator=(const Function&) = delete;
  ~Function() { reset(); }

  explicit operator bool() const noexcept { return behaviour_ != nullptr; }

  R operator()(Args... args) {
    assert(behaviour_ != nullptr);
    return behaviour_->call(storage_, std::forward<Args>(args)...);
  }

 private:
  static constexpr std::size_t kRoom = 48;

  struct Behaviour {
    R (*call)(void*, Args&&...);
    void (*move)(void* to, void* from) noexcept;  // leaves `from` destroyed
    void (*destroy)(void*) noexcept;
  };

  template <class C>
  static constexpr bool kInside =
      sizeof(C) <= kRoom &&
      alignof(C) <= alignof(std::max_align_t) && std::is_nothrow_move_constructible_v<C>;

  template <class C>
  static R invoke(C& callable, Args&&... args) {
    if constexpr (std::is_void_v<R>)
      std::invoke(callable, std::forward<Args>(args)...);
    else
      return std::invoke(callable, std::forward<Args>(args)...);
  }

  template <class C>
  static constexpr Behaviour kInsideBehaviour{[](void* at, Args&&... args) -> R {
                                                return invoke(*static_cast<C*>(at),
                                                              std::forward<Args>(args)...);
                                              },
                                              [](void* to, void* from) noexcept {
                                                ::new (to) C(std::move(*static_cast<C*>(from)));
                                                static_cast<C*>(from)->~C();
                                              },
                                              [](void* at) noexcept { static_cast<C*>(at)->~C(); }};

  template <class C>
  static constexpr Behaviour kOutsideBehaviour{
      [](void* at, Args&&... args) -> R {
        return invoke(**static_cast<C**>(at), std::forward<Args>(args)...);
      },
      [](void* to, void* from) noexcept { ::new (to) C*(*static_cast<C**>(from)); },
      [](void* at) noexcept { delete *static_cast<C**>(at); }};

  void take(Function& other) noexcept {
    behaviour_ = std::exchange(other.behaviour_, nullptr);
    if (behaviour_ != nullptr) behaviour_->move(storage_, other.storage_);
  }
  void reset() noexcept {
    if (behaviour_ != nullptr) std::exchange(behaviour_, nullptr)->destroy(storage_);
  }

  alignas(std::max_align_t) std::byte storage_[kRoom];
  const Behaviour* behaviour_ = nullptr;
};

}  // namespace shaddock
