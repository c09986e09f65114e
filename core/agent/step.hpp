#pragma once

#include <string>

#include "core/agent/effect.hpp"
#include "core/agent/event.hpp"
#include "core/agent/state.hpp"
#include "core/base/time.hpp"
#include "core/config/config.hpp"

namespace mmm::agent {

/// What one event makes of the state, and what is to be done about it, in this order. Pure: the same arguments give the
/// same results. `now` never goes back. Precondition: `state` began with initial(), the first event is Started, and
/// `config` is validated and has the host state.self.
/// After Stopping nothing is done any more: what is held stays for the next process to adopt.
[[nodiscard]] Effects agent_step(const config::Config& config, State& state, const Event& event, Now now);

}  // namespace mmm::agent
