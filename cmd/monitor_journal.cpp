#include "cmd/monitor_journal.hpp"

#include <utility>

#include "cmd/lease_files.hpp"
#include "net/host/boot_clock.hpp"

namespace mmm {
namespace {

constexpr Duration kWriteAgain{1000};
constexpr std::size_t kMostWaiting = 200;

}  // namespace

std::string journal_path(const config::Monitor& monitor) {
    // Named after the status file, as the lease record is: two clusters on one host have two.
    return monitor.journal_path.empty() ? monitor.status_path + ".journal" : monitor.journal_path;
}

MonitorJournal::MonitorJournal(const config::Monitor& monitor, net::Logger& log)
    : file_(journal_path(monitor)), log_(log) {}

std::vector<std::string> MonitorJournal::open() {
    if (const auto made = make_folder_of(file_.path()); !made)
        log_.error("the journal can't be kept", {{"file", file_.path()}, {"reason", made.error().message}});
    auto found = file_.open();
    if (!found) {
        log_.error("the journal can't be used; it is tried again with each record",
                   {{"file", file_.path()}, {"reason", found.error().message}});
        return {};
    }
    if (!found->note.empty()) log_.warning("the journal was damaged", {{"file", file_.path()}, {"what", found->note}});
    return std::move(found->lines);
}

void MonitorJournal::append(const monitor::AppendJournal& effect) {
    waiting_.push_back(effect);
    if (waiting_.size() > kMostWaiting) {
        waiting_.pop_front();
        ++lost_;
    }
    if (!failing_) write_waiting();
}

void MonitorJournal::try_again() {
    if (failing_ && net::boot_now() >= again_at_) write_waiting();
}

/// In their order: a later one says nothing without those before it.
void MonitorJournal::write_waiting() {
    while (!waiting_.empty()) {
        const auto written = file_.append(waiting_.front().line, waiting_.front().synced);
        // What is no line never becomes one.
        if (!written && written.error().code != Code::invalid) {
            again_at_ = net::boot_now() + kWriteAgain;
            if (!std::exchange(failing_, true))
                log_.error("the journal can't be written; its records are kept and tried again",
                           {{"file", file_.path()}, {"reason", written.error().message}});
            return;
        }
        if (!written) log_.error("a record can't be kept in the journal", {{"reason", written.error().message}});
        waiting_.pop_front();
    }
    if (!std::exchange(failing_, false)) return;
    log_.info("the journal is written again",
              {{"file", file_.path()}, {"lost", std::to_string(std::exchange(lost_, 0))}});
}

}  // namespace mmm
