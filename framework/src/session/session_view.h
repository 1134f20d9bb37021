#pragma once

#include <shaddock/session.h>

#include "session/frontend_state.h"

namespace shaddock::session {

// A session for the length of a call, as a route function sees it: costs nothing to make.
class SessionView final : public Session {
 public:
  explicit SessionView(const detail::FrontendState& state)
      : Session(state.id, *state.frontend), state_(state) {}

 private:
  const detail::SessionData& data() const override { return state_.data; }

  const detail::FrontendState& state_;
};

}  // namespace shaddock::session
