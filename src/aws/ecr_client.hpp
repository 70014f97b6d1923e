// EcrClient: the APIs of ECR and ECR Public, as far as they are richer than the distribution API.
#pragma once

#include "aws/api.hpp"
#include "aws/credential_source.hpp"
#include "aws/ecr_records.hpp"
#include "aws/ecr_scan.hpp"
#include "base/json.hpp"

#include <memory>
#include <stop_token>
#include <string>
#include <string_view>

namespace berth::aws {

/// One registry: an account in a region, or the caller's own part of ECR Public.
struct EcrPlace {
    Service service = Service::ecr;
    std::string region;
    /// Sent with every call that takes it: without it AWS answers for the caller's own account.
    std::string account = {};
};

/// Where ECR Public's API answers, whatever region the registry serves.
inline constexpr std::string_view ecr_public_region = "us-east-1";

class EcrClient {
public:
    /// `api` must outlive it.
    EcrClient(Api& api, std::shared_ptr<CredentialSource> source, EcrPlace place)
        : api_(api), source_(std::move(source)), place_(std::move(place)) {}

    // All throw AwsError, what Api::call() and the source throw, and response_invalid. Any thread.
    // Credentials that turn out to have expired are asked for anew, once.

    /// Good for any registry in this region that lets the caller in. Cannot be revoked.
    AuthorizationToken authorization_token(std::stop_token stop);

    /// `page` empty for the first; at most 1000 each.
    Page<RepositoryRecord> repositories(const std::string& page, std::stop_token stop);
    /// That one alone. AwsError absent if it is not there.
    RepositoryRecord repository(const std::string& name, std::stop_token stop);
    /// One row per tag, and one for each image without. ECR only.
    Page<ImageId> image_ids(const std::string& repository, const std::string& page,
                            std::stop_token stop);
    Page<ImageRecord> images(const std::string& repository, const std::string& page,
                             std::stop_token stop);
    /// The one image, by tag or digest. AwsError absent.
    ImageRecord image(const std::string& repository, const std::string& tag_or_digest,
                      std::stop_token stop);
    /// Of these digests alone, a call for each hundred. AwsError absent if one is not there.
    std::vector<ImageRecord> images_named(const std::string& repository,
                                          const std::vector<std::string>& digests,
                                          std::stop_token stop);
    /// Likewise their manifests; what is not there is left out. ECR only.
    std::vector<ManifestRecord> manifests(const std::string& repository,
                                          const std::vector<std::string>& digests,
                                          std::stop_token stop);
    /// Makes a repository with the name, mutability and scan setting of `like`, encrypted as the
    /// account's default is: keys belong to regions. Writes. ECR only.
    RepositoryRecord create_repository(const RepositoryRecord& like, std::stop_token stop);
    /// Of the caller's own account, whatever the place says: AWS takes no other. ECR only.
    RegistryRecord registry(std::stop_token stop);
    /// Ask in the source region. Empty: no rule covers the image. ECR only.
    std::vector<ReplicationRecord> replication(const std::string& repository,
                                               const std::string& tag_or_digest,
                                               std::stop_token stop);
    /// Its first page of findings, at most a hundred; nothing if the image was not scanned. ECR
    /// only.
    std::optional<ScanRecord> scan(const std::string& repository, const std::string& tag_or_digest,
                                   std::stop_token stop);
    /// JSON text as it is kept there; nothing if there is none. ECR only.
    std::optional<std::string> lifecycle_policy(const std::string& repository,
                                                std::stop_token stop);
    std::optional<std::string> repository_policy(const std::string& repository,
                                                 std::stop_token stop);
    std::map<std::string, std::string> tags(const std::string& repository_arn,
                                            std::stop_token stop);

    /// Any operation with any input, for what has no function of its own: the doctor's probes.
    json::Value call(std::string_view operation, json::Object input, std::stop_token stop);

    const EcrPlace& place() const { return place_; }

private:
    template <class T, class ReadOne>
    std::vector<T> by_hundreds(std::string_view operation, std::string_view member,
                               json::Object about, const std::vector<std::string>& digests,
                               const ReadOne& read_one, std::stop_token stop);
    std::string send(std::string_view operation, const std::string& body, std::stop_token stop);
    json::Object input() const;
    json::Object paged(const std::string& page) const;
    std::optional<std::string> policy(std::string_view operation, std::string_view member,
                                      std::string_view absent_type, const std::string& repository,
                                      std::stop_token stop);

    Api& api_;
    std::shared_ptr<CredentialSource> source_; ///< shared with the role's other regions
    EcrPlace place_;
};

/// All pages of `fetch(page)`, at most `limit` items; `whole` says whether that was all.
template <class T>
struct Listing {
    std::vector<T> items;
    bool whole = true;
};
template <class T, class Fetch>
Listing<T> all_pages(std::size_t limit, const Fetch& fetch) {
    Listing<T> listing;
    std::string page;
    do {
        Page<T> next = fetch(page);
        for (T& item : next.items) {
            if (listing.items.size() == limit) return listing.whole = false, listing;
            listing.items.push_back(std::move(item));
        }
        // A page that points to itself would never end.
        if (next.next == page) break;
        page = std::move(next.next);
    } while (!page.empty());
    return listing;
}

} // namespace berth::aws
