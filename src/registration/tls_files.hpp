// TlsFiles: PEM text as the files that the transport reads, in memory: a private key that is sealed
// in the database does not get to a disk by being used.
#pragma once

#include "base/unique_fd.hpp"
#include "net/http.hpp"
#include "registration/probe.hpp"

namespace berth::registration {

/// Keep it for as long as a transport uses its options, and use a transport of its own with it:
/// the paths may come to mean other files once this has gone.
class TlsFiles {
public:
    TlsFiles(const Trust& trust, bool skip_verify);
    const net::TlsOptions& options() const { return options_; }

private:
    UniqueFd anchors_;
    UniqueFd certificate_;
    UniqueFd key_;
    net::TlsOptions options_;
};

} // namespace berth::registration
