#pragma once

namespace mmm {

/// Keeps the process from loading modules of the machine it runs on. Must be the first call in main, before any
/// thread, name lookup or MySQL call.
///
/// A statically linked glibc that loads a name service module or a client plugin of the host dies with it (seen with
/// libnss-resolve, libnss-myhostname and libnss-db, even for a plain IP address: Connector/C looks up a port by name).
/// So names are looked up in files and DNS only, plugins outside the binary are refused (the linker sends dlopen here),
/// and environment variables by which the caller could redirect or weaken MySQL connections are removed.
void harden_static_process();

}  // namespace mmm
