#include "testing/scene.h"

namespace shaddock::testing {

void Scene::fail(const std::string& what) const {
  std::string text = what;
  if (options.time == Time::simulated) text += "\n(seed " + std::to_string(options.seed) + ')';
  throw Failure(text + '\n' + trace.end(options.trace_lines));
}

}  // namespace shaddock::testing
