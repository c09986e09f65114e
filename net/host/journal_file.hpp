#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/result.hpp"
#include "net/host/file_descriptor.hpp"

namespace mmm::net {

/// When the file would become longer than this, it becomes PATH.1 (instead of the one before) and a new one is begun.
inline constexpr std::size_t kMostJournalBytes = std::size_t{1024} * 1024;
/// One line at most.
inline constexpr std::size_t kMostJournalLine = std::size_t{64} * 1024;

/// What a journal's text holds.
struct ParsedJournal {
    std::size_t wrong = 0;  ///< lines with a wrong checksum before the last one with a right one
    std::size_t end = 0;    ///< bytes up to the end of the last line that is right
};

/// Appends the texts of the lines whose checksums are right to `lines`.
ParsedJournal parse_journal(std::string_view text, std::vector<std::string>& lines);

/// A file that is only ever appended to, a line an entry: `<16 hex digits> TEXT`, the digits being the text's checksum
/// (checksum.hpp). What was appended and synced is there after a crash at any moment, whole; half a line isn't.
class JournalFile {
  public:
    /// `most_bytes`: see kMostJournalBytes.
    explicit JournalFile(std::string path, std::size_t most_bytes = kMostJournalBytes);

    /// What a start finds.
    struct Found {
        std::vector<std::string> lines;  ///< of PATH.1 and of PATH, oldest first; those with a wrong checksum left out
        std::string note;                ///< what was wrong with the files, for people; empty: nothing
    };
    /// Reads both files and opens the newer one, which is made if there is none. An end that a crash tore is cut off,
    /// and noted. Errors: Code::not_found (no such folder), Code::permission, Code::invalid (not a regular file),
    /// Code::io.
    Result<Found> open();

    /// Appends a line (without its end; what isn't a line is refused with Code::invalid). `synced`: returns when it is
    /// on the disk. If it fails, nothing of it is in the file. Opens the file if that isn't open.
    /// Errors: as open(), Code::io (disk full, ...).
    Result<void> append(std::string_view line, bool synced);

    [[nodiscard]] const std::string& path() const { return path_; }

  private:
    Result<void> open_newer();
    Result<void> rotate();
    Result<void> write_whole(std::string_view text);

    std::string path_;
    std::size_t most_bytes_;
    FileDescriptor file_;
    std::size_t size_ = 0;
};

}  // namespace mmm::net
