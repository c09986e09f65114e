#include "net/link/endpoint.hpp"

#include <algorithm>
#include <asio/error.hpp>

#include "net/host/system_error.hpp"

namespace mmm::net {

asio::ip::address to_asio(const Address& address) {
    if (address.is_v6()) return asio::ip::address_v6(address.bytes());
    asio::ip::address_v4::bytes_type bytes{};
    std::copy_n(address.bytes().begin(), bytes.size(), bytes.begin());
    return asio::ip::address_v4(bytes);
}

Address from_asio(const asio::ip::address& address) {
    if (address.is_v4()) return Address::v4(address.to_v4().to_bytes());
    const asio::ip::address_v6 v6 = address.to_v6();
    if (v6.is_v4_mapped()) return Address::v4(asio::ip::make_address_v4(asio::ip::v4_mapped, v6).to_bytes());
    return Address::v6(v6.to_bytes());
}

Error link_error(const std::string& what, const asio::error_code& error) {
    if (error == asio::error::eof) return {Code::unreachable, what + ": closed by the other side", 0};
    return {code_of_errno(error.value()), what + ": " + errno_text(error.value()), error.value()};
}

std::string endpoint_text(const Address& address, unsigned port) {
    const std::string host = address.is_v6() ? "[" + address.text() + "]" : address.text();
    return host + ":" + std::to_string(port);
}

}  // namespace mmm::net
