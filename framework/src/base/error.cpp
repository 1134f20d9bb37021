#include <shaddock/error.h>

namespace shaddock {

Error current_error() noexcept {
  try {
    throw;
  } catch (const Error& error) {
    return error;
  } catch (const std::exception& exception) {
    Error error(code::kFailed, exception.what());
    error.unexpected = true;
    return error;
  } catch (...) {
    Error error(code::kFailed, "something that is no exception was thrown");
    error.unexpected = true;
    return error;
  }
}

}  // namespace shaddock
