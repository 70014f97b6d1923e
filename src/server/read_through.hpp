// ReadThrough: repositories of other registries, which are registered here, read by this registry's
// own clients with this registry's own logins. Nothing of them is kept.
#pragma once

#include "access/rights.hpp"
#include "net/http_message.hpp"
#include "registry/repository.hpp"
#include "server/call.hpp"

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace berth::server {

/// A repository while it is read. Content that is streamed keeps it.
struct Reading {
    std::shared_ptr<void> held; ///< what the repository stands on, and a place among the readers
    std::unique_ptr<registry::Repository> repository;
    /// The region that served what was read last, "" where there are none. May be empty.
    std::function<std::string()> region = {};
};

/// Where a repository's name leads for one user: to another server.
struct RegisteredRepository {
    std::string registry;    ///< the name it is registered by
    std::string address;     ///< "registry.example/team/app": where clients find it without us
    access::Actions actions; ///< what the user may do with a repository of this name
    /// For a request that these servers passed on (via.hpp). Errors: name_unknown for what the
    /// registration does not let in; conflict for a circle; too_many_requests if as many read as
    /// may; and what opening fails with.
    std::function<Reading(const std::vector<std::string>& passed_on_by)> open;
};

/// Finds what the name of a repository leads to; nothing for one of this registry, and for whatever
/// the user ("": anonymous) is not to know of. Asked at each request: cheap. Any thread.
using FindRegistered = std::function<std::optional<RegisteredRepository>(
    const std::string& user, std::string_view repository)>;

/// The resource of an address, as far as it can be read through.
enum class ReadResource { manifest, blob, tags, referrers, none };

/// Answers `call` out of `found`; its caller is let in by then. What the other server refuses or
/// fails at is an answer that names it, 403, 404, 429, 502 or 503, and never 401: the client's own
/// login is good. Whatever does not read is answered 405, and where to write instead. Errors:
/// unauthorized, denied as Caller::require(); those of malformed addresses.
net::Response read_through(Call& call, ReadResource resource, const RegisteredRepository& found);

} // namespace berth::server
