#include "server/call.hpp"

#include "base/text.hpp"
#include "net/url.hpp"

#include <fmt/format.h>

namespace berth::server {

hosting::Allow Call::still_may(access::Action action) const {
    return [this, action] { caller.now(users).require(action, repository); };
}

bool is_unchanged(const net::Request& request, std::string_view entity_tag) {
    for (const auto field : request.headers.all("If-None-Match")) {
        for (auto part : split(field, ',')) {
            part = trimmed(part);
            if (part.starts_with("W/")) part.remove_prefix(2);
            if (part == "*" || part == entity_tag) return true;
        }
    }
    return false;
}

oci::Digest digest_in(std::string_view text) {
    auto digest = oci::Digest::parse(text);
    if (!digest) throw Error(ErrorCode::digest_invalid, digest.error().message());
    return *digest;
}

std::string next_link(std::string_view path, std::size_t limit, std::string_view last,
                      std::string_view more) {
    return fmt::format("<{}?n={}&last={}{}>; rel=\"next\"", path, limit, net::percent_encode(last),
                       more);
}

} // namespace berth::server
