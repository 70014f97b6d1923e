// Certificates that docker, podman or an administrator have installed for a registry.
#pragma once

#include "cli/environment.hpp"
#include "net/http.hpp"

#include <filesystem>
#include <string>
#include <vector>

namespace berth::cli {

/// Looks in certs.d/HOST[:PORT] of ~/.config/containers, /etc/containers and /etc/docker: the
/// first *.crt is the authority, a *.cert with its *.key the client's certificate.
net::TlsOptions installed_certificates(const std::string& host, const Environment& environment);

/// The same for given folders, each of which holds one folder per host.
net::TlsOptions certificates_in(const std::vector<std::filesystem::path>& folders,
                                const std::string& host);

} // namespace berth::cli
