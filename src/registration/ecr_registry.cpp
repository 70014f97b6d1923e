#include "registration/ecr_registry.hpp"

#include "base/error.hpp"

#include <algorithm>

namespace berth::registration {
namespace {

/// ECR's own bound.
constexpr std::size_t most_repositories = 100'000;

} // namespace

EcrRegistry::EcrRegistry(std::unique_ptr<registry::Registry> remote, aws::EcrClient client,
                         std::stop_token stop, OtherRegions others)
    : remote_(std::move(remote)),
      client_(std::move(client)),
      stop_(std::move(stop)),
      others_(std::move(others)) {}

std::unique_ptr<registry::Repository> EcrRegistry::repository(std::string_view name) {
    if (others_.regions.empty()) return remote_->repository(name);
    return repository_in(name, "");
}

std::unique_ptr<RegionalRepository> EcrRegistry::repository_in(std::string_view name,
                                                               const std::string& region) {
    std::vector<InRegion> places;
    places.push_back({client_.place().region, remote_->repository(name)});
    for (const OtherRegion& each : others_.regions)
        places.push_back({each.region, each.registry->repository(name)});
    return std::make_unique<RegionalRepository>(
        std::move(places), others_.breaker,
        RegionalOptions{.wanted = region, .patience = others_.patience, .told = others_.told});
}

std::vector<std::string> EcrRegistry::ask() {
    auto listing = aws::all_pages<aws::RepositoryRecord>(
        most_repositories,
        [this](const std::string& page) { return client_.repositories(page, stop_); });
    std::vector<std::string> names;
    names.reserve(listing.items.size());
    for (aws::RepositoryRecord& each : listing.items) names.push_back(std::move(each.name));
    std::sort(names.begin(), names.end());
    return names;
}

registry::Page EcrRegistry::repositories(std::string_view after, std::size_t limit) {
    const bool known = names_.with([](const auto& names) { return !names.empty(); });
    if (after.empty() || !known) {
        std::vector<std::string> fresh = ask();
        names_.with([&](auto& names) { names = std::move(fresh); });
    }
    return names_.with([&](const auto& names) {
        const auto first = std::upper_bound(names.begin(), names.end(), after);
        const auto left = static_cast<std::size_t>(names.end() - first);
        registry::Page page{
            .names = {first, first + static_cast<std::ptrdiff_t>(std::min(left, limit))},
            .next = {}};
        if (left > limit && limit > 0) page.next = page.names.back();
        return page;
    });
}

std::unique_ptr<registry::Repository> repository_in(registry::Registry& registry,
                                                    std::string_view name,
                                                    const std::string& region) {
    if (region.empty()) return registry.repository(name);
    auto* ecr = dynamic_cast<EcrRegistry*>(&registry);
    if (ecr == nullptr)
        throw Error(ErrorCode::usage, "a region is named, and the registry is in none");
    return ecr->repository_in(name, region);
}

} // namespace berth::registration
