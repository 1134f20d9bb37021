#pragma once

namespace shaddock::admin::exit_code {

// Of every program: the master, a server, a console.
inline constexpr int kFine = 0;
inline constexpr int kOther = 1;
inline constexpr int kConfiguration = 2;
inline constexpr int kPortTaken = 3;
inline constexpr int kRunsAlready = 4;
inline constexpr int kNotReady = 5;

}  // namespace shaddock::admin::exit_code
