// Runs a fuzz target on files: `fuzz_gtid FILE|FOLDER...`. A file that ends the process is named before.

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>
#include <string>
#include <vector>

#include "tests/fuzz/fuzz.hpp"

namespace {

std::vector<std::filesystem::path> files_of(const std::filesystem::path& path) {
    if (!std::filesystem::is_directory(path)) return {path};
    std::vector<std::filesystem::path> files;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(path)) {
        if (entry.is_regular_file()) files.push_back(entry.path());
    }
    std::sort(files.begin(), files.end());
    return files;
}

}  // namespace

int main(int count, char** arguments) {
    std::size_t replayed = 0;
    for (const std::string& path : std::vector<std::string>(arguments + 1, arguments + count)) {
        for (const auto& file : files_of(path)) {
            std::cerr << file.string() << std::endl;  // the last one told is the one that ended the process
            std::ifstream stream(file, std::ios::binary);
            const std::string content{std::istreambuf_iterator<char>(stream), {}};
            if (!stream) return EXIT_FAILURE;
            LLVMFuzzerTestOneInput(reinterpret_cast<const std::uint8_t*>(content.data()), content.size());
            ++replayed;
        }
    }
    std::cout << replayed << " inputs replayed\n";
    return replayed > 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
