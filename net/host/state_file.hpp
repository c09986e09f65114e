#pragma once

#include <string>
#include <string_view>

#include "core/base/result.hpp"

namespace mmm::net {

/// A state file holds at most this much.
constexpr std::size_t kMostStateBytes = std::size_t{1024} * 1024;

/// Writes `content` (text; a last line without its end gets one) to `path` so that after a crash at any moment the file
/// is the old one or the new one, whole: into PATH.new, synced, renamed, the folder synced. Returns when it is on disk.
/// A first line "#mmm" and a last line "#sum <16 hex digits>" (FNV-1a, 64 bit) let a torn file be told from a good one.
/// Only the holder of the path's LockFile may call it. Blocks for as long as the disk takes.
/// Errors: Code::permission, Code::not_found (no such folder), Code::invalid (too long), Code::io (disk full, ...).
Result<void> save_state(const std::string& path, std::string_view content);

/// Reads what save_state() wrote, or lines that another program did, none of which begins with '#': the original
/// monitor's status file has no checksum. Errors: Code::not_found (there is none yet), Code::invalid (torn, altered or
/// too long; the message says what to do), Code::permission, Code::io.
Result<std::string> load_state(const std::string& path);

/// The whole file for `content`, as save_state() writes it.
std::string checked_state(std::string_view content);

/// The content of a whole file, as load_state() returns it. `path` is for messages only. Errors: Code::invalid.
Result<std::string> state_text(const std::string& path, std::string_view whole);

}  // namespace mmm::net
