// One manifest or index, in parts that a person can look at.
#pragma once

#include "api/browse_commands.hpp"
#include "api/browse_content.hpp"
#include "base/error.hpp"

#include <optional>
#include <string>

namespace berth::api {

/// What is looked at, and where its clients find it.
struct Shown {
    std::string repository;
    std::string reference; ///< tag or digest, well-formed
    PullAddress address;
    std::optional<PullAddress> door = {}; ///< in this server, as which it is read through
};

/// The manifest that `shown` names. Error not_found.
registry::Document shown_manifest(const ContentReader& reader, const Shown& shown);

/// The commands that pull `document`.
json::Array commands_for(const Shown& shown, const registry::Document& document,
                         registration::ContentKind kind);

/// The answer of GET …/manifest. The config is read (4 MiB at most; a larger one is left out), and
/// the referrers are asked for; a registry that cannot tell them has none. Errors: not_found;
/// content_invalid for a document that is no manifest.
json::Object manifest_view(const ContentReader& reader, const Shown& shown);

/// Foreign fields of a wrong type are left out: the rest is worth showing.
template <class Read>
void leniently(Read&& read) {
    try {
        read();
    } catch (const Error& error) {
        if (error.code() != ErrorCode::content_invalid) throw;
    }
}

} // namespace berth::api
