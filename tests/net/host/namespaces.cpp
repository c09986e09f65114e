#include "tests/net/host/namespaces.hpp"

#include <fcntl.h>
#include <linux/if_addr.h>
#include <linux/rtnetlink.h>
#include <linux/veth.h>
#include <net/if.h>
#include <sched.h>
#include <unistd.h>

#include <asio/io_context.hpp>

#include "net/host/addresses.hpp"
#include "net/host/boot_clock.hpp"
#include "net/host/interfaces.hpp"
#include "net/host/netlink.hpp"

namespace mmm::net::test {

namespace {

FileDescriptor current_namespace() {
    FileDescriptor current(::open("/proc/thread-self/ns/net", O_RDONLY | O_CLOEXEC));
    REQUIRE(current);
    return current;
}

void send_request(const NetlinkRequest& request) {
    auto socket = NetlinkSocket::open(NETLINK_ROUTE);
    REQUIRE(socket);
    const auto result = socket->request(request);
    INFO((result ? std::string() : result.error().message));
    REQUIRE(result);
}

/// Whether eth0 here is ready to send: its operational state (RFC 2863) is UP.
bool is_operational() {
    bool up = false;
    auto socket = NetlinkSocket::open(NETLINK_ROUTE);
    REQUIRE(socket);
    NetlinkRequest request(RTM_GETLINK, 0);
    request.fixed(ifinfomsg{});
    REQUIRE(socket->dump(request, [&](std::uint16_t, Bytes body) {
        for_each_attribute(attributes_after(body, sizeof(ifinfomsg)), [&](std::uint16_t type, Bytes payload) {
            if (type == IFLA_OPERSTATE && read_struct<std::uint8_t>(payload) == std::uint8_t{6}) up = true;
        });
    }));
    return up;
}

/// The kernel sees a carrier a moment after both ends are up, and drops what is sent before.
void wait_for_carrier(const Namespace& where) {
    where.inside([] {
        const Time end = boot_now() + Duration(3000);
        while (!is_operational() && boot_now() < end) ::usleep(2000);
        REQUIRE(is_operational());
    });
}

void remove_addresses() {
    auto table = AddressTable::open();
    REQUIRE(table);
    const auto all = table->list();
    REQUIRE(all);
    for (const auto& found : *all) {
        const bool link_local = found.ip.is_v6() && found.ip.bytes()[0] == 0xfe;
        if (!link_local && !found.ip.is_loopback()) REQUIRE(table->remove(found.ip));
    }
}

unsigned index_of(const std::string& name) {
    const auto interface = find_interface(name);
    REQUIRE(interface);
    return interface->index;
}

/// eth0 here, its other end as eth0 in `peer`.
void make_veth(const Namespace& peer) {
    NetlinkRequest request(RTM_NEWLINK, NLM_F_CREATE | NLM_F_EXCL);
    request.fixed(ifinfomsg{}).text_attribute(IFLA_IFNAME, "eth0");
    const auto info = request.begin_nested(IFLA_LINKINFO);
    request.text_attribute(IFLA_INFO_KIND, "veth");
    const auto data = request.begin_nested(IFLA_INFO_DATA);
    const auto other = request.begin_nested(VETH_INFO_PEER);
    request.fixed(ifinfomsg{}).text_attribute(IFLA_IFNAME, "eth0");
    request.attribute(IFLA_NET_NS_FD, static_cast<std::uint32_t>(peer.descriptor()));
    request.end_nested(other);
    request.end_nested(data);
    request.end_nested(info);
    send_request(request);
}

}  // namespace

Namespace::Namespace() {
    const auto before = current_namespace();
    REQUIRE(::unshare(CLONE_NEWNET) == 0);
    namespace_ = current_namespace();
    REQUIRE(::setns(before.get(), CLONE_NEWNET) == 0);
    set_link(*this, "lo", true);
}

void Namespace::inside(const std::function<void()>& action) const {
    // Back again also when a REQUIRE throws.
    struct Return {
        FileDescriptor before = current_namespace();
        ~Return() { static_cast<void>(::setns(before.get(), CLONE_NEWNET)); }
    } const back;
    REQUIRE(::setns(namespace_.get(), CLONE_NEWNET) == 0);
    action();
}

Pair::Pair() {
    host.inside([&] { make_veth(peer); });
    set_link(host, "eth0", true);
    set_link(peer, "eth0", true);
}

const Pair& shared_pair() {
    static const Pair pair;
    for (const Namespace* where : {&pair.host, &pair.peer}) {
        wait_for_carrier(*where);
        where->inside(remove_addresses);
    }
    return pair;
}

void set_link(const Namespace& where, const std::string& name, bool up) {
    where.inside([&] {
        ifinfomsg info{};
        info.ifi_index = static_cast<int>(index_of(name));
        info.ifi_flags = up ? IFF_UP : 0;
        info.ifi_change = IFF_UP;
        send_request(NetlinkRequest(RTM_NEWLINK, 0).fixed(info));
    });
}

void add_address(const Namespace& where, const std::string& ip, unsigned prefix) {
    where.inside([&] {
        const Address parsed = address(ip);
        ifaddrmsg info{};
        info.ifa_family = parsed.is_v6() ? AF_INET6 : AF_INET;
        info.ifa_prefixlen = static_cast<std::uint8_t>(prefix);
        info.ifa_flags = IFA_F_NODAD;
        info.ifa_index = index_of("eth0");
        const Bytes raw(parsed.bytes().data(), parsed.size());
        send_request(NetlinkRequest(RTM_NEWADDR, NLM_F_CREATE).fixed(info).attribute(IFA_LOCAL, raw));
    });
}

bool run_until(asio::io_context& loop, Duration deadline, const std::function<bool()>& finished) {
    const Time end = boot_now() + deadline;
    while (!finished()) {
        if (boot_now() >= end) return false;
        if (loop.stopped()) loop.restart();
        loop.run_one_for(Duration(20));
    }
    return true;
}

Address address(const std::string& text) {
    const auto parsed = Address::parse(text);
    REQUIRE(parsed);
    return *parsed;
}

bool is_root() {
    return ::geteuid() == 0;
}

}  // namespace mmm::net::test
