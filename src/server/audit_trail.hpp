// The audit trail: a handler around the API's that records each write, and each wrong password.
#pragma once

#include "hosting/hosted_registry.hpp"
#include "net/http_message.hpp"
#include "observe/audit.hpp"

#include <functional>

namespace berth::server {

/// All must outlive the handler.
struct AuditTrailParts {
    observe::Audit& audit;
    hosting::HostedRegistry& registry;
    /// Told of each wrong password, by any thread. May be empty.
    std::function<void()> login_failed = {};
};

/// Answers as `inner` does. Actions: manifest.push, tag.move, manifest.delete, tag.delete,
/// blob.push, blob.mount, blob.delete, upload.cancel, login.failed. Requests without a credential
/// that are answered 401 are how every client begins, and are left out. Any thread.
net::Handler make_audited(AuditTrailParts parts, net::Handler inner);

} // namespace berth::server
