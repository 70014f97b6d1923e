// Probe: what can be learned about a host below HTTP: its addresses, whether they take connections,
// and the certificate that it shows.
//
// Each function waits until `stop` is requested and then throws Error cancelled; whoever calls sets
// the deadline. Any thread.
#pragma once

#include "base/secret.hpp"
#include "base/unique_fd.hpp"
#include "net/url.hpp"
#include "registration/certificate.hpp"

#include <chrono>
#include <cstdint>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

namespace berth::registration {

/// A numeric address, as text: "192.0.2.1", "2001:db8::1", "fe80::1%2".
using Address = std::string;

/// The addresses of a host name, or the one that it is ("[::1]" too). CauseErrors: name_unknown,
/// resolver_failed.
std::vector<Address> resolve(const std::string& host, std::stop_token stop);

struct Connected {
    UniqueFd socket; ///< non-blocking
    Address address;
};

/// Tries the addresses in their order, a quarter of a minute each at most. CauseErrors of the last
/// one: refused, no_route, slow, unreachable.
Connected connect_to(const std::vector<Address>& addresses, std::uint16_t port,
                     std::stop_token stop);

/// What a certificate is judged by, all PEM.
struct Trust {
    std::string anchors = {}; ///< in place of the system's authorities, "" for those
    std::string client_certificate = {};
    Secret client_key = {};
};

struct Trouble {
    std::string cause;
    std::string message;
    std::string fix;
};

struct TlsFacts {
    std::string protocol; ///< "TLSv1.3"
    CertificateFacts certificate;
    /// What is wrong with the certificate: certificate_expired, certificate_not_yet_valid,
    /// certificate_other_host, certificate_self_signed, certificate_unknown_authority,
    /// certificate_wrong_authority (anchors were given, but others), certificate_invalid.
    std::optional<Trouble> trouble = {};
};

/// A TLS handshake that looks at the certificate whatever it is. CauseErrors: not_tls,
/// handshake_closed, handshake_failed, client_certificate_refused.
TlsFacts shake_hands(int socket, const net::Origin& origin, const Trust& trust,
                     std::chrono::system_clock::time_point now, std::stop_token stop);

} // namespace berth::registration
