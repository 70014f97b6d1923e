// RegionSurvey: the lists of repositories and images of an ECR registry in its regions, asked of
// AWS for one comparison.
#pragma once

#include "ecr/region_matrix.hpp"

#include "aws/ecr_client.hpp"

#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace berth::ecr {

/// The images of one repository in one region.
struct RegionContents {
    std::map<std::string, std::string, std::less<>> tags; ///< tag to digest
    std::set<std::string, std::less<>> digests;           ///< also of what has no tag
    std::optional<RegionVerdict> trouble = {};            ///< why it could not be listed
};

struct RegionPlace {
    RegionPlace(std::string name, aws::EcrClient asked)
        : region(std::move(name)), client(std::move(asked)) {}

    std::string region;
    aws::EcrClient client;
    bool listed = false; ///< `repositories` are all that there are
    std::map<std::string, aws::RepositoryRecord, std::less<>> repositories = {};
    std::map<std::string, RegionContents, std::less<>> contents = {};
    std::optional<RegionVerdict> trouble = {}; ///< of the whole region

    /// nullptr: the repository is not there, or was not looked at.
    const RegionContents* find(const std::string& repository) const;
};

/// One thread; it asks on several.
class RegionSurvey {
public:
    /// Finds out the regions; errors and lifetimes as compare_regions().
    RegionSurvey(const registration::Access& access, aws::Cloud& cloud,
                 const MatrixRequest& request, std::stop_token stop);

    /// Asks for all lists. What another region than the default one refuses is its trouble.
    void look();

    /// The default region first.
    std::vector<RegionPlace>& places() { return places_; }
    RegionPlace& home() { return places_.front(); }
    /// The repositories that were looked at, in their order; of all regions together.
    const std::vector<std::string>& names() const { return names_; }
    bool has_more() const { return has_more_; }
    const std::optional<std::vector<aws::ReplicationRule>>& rules() const { return rules_; }
    const std::string& rules_unread() const { return rules_unread_; }
    const std::vector<std::string>& cut() const { return cut_; } ///< what was left out

private:
    template <class Act>
    void each_place(const Act& act);
    void add_place(const aws::EndpointTemplate& endpoint, const std::string& region);
    void read_rules();
    std::vector<std::string> wanted_regions();
    void list_repositories(RegionPlace& place, const std::stop_token& stop);
    void not_listed(RegionPlace& place, const Error& error);
    bool is_wanted(std::string_view name) const;
    void choose_names();
    void list_all_images(RegionPlace& place, const std::stop_token& stop);
    void list_images(RegionPlace& place, const std::string& name, const std::stop_token& stop);
    void take_trouble(RegionPlace& place, const std::string& name, const Error& error);

    const registration::Access& access_;
    aws::Cloud& cloud_;
    const MatrixRequest& request_;
    std::stop_token stop_;
    std::shared_ptr<aws::CredentialSource> source_; ///< shared by the regions' clients
    std::vector<RegionPlace> places_;
    std::vector<std::string> names_;
    bool has_more_ = false;
    std::optional<std::vector<aws::ReplicationRule>> rules_;
    std::string rules_unread_;
    std::vector<std::string> cut_;
};

} // namespace berth::ecr
