#include "net/host/folder_sync.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>

#include "net/host/file_descriptor.hpp"
#include "net/host/system_error.hpp"

namespace mmm::net {

Result<void> sync_folder_of(const std::string& path) {
    const auto slash = path.rfind('/');
    const std::string folder = slash == std::string::npos ? "." : path.substr(0, slash + 1);
    const FileDescriptor file(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (!file || ::fsync(file.get()) != 0) return fail_with_errno("cannot sync folder " + folder, errno);
    return {};
}

}  // namespace mmm::net
