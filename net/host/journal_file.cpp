#include "net/host/journal_file.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <utility>

#include "net/host/checksum.hpp"
#include "net/host/folder_sync.hpp"
#include "net/host/read_file.hpp"
#include "net/host/system_error.hpp"

namespace mmm::net {
namespace {

constexpr std::size_t kSumDigits = 16;
constexpr const char* kOlder = ".1";

std::string sealed(std::string_view line) {
    return fmt::format("{:016x} {}\n", checksum(line), line);
}

/// The text of a line (without its end) if its checksum is right.
bool is_whole(std::string_view line) {
    if (line.size() <= kSumDigits || line[kSumDigits] != ' ') return false;
    return fmt::format("{:016x}", checksum(line.substr(kSumDigits + 1))) == line.substr(0, kSumDigits);
}

void add_note(std::string& note, const std::string& more) {
    note += (note.empty() ? "" : "; ") + more;
}

}  // namespace

ParsedJournal parse_journal(std::string_view text, std::vector<std::string>& lines) {
    ParsedJournal parsed;
    std::size_t wrong_behind = 0;
    for (std::size_t begin = 0; begin < text.size();) {
        const std::size_t end = text.find('\n', begin);
        if (end == std::string_view::npos) break;
        const std::string_view line = text.substr(begin, end - begin);
        begin = end + 1;
        if (!is_whole(line)) {
            ++wrong_behind;
            continue;
        }
        lines.emplace_back(line.substr(kSumDigits + 1));
        parsed.wrong += std::exchange(wrong_behind, 0);
        parsed.end = begin;
    }
    return parsed;
}

JournalFile::JournalFile(std::string path, std::size_t most_bytes) : path_(std::move(path)), most_bytes_(most_bytes) {}

Result<void> JournalFile::open_newer() {
    // O_NONBLOCK: a pipe in its place must not block.
    FileDescriptor file(
        ::open(path_.c_str(), O_RDWR | O_APPEND | O_CREAT | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY, 0640));
    if (!file) return fail_with_errno("cannot open " + path_, errno);
    struct stat status {};
    if (::fstat(file.get(), &status) != 0) return fail_with_errno("cannot examine " + path_, errno);
    if (!S_ISREG(status.st_mode)) return fail(Code::invalid, path_ + " is not a regular file");
    size_ = static_cast<std::size_t>(status.st_size);
    file_ = std::move(file);
    // A file that was just made is to be found after a crash.
    return size_ == 0 ? sync_folder_of(path_) : Result<void>{};
}

Result<JournalFile::Found> JournalFile::open() {
    Found found;
    // A line more than it is rotated at; what is longer isn't ours.
    const std::size_t most = most_bytes_ + kMostJournalLine;
    if (const auto older = read_file(path_ + kOlder, most)) {
        const ParsedJournal parsed = parse_journal(*older, found.lines);
        if (parsed.end != older->size() || parsed.wrong > 0)
            add_note(found.note, path_ + kOlder + " has lines that were altered; they are left out");
    } else if (older.error().code != Code::not_found) {
        add_note(found.note, older.error().message);
    }
    if (auto opened = open_newer(); !opened) return tl::make_unexpected(opened.error());
    const auto text = read_all(file_, path_, most);
    if (!text) {
        file_.close();
        return tl::make_unexpected(text.error());
    }
    const ParsedJournal parsed = parse_journal(*text, found.lines);
    if (parsed.wrong > 0) add_note(found.note, fmt::format("{} line(s) of {} were altered", parsed.wrong, path_));
    if (parsed.end == text->size()) return found;
    add_note(found.note, fmt::format("the last {} bytes of {} are no whole line, and are cut off",
                                     text->size() - parsed.end, path_));
    if (::ftruncate(file_.get(), static_cast<off_t>(parsed.end)) != 0) {
        const int number = errno;
        file_.close();
        return fail_with_errno("cannot shorten " + path_, number);
    }
    size_ = parsed.end;
    return found;
}

/// After a crash between the two steps PATH.1 is there and PATH isn't: nothing is lost.
Result<void> JournalFile::rotate() {
    file_.close();
    const std::string older = path_ + kOlder;
    if (::rename(path_.c_str(), older.c_str()) != 0)
        return fail_with_errno("cannot rename " + path_ + " to " + older, errno);
    return open_newer();
}

Result<void> JournalFile::write_whole(std::string_view text) {
    std::string_view rest = text;
    while (!rest.empty()) {
        const auto written = ::write(file_.get(), rest.data(), rest.size());
        if (written < 0 && errno == EINTR) continue;
        if (written < 0) return fail_with_errno("cannot append to " + path_, errno);
        rest.remove_prefix(static_cast<std::size_t>(written));
    }
    return {};
}

Result<void> JournalFile::append(std::string_view line, bool synced) {
    if (line.size() + kSumDigits + 2 > kMostJournalLine || line.find_first_of(std::string_view("\n\0", 2)) != line.npos)
        return fail(Code::invalid, fmt::format("not a line for {}: {} bytes", path_, line.size()));
    if (!file_) {
        // What was said about the file is said; here its end matters, which may be half a line.
        if (const auto opened = open(); !opened) return tl::make_unexpected(opened.error());
    }
    const std::string text = sealed(line);
    if (size_ > 0 && size_ + text.size() > most_bytes_) {
        if (auto rotated = rotate(); !rotated) return rotated;
    }
    auto done = write_whole(text);
    if (done && synced && ::fdatasync(file_.get()) != 0) done = fail_with_errno("cannot sync " + path_, errno);
    if (done) {
        size_ += text.size();
        return {};
    }
    // What can't be taken back now is cut off at the next opening.
    if (::ftruncate(file_.get(), static_cast<off_t>(size_)) != 0) file_.close();
    return done;
}

}  // namespace mmm::net
