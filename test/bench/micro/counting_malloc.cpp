#include "bench/micro/counting_malloc.h"

#include <cxxabi.h>
#include <dlfcn.h>
#include <execinfo.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <memory>

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define SHADDOCK_SANITIZED 1
extern "C" int __sanitizer_install_malloc_and_free_hooks(void (*on_malloc)(const volatile void*,
                                                                           std::size_t),
                                                         void (*on_free)(const volatile void*));
#else
#define SHADDOCK_SANITIZED 0
#endif

namespace shaddock::micro {

namespace {

constexpr std::size_t kMostSites = 512;
constexpr int kOwnFrames = 2;  // note() and whoever calls it

std::atomic<bool> watching{false};
std::atomic<std::size_t> total{0};
thread_local bool watched = false;
thread_local bool inside = false;
std::array<AllocationSite, kMostSites> sites;
std::size_t site_count = 0;  // one thread at a time is watched

bool same(const AllocationSite& site, void* const* frames, int depth) {
  return site.depth == depth && std::equal(frames, frames + depth, site.frames.begin());
}

void keep(void* const* frames, int depth, std::size_t bytes) {
  auto at = std::find_if(sites.begin(), sites.begin() + site_count,
                         [&](const auto& site) { return same(site, frames, depth); });
  if (at == sites.begin() + site_count) {
    if (site_count == kMostSites) return;
    ++site_count;
    at->depth = depth;
    std::copy(frames, frames + depth, at->frames.begin());
  }
  ++at->times;
  at->bytes += bytes;
}

[[gnu::noinline]] void note(std::size_t bytes) {
  if (!watched || inside || !watching.load(std::memory_order_acquire)) return;
  inside = true;
  total.fetch_add(1, std::memory_order_relaxed);
  void* frames[AllocationSite::kDepth + kOwnFrames];
  const int depth = ::backtrace(frames, std::size(frames));
  keep(frames + kOwnFrames, std::max(0, depth - kOwnFrames), bytes);
  inside = false;
}

std::string name_of(void* address) {
  Dl_info info{};
  if (::dladdr(static_cast<char*>(address) - 1, &info) == 0) return "?";
  if (info.dli_sname == nullptr) {
    const char* file = info.dli_fname != nullptr ? std::strrchr(info.dli_fname, '/') : nullptr;
    return file != nullptr ? file + 1 : "?";
  }
  int status = 0;
  const std::unique_ptr<char, void (*)(void*)> readable(
      abi::__cxa_demangle(info.dli_sname, nullptr, nullptr, &status), std::free);
  return status == 0 ? readable.get() : info.dli_sname;
}

}  // namespace

void watch_this_thread() {
  void* frames[4];
  ::backtrace(frames, std::size(frames));  // the first one loads a library
  watched = true;
#if SHADDOCK_SANITIZED
  static const int installed = __sanitizer_install_malloc_and_free_hooks(
      [](const volatile void*, std::size_t bytes) { note(bytes); }, [](const volatile void*) {});
  static_cast<void>(installed);
#endif
}

void start_watching() {
  sites.fill({});
  site_count = 0;
  total = 0;
  watching.store(true, std::memory_order_release);
}

void stop_watching() { watching.store(false, std::memory_order_release); }

std::size_t allocations() { return total; }

std::span<const AllocationSite> allocation_sites() {
  std::stable_sort(sites.begin(), sites.begin() + site_count,
                   [](const auto& one, const auto& other) { return one.times > other.times; });
  return {sites.data(), site_count};
}

std::string describe(const AllocationSite& site) {
  std::string text =
      std::to_string(site.times) + " times, " + std::to_string(site.bytes) + " bytes";
  for (int i = 0; i < site.depth; ++i) {
    Dl_info info{};
    const auto address = reinterpret_cast<std::uintptr_t>(site.frames[static_cast<std::size_t>(i)]);
    const bool known = ::dladdr(reinterpret_cast<void*>(address - 1), &info) != 0;
    char offset[32];
    std::snprintf(offset, sizeof offset, "%lx",
                  known ? address - 1 - reinterpret_cast<std::uintptr_t>(info.dli_fbase) : address);
    text +=
        "\n    " + std::string(offset) + ' ' + name_of(site.frames[static_cast<std::size_t>(i)]);
  }
  return text;
}

}  // namespace shaddock::micro

#if !SHADDOCK_SANITIZED
// The real ones, by the names under which the C library keeps them for this.
extern "C" {
void* __libc_malloc(std::size_t);
void* __libc_calloc(std::size_t, std::size_t);
void* __libc_realloc(void*, std::size_t);
void* __libc_memalign(std::size_t, std::size_t);

void* malloc(std::size_t size) {
  shaddock::micro::note(size);
  return __libc_malloc(size);
}
void* calloc(std::size_t count, std::size_t size) {
  shaddock::micro::note(count * size);
  return __libc_calloc(count, size);
}
void* realloc(void* old, std::size_t size) {
  shaddock::micro::note(size);
  return __libc_realloc(old, size);
}
void* memalign(std::size_t alignment, std::size_t size) {
  shaddock::micro::note(size);
  return __libc_memalign(alignment, size);
}
void* aligned_alloc(std::size_t alignment, std::size_t size) { return memalign(alignment, size); }
int posix_memalign(void** out, std::size_t alignment, std::size_t size) {
  *out = memalign(alignment, size);
  return *out != nullptr ? 0 : ENOMEM;
}
}
#endif
