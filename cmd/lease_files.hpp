#pragma once

#include <map>
#include <string>

#include "core/base/result.hpp"
#include "core/config/config.hpp"
#include "core/lease/holder.hpp"
#include "net/host/lock_file.hpp"

namespace mmm {

/// The files in which a program keeps its lease record, and an agent when its leases end.

/// Where the agent of `self` keeps its record: state_path, or /var/lib/mmm/agent-NAME.state, with the cluster's name
/// before the host's if it has one.
std::string record_path(const config::Config& config, const config::Host& self);
/// Where the monitor keeps its own.
std::string record_path(const config::Monitor& monitor);
/// Makes the file's folder if there is none. Errors: Code::io.
Result<void> make_folder_of(const std::string& path);

/// What a record file has. `text` is empty if there is none; `problem` says why one can't be used.
struct RecordFile {
    std::string text;
    std::string problem;
};
RecordFile read_record(const std::string& path);

/// Where an agent notes for its next process when its leases end: gone after a boot.
std::string note_path(const config::Config& config, const config::Host& self);
/// Writes it, not synced: it is worth nothing after a crash of the host. Errors are of no consequence but a gap.
void write_note(const std::string& path, const std::map<Slot, lease::Noted>& noted);
/// Reads it. Nothing of another boot, or if there is anything wrong with it.
std::map<Slot, lease::Noted> read_note(const std::string& path);

}  // namespace mmm
