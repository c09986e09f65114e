#pragma once

namespace mmm::config {

/// Which program a configuration is read for. A classic cluster has a file for each, and none of them says everything:
/// the agents' one knows no monitor, the monitor's one no agent users.
enum class Purpose { any, monitor, agent, control };

}  // namespace mmm::config
