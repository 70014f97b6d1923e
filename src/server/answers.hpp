// Answers: what the API says of content, wherever that is: in this server or read through it.
#pragma once

#include "net/http_message.hpp"
#include "oci/descriptor.hpp"
#include "registry/repository.hpp"
#include "server/ranges.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace berth::server {

struct Call;

/// Entries of one page, whatever a client asks for.
inline constexpr std::size_t most_names = 1000;
inline constexpr std::size_t most_referrers = 1000;

/// Whether a reference is meant as a digest: what is shaped like one is one, so that a malformed
/// digest is never taken for a tag.
bool is_digest(std::string_view reference);

std::string entity_tag(const oci::Digest& digest);

/// To GET and HEAD of a manifest, with If-None-Match regarded. HEAD needs no bytes.
net::Response manifest_answer(const net::Request& request, const oci::Descriptor& manifest,
                              std::string bytes);

struct BlobAnswer {
    net::Response response;
    std::optional<ByteRange> body; ///< what of the blob goes with it; nothing: no body of it
};
/// To GET and HEAD of a blob of `size` bytes, with If-None-Match, Range and If-Range regarded; a
/// range that cannot be had is answered 416 with how much there is.
BlobAnswer blob_answer(const net::Request& request, const oci::Digest& digest, std::uint64_t size);

/// To GET tags/list.
net::Response tags_answer(const std::string& repository, const registry::Page& page,
                          std::size_t limit);

/// What a request for referrers asks for.
struct ReferrersWanted {
    std::string repository;
    oci::Digest subject;
    std::string artifact_type; ///< "": of all
    std::size_t limit;
};
/// Error digest_invalid.
ReferrersWanted wanted_referrers(const Call& call);
/// To GET referrers. `next`: the last of the page, if there are more.
net::Response referrers_answer(const ReferrersWanted& wanted, std::vector<oci::Descriptor> found,
                               const std::optional<std::string>& next);

} // namespace berth::server
