// Listing: names in pages, from tag lists and the catalog (distribution-spec "Listing Tags").
#pragma once

#include "client/session.hpp"
#include "registry/repository.hpp"

#include <cstddef>
#include <functional>
#include <string>
#include <string_view>

namespace berth::client {

/// What is listed and how its pages look.
struct Listing {
    std::string path;   ///< below /v2/
    std::string member; ///< of the JSON object: "tags" or "repositories"
    AccessWanted access;
    std::string what; ///< for messages
    /// Names for which this is false are left out, with one note.
    std::function<bool(std::string_view)> is_name;
    /// Told of an answer that is neither 200 nor thrown by the session; throws.
    std::function<void(Answer&, const Call&)> refused;
};

/// Up to `limit` names after `after`. Follows Link within the registry's origin and the listing's
/// path; where there is none but the page is full, `last` continues. Page.next is either the last
/// name or, where a registry pages by a token of its own, "/" and that address. Errors:
/// response_invalid for links that lead elsewhere or in a circle, for more than 10,000 pages and
/// for a page without a single valid name; limit_exceeded for a page over 16 MiB.
registry::Page list_names(Session& session, const Listing& listing, std::string_view after,
                          std::size_t limit);

} // namespace berth::client
