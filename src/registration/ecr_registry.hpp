// EcrRegistry: a private ECR registry. All is the distribution API's but the list of repositories,
// which ECR's own API gives whole, with the reason where it refuses. Content that is named by its
// digest may come from other regions.
#pragma once

#include "aws/ecr_client.hpp"
#include "base/synchronized.hpp"
#include "registration/regional_repository.hpp"
#include "registry/repository.hpp"

#include <chrono>
#include <functional>
#include <memory>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

namespace berth::registration {

/// The same registry in another region.
struct OtherRegion {
    std::string region;
    std::unique_ptr<registry::Registry> registry;
};

struct OtherRegions {
    std::vector<OtherRegion> regions = {}; ///< in the order in which they stand in for the default
    std::shared_ptr<RegionBreaker> breaker = {}; ///< needed if there are any; the repositories' too
    std::chrono::milliseconds patience{0};       ///< as RegionalOptions has it
    std::function<void(const std::string& repository, const ServedFrom& from)> told = {};
};

/// Any thread.
class EcrRegistry final : public registry::Registry {
public:
    EcrRegistry(std::unique_ptr<registry::Registry> remote, aws::EcrClient client,
                std::stop_token stop, OtherRegions others = {});

    std::string name() const override { return remote_->name(); }
    void ping() override { remote_->ping(); }
    std::unique_ptr<registry::Repository> repository(std::string_view name) override;
    /// For a reader who wants content from `region`; "" from the default one.
    std::unique_ptr<RegionalRepository> repository_in(std::string_view name,
                                                      const std::string& region);
    /// In order of name. A list that starts from the beginning asks anew; its later pages come from
    /// what was heard then. Errors: those of EcrClient.
    registry::Page repositories(std::string_view after, std::size_t limit) override;

private:
    std::vector<std::string> ask();

    std::unique_ptr<registry::Registry> remote_;
    aws::EcrClient client_;
    std::stop_token stop_;
    OtherRegions others_;
    Synchronized<std::vector<std::string>> names_;
};

/// A repository for a reader in `region`, "" for none in particular. Error usage if the registry is
/// not in regions and one is named.
std::unique_ptr<registry::Repository> repository_in(registry::Registry& registry,
                                                    std::string_view name,
                                                    const std::string& region);

} // namespace berth::registration
