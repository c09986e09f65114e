#include "cmd/lease_files.hpp"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "core/proto/field_reader.hpp"
#include "net/host/state_file.hpp"

namespace mmm {
namespace {

/// A note has a line for each slot of one host.
constexpr std::size_t kMostNotes = 1000;

/// A machine may be a host of two clusters.
std::string file_name(const config::Config& config, const config::Host& self) {
    std::string name = "agent-" + (config.cluster.empty() ? "" : config.cluster + "-") + self.name;
    std::replace(name.begin(), name.end(), '/', '_');
    return name;
}

/// New with each boot, as the clock that leases are counted by.
std::string boot_id() {
    std::ifstream file("/proc/sys/kernel/random/boot_id");
    std::string id;
    std::getline(file, id);
    return id;
}

}  // namespace

std::string record_path(const config::Config& config, const config::Host& self) {
    return self.state_path.empty() ? "/var/lib/mmm/" + file_name(config, self) + ".state" : self.state_path;
}

std::string record_path(const config::Monitor& monitor) {
    return monitor.status_path + ".lease";
}

Result<void> make_folder_of(const std::string& path) {
    const auto folder = std::filesystem::path(path).parent_path();
    std::error_code failed;
    std::filesystem::create_directories(folder, failed);
    if (failed) return fail(Code::io, "can't make the folder " + folder.string() + ": " + failed.message());
    return {};
}

RecordFile read_record(const std::string& path) {
    auto text = net::load_state(path);
    if (text) return {std::move(*text), ""};
    return {"", text.error().code == Code::not_found ? "" : text.error().message};
}

std::string note_path(const config::Config& config, const config::Host& self) {
    return "/run/mmm/" + file_name(config, self) + ".leases";
}

void write_note(const std::string& path, const std::map<Slot, lease::Noted>& noted) {
    // Written aside and renamed: half a note is none.
    const std::string aside = path + ".new";
    {
        std::ofstream file(aside, std::ios::trunc);
        file << boot_id() << "\n";
        for (const auto& [slot, note] : noted)
            file << slot.text() << " " << note.epoch.text() << " " << note.lease_end.time_since_epoch().count() << "\n";
        if (!file.flush()) return;
    }
    std::error_code ignored;
    std::filesystem::rename(aside, path, ignored);
}

std::map<Slot, lease::Noted> read_note(const std::string& path) {
    std::ifstream file(path);
    std::string line;
    if (!std::getline(file, line) || line.empty() || line != boot_id()) return {};
    std::map<Slot, lease::Noted> noted;
    while (std::getline(file, line)) {
        std::istringstream words(line);
        std::string slot_text;
        std::string epoch_text;
        std::string end_text;
        words >> slot_text >> epoch_text >> end_text;
        const auto slot = proto::parse_slot(slot_text);
        const auto epoch = lease::Epoch::parse(epoch_text);
        const auto end = proto::parse_number(end_text);
        if (!slot || !epoch || !end || noted.size() == kMostNotes) return {};
        noted[*slot] = {*epoch, Time{Duration{static_cast<Duration::rep>(*end)}}};
    }
    return noted;
}

}  // namespace mmm
