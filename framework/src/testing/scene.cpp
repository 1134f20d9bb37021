#include "testing/scene.h"

#include <ostream>

namespace shaddock {

std::ostream& operator<<(std::ostream& out, const Json& value) { return out << value.dump(); }

}  // namespace shaddock

namespace shaddock::testing {

void Scene::fail(const std::string& what) const {
  std::string text = what;
  if (options.time == Time::simulated) text += "\n(seed " + std::to_string(options.seed) + ')';
  throw Failure(text + '\n' + trace.end(options.trace_lines));
}

}  // namespace shaddock::testing
