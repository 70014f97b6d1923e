// Call: one request to the distribution API, with what its handler needs.
#pragma once

#include "hosting/hosted_registry.hpp"
#include "net/http_message.hpp"
#include "net/query.hpp"
#include "server/caller.hpp"

#include <string>
#include <string_view>

namespace berth::server {

struct Call {
    net::Request& request;
    hosting::HostedRegistry& registry;
    const Caller& caller;
    const net::Query& query;
    std::string repository; ///< a valid name
    std::string argument;   ///< digest, reference or upload id, decoded
    access::Users& users;

    /// For the transaction at the end of a push: a body may take hours, and whoever lost the right
    /// to push in the meantime has lost it. What it throws is as Caller::require(). Must not
    /// outlive the call.
    hosting::Allow still_may(access::Action action) const;
};

/// Whether If-None-Match names this entity tag.
bool is_unchanged(const net::Request& request, std::string_view entity_tag);

/// A digest in an address; Error digest_invalid.
oci::Digest digest_in(std::string_view text);

/// A Link field to the next page: the same address with `n` and `last`.
std::string next_link(std::string_view path, std::size_t limit, std::string_view last,
                      std::string_view more = "");

net::Response get_blob(Call& call);
net::Response delete_blob(Call& call);
net::Response begin_upload(Call& call);
net::Response upload_status(Call& call);
net::Response append_upload(Call& call);
net::Response finish_upload(Call& call);
net::Response cancel_upload(Call& call);
net::Response get_manifest(Call& call);
net::Response put_manifest(Call& call);
net::Response delete_manifest(Call& call);
net::Response list_tags(Call& call);
net::Response list_referrers(Call& call);
net::Response list_repositories(Call& call);

} // namespace berth::server
