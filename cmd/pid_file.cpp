#include "cmd/pid_file.hpp"

#include <unistd.h>

#include <fstream>
#include <utility>

namespace mmm {

Result<PidFile> PidFile::write(const std::string& path) {
    PidFile file;
    if (path.empty()) return file;
    std::ofstream out(path, std::ios::trunc);
    out << getpid() << '\n';
    if (!out.flush()) {
        return fail(Code::io,
                    "can't write the process id to " + path + " (key pid_path); make its folder, or leave the key out");
    }
    file.path_ = path;
    return file;
}

PidFile::~PidFile() {
    if (!path_.empty()) unlink(path_.c_str());
}

PidFile::PidFile(PidFile&& other) noexcept : path_(std::exchange(other.path_, {})) {}

PidFile& PidFile::operator=(PidFile&& other) noexcept {
    std::swap(path_, other.path_);
    return *this;
}

}  // namespace mmm
