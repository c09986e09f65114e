#pragma once

#include <sys/stat.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <cstdlib>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

namespace mmm::test {

inline std::string read(const std::string& path) {
    std::ifstream in(path);
    REQUIRE(in.good());
    std::ostringstream out;
    out << in.rdbuf();
    return out.str();
}

inline const std::string kExample = std::string(MMM_SOURCE_DIR) + "/packaging/examples/mmm.toml";

/// The example, spoiled: the first `from` becomes `to`.
inline std::string example(const std::string& from = "", const std::string& to = "") {
    std::string text = read(kExample);
    const auto at = text.find(from);
    REQUIRE(at != std::string::npos);
    return text.replace(at, from.size(), to);
}

/// A folder of its own that goes away with its files.
class Folder {
  public:
    Folder() {
        char name[] = "/tmp/mmm-test-XXXXXX";
        REQUIRE(::mkdtemp(name) != nullptr);
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
        REQUIRE(::chmod(path.c_str(), mode) == 0);
        files_.push_back(path);
        return path;
    }
    [[nodiscard]] const std::string& path() const { return path_; }

  private:
    std::string path_;
    std::vector<std::string> files_;
};

}  // namespace mmm::test
