// Referrers: the referrers API, and the fallback tag where a registry has none (distribution-spec
// "Listing Referrers", "Pushing Manifests with Subject").
#pragma once

#include "client/manifests.hpp"
#include "client/session.hpp"
#include "oci/descriptor.hpp"
#include "registry/referrer.hpp"

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace berth::client {

/// Any thread.
class Referrers {
public:
    Referrers(std::shared_ptr<Session> session, std::string repository);

    /// By the API, following its pages; by the fallback tag if the registry does not know it. At
    /// most 10,000.
    std::vector<oci::Descriptor> list(const oci::Digest& subject, std::string_view artifact_type);
    /// Adds `referrer` to the fallback index of its subject, unless it is there. Two programs
    /// that do this at the same time can lose one entry: the protocol has no remedy.
    void add_to_fallback(const registry::Referrer& referrer);

private:
    std::optional<std::vector<oci::Descriptor>> list_by_api(const oci::Digest& subject,
                                                            std::string_view artifact_type);
    std::vector<oci::Descriptor> list_by_tag(const oci::Digest& subject);

    std::shared_ptr<Session> session_;
    std::string repository_;
    Manifests manifests_;
};

} // namespace berth::client
