#pragma once

#include <array>

namespace mmm {

/// The programs of MMM 2.2 that this executable behaves as when it is called by their names.
inline constexpr const char* kNameOfMonitor = "mmm_mond";
inline constexpr const char* kNameOfAgent = "mmm_agentd";
inline constexpr const char* kNameOfControl = "mmm_control";
inline constexpr std::array<const char*, 3> kOriginalNames{kNameOfMonitor, kNameOfAgent, kNameOfControl};

}  // namespace mmm
