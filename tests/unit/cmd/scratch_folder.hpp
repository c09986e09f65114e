#pragma once

#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>
#include <fstream>
#include <stdexcept>
#include <string>
#include <vector>

namespace mmm::test {

/// A folder of its own that goes away with its files.
class Folder {
  public:
    Folder() {
        char name[] = "/tmp/mmm-test-XXXXXX";
        if (::mkdtemp(name) == nullptr) throw std::runtime_error("no folder can be made in /tmp");
        path_ = name;
    }
    Folder(const Folder&) = delete;
    Folder& operator=(const Folder&) = delete;
    ~Folder() {
        for (const auto& file : files_) ::unlink(file.c_str());
        ::rmdir(path_.c_str());
    }

    /// Writes a file and returns its path.
    std::string write(const std::string& name, const std::string& text, mode_t mode) {
        const std::string path = path_ + "/" + name;
        std::ofstream(path) << text;
        if (::chmod(path.c_str(), mode) != 0) throw std::runtime_error("cannot write " + path);
        files_.push_back(path);
        return path;
    }
    [[nodiscard]] const std::string& path() const { return path_; }

  private:
    std::string path_;
    std::vector<std::string> files_;
};

}  // namespace mmm::test
