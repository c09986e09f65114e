#include "net/link/resolve.hpp"

#include <netdb.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <future>
#include <memory>
#include <thread>

namespace mmm::net {
namespace {

Address address_of(const sockaddr* address) {
    if (address->sa_family == AF_INET) {
        sockaddr_in v4{};
        std::memcpy(&v4, address, sizeof v4);
        std::array<std::uint8_t, 4> bytes{};
        std::memcpy(bytes.data(), &v4.sin_addr, bytes.size());
        return Address::v4(bytes);
    }
    sockaddr_in6 v6{};
    std::memcpy(&v6, address, sizeof v6);
    std::array<std::uint8_t, 16> bytes{};
    std::memcpy(bytes.data(), &v6.sin6_addr, bytes.size());
    return Address::v6(bytes);
}

Result<std::vector<Address>> ask_resolver(const std::string& host) {
    addrinfo hints{};
    hints.ai_socktype = SOCK_STREAM;
    hints.ai_flags = AI_ADDRCONFIG;
    addrinfo* list = nullptr;
    const int status = ::getaddrinfo(host.c_str(), nullptr, &hints, &list);
    if (status != 0) {
        return fail(Code::not_found, "cannot find the address of '" + host + "': " + ::gai_strerror(status), status);
    }
    const std::unique_ptr<addrinfo, decltype(&::freeaddrinfo)> owner(list, &::freeaddrinfo);
    std::vector<Address> addresses;
    for (const addrinfo* entry = list; entry != nullptr; entry = entry->ai_next) {
        if (entry->ai_family != AF_INET && entry->ai_family != AF_INET6) continue;
        const Address address = address_of(entry->ai_addr);
        if (std::find(addresses.begin(), addresses.end(), address) == addresses.end()) addresses.push_back(address);
    }
    return addresses;
}

}  // namespace

Result<std::vector<Address>> resolve_host(const std::string& host, Duration limit) {
    if (const auto address = Address::parse(host)) return std::vector<Address>{*address};
    std::promise<Result<std::vector<Address>>> promise;
    auto answer = promise.get_future();
    std::thread([host, promise = std::move(promise)]() mutable { promise.set_value(ask_resolver(host)); }).detach();
    if (answer.wait_for(limit) != std::future_status::ready) {
        return fail(Code::timeout, "cannot find the address of '" + host + "': no answer from the resolver within " +
                                       std::to_string(limit.count()) + " ms");
    }
    return answer.get();
}

}  // namespace mmm::net
