// Registered registries in Palette's JSON: V1BasicOciRegistry, V1EcrRegistry and their summaries.
//
// Names that clients compare come back byte for byte as they were sent; secrets never do.
#pragma once

#include "base/json.hpp"
#include "registration/book.hpp"
#include "registration/draft.hpp"

#include <string>

namespace berth::api {

/// What stands for a secret that is stored; sent back, it means the stored one.
inline constexpr std::string_view masked_secret = "****";

/// A body of create, update and validate.
struct RegistryBody {
    registration::Draft draft;
    std::string registry_uid = {}; ///< whose stored secrets stand for those that were not typed
    bool has_labels = false;       ///< whether the body has them at all
    bool has_annotations = false;
    bool has_regions = false;
};

/// V1BasicOciRegistry or V1EcrRegistry. What the server decides (uid, times, status) is ignored,
/// as are unknown fields. FieldErrors: usage for what is missing or of another type, with the
/// path of the field.
RegistryBody read_registry(const json::Object& body, registration::Kind kind);
/// The spec alone, as validate takes it; its fields are named "spec.…" all the same.
RegistryBody read_registry_spec(const json::Object& body, registration::Kind kind);

/// What the index and the jobs know of a registry, as V1RegistrySyncStatus.
struct SyncView {
    std::string status = {}; ///< "", "Pending", "InProgress", "Success", "Failed"
    std::string message = {};
    std::optional<std::int64_t> started = {}; ///< wall-clock milliseconds
    std::optional<std::int64_t> succeeded = {};
};

/// V1RegistrySyncStatus.
json::Object write_sync_status(const registration::Registration& registration,
                               const SyncView& sync);
/// The typed read: V1BasicOciRegistry or V1EcrRegistry.
json::Object write_registry(const registration::Registration& registration, const SyncView& sync);
/// One item of the summary: V1OciRegistry.
json::Object write_registry_summary(const registration::Registration& registration,
                                    const SyncView& sync);
/// One item of V1RegistriesMetadata.
json::Object write_registry_metadata(const registration::Registration& registration);
/// V1OciRegistryEntity: where the registry is, the default region in place of the placeholder.
/// Without secrets: who has to use the registry is given a login of its own.
json::Object write_registry_entity(const registration::Registration& registration);

/// "2026-11-27T16:44:11.000Z".
std::string time_text(std::int64_t milliseconds);
std::string time_text(registration::Time time);

} // namespace berth::api
