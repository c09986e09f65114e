#include "net/host/hand_over.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>

#include "net/host/file_descriptor.hpp"
#include "net/host/system_error.hpp"

namespace mmm::net {
namespace {

namespace fs = std::filesystem;

Result<void> give(const FileDescriptor& file, const std::string& path, const ServiceUser& user) {
    if (::fchown(file.get(), user.uid, user.gid) == 0) return {};
    return fail_with_errno(fmt::format("cannot give {} to user {}", path, user.name), errno);
}

bool is_ours(const struct stat& status, uid_t former) {
    return status.st_uid == 0 || status.st_uid == former;
}

/// Not /etc/mmm, whatever is kept there: who may change that folder may change the configuration.
bool has_our_name(const fs::path& folder) {
    std::error_code failed;
    const std::string whole = fs::canonical(folder, failed).string();
    const std::string name = fs::path(whole).filename().string();
    return !failed && (whole.starts_with("/var/") || whole.starts_with("/run/")) &&
           (name == "mmm" || name == "mysql-mmm");
}

Result<void> give_folder(const std::string& folder, const ServiceUser& user, uid_t former) {
    const FileDescriptor open(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW));
    struct stat status {};
    if (!open || ::fstat(open.get(), &status) != 0) return fail_with_errno("cannot open folder " + folder, errno);
    if (!is_ours(status, former) || status.st_uid == user.uid) return {};
    return give(open, folder, user);
}

}  // namespace

Result<void> hand_over_folder_of(const std::string& path, const ServiceUser& user, uid_t former) {
    const fs::path folder = fs::path(path).parent_path();
    if (folder.empty()) return {};
    // From the first one that is missing on, all are ours.
    fs::path made;
    for (const auto& part : folder) {
        made /= part;
        if (::mkdir(made.c_str(), 0755) == 0) {
            if (auto given = give_folder(made.string(), user, former); !given) return given;
        } else if (errno != EEXIST) {
            return fail_with_errno("cannot make the folder " + made.string(), errno);
        }
    }
    return has_our_name(folder) ? give_folder(folder.string(), user, former) : Result<void>{};
}

Result<void> hand_over_file(const std::string& path, const ServiceUser& user, uid_t former) {
    const FileDescriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY));
    if (!file) {
        // A link is nothing of ours; that it is one is said when it is to be used.
        if (errno == ENOENT || errno == ELOOP || errno == ENXIO) return {};
        return fail_with_errno("cannot open " + path, errno);
    }
    struct stat status {};
    if (::fstat(file.get(), &status) != 0) return fail_with_errno("cannot examine " + path, errno);
    // A second name would let whoever may write to the folder make us give away any file of root's.
    if (!S_ISREG(status.st_mode) || status.st_nlink != 1 || !is_ours(status, former) || status.st_uid == user.uid)
        return {};
    return give(file, path, user);
}

}  // namespace mmm::net
