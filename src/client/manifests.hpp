// Manifests: reading and writing them by tag and digest.
#pragma once

#include "client/session.hpp"
#include "oci/descriptor.hpp"
#include "registry/repository.hpp"

#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace berth::client {

/// The manifests of one repository. What comes back is verified: against the digest asked for, or
/// by a tag against the digest that the registry states. Any thread.
class Manifests {
public:
    Manifests(std::shared_ptr<Session> session, std::string repository);

    /// By HEAD; by GET from registries whose answer to HEAD leaves something out.
    std::optional<oci::Descriptor> resolve(std::string_view tag_or_digest);
    std::optional<registry::Document> get(std::string_view tag_or_digest);

    enum class SubjectSeen { yes, no };
    /// Stores `document` under `tag`, or by its digest alone for "". Tells whether the registry
    /// took notice of its subject (OCI-Subject); if not, the fallback tag is the client's work.
    SubjectSeen put(const registry::Document& document, std::string_view tag);

private:
    Call call(std::string_view method, std::string_view reference) const;
    SubjectSeen put_at(const registry::Document& document, std::string_view reference);

    std::shared_ptr<Session> session_;
    std::string repository_;
};

} // namespace berth::client
