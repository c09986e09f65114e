#include <cstdio>

#include "cmd/static_safety.hpp"
#include "cmd/version.hpp"

int main() {
    mmm::harden_static_process();
    std::fputs(mmm::version_text().c_str(), stdout);
    return 0;
}
