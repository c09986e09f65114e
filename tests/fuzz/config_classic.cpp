// Configuration files as MMM 2 has them, however broken. What follows a line `%% NAME` is a file that can be included.

#include "core/config/classic.hpp"

#include <map>
#include <string>

#include "core/config/format.hpp"
#include "tests/fuzz/config_check.hpp"

using namespace mmm;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    std::map<std::string, std::string> files;
    std::string name = "mmm.conf";
    for (const auto line : fuzz::lines_of(fuzz::text_of(data, size), 2000)) {
        if (line.starts_with("%% ")) {
            name = line.substr(3);
        } else {
            files[name] += std::string(line) + "\n";
        }
    }
    const config::Include include = [&](const std::string& wanted, const std::string&) -> Result<config::IncludedFile> {
        const auto found = files.find(wanted);
        if (found == files.end()) return fail(Code::not_found, "there is no file " + wanted);
        return config::IncludedFile{wanted, found->second};
    };
    const std::string& text = files["mmm.conf"];
    (void)config::format_of(text);
    fuzz::check_loaded(config::read_classic("mmm.conf", text, include));
    return 0;
}
