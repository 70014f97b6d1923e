#include "ecr/region_survey.hpp"

#include "aws/error.hpp"
#include "registration/ecr_login.hpp"
#include "registration/endpoint.hpp"
#include "registry/parallel.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace berth::ecr {
namespace {

constexpr std::size_t most_surveyed = 100'000; ///< ECR's own bounds
constexpr std::size_t most_images = 110'000;
constexpr std::size_t most_regions = 8;

bool is_caused_by(const Error& error, aws::Cause cause) {
    const auto* said = dynamic_cast<const aws::AwsError*>(&error);
    return said != nullptr && said->cause == cause;
}

bool is_denied(const Error& error) {
    return is_caused_by(error, aws::Cause::denied);
}

[[noreturn]] void throw_again(const Error& error) {
    if (const auto* said = dynamic_cast<const aws::AwsError*>(&error)) throw *said;
    throw Error(error);
}

bool is_pattern(const std::string& asked) {
    return asked.ends_with('/') || asked.ends_with('*');
}

} // namespace

bool is_asked_for(const std::vector<std::string>& repositories, std::string_view name) {
    if (repositories.empty()) return true;
    return std::any_of(repositories.begin(), repositories.end(), [&](const std::string& asked) {
        if (!is_pattern(asked)) return name == asked;
        const std::string_view beginning(asked);
        return name.starts_with(beginning.substr(0, asked.size() - (asked.ends_with('*') ? 1 : 0)));
    });
}

const RegionContents* RegionPlace::find(const std::string& repository) const {
    const auto found = contents.find(repository);
    return found == contents.end() ? nullptr : &found->second;
}

RegionSurvey::RegionSurvey(const registration::Access& access, aws::Cloud& cloud,
                           const MatrixRequest& request, std::stop_token stop)
    : access_(access), cloud_(cloud), request_(request), stop_(std::move(stop)) {
    const registration::EcrLogin login =
        registration::ecr_login(access.spec, access.endpoint, access.secrets, cloud);
    if (!login.keys || !login.endpoint.has_variable())
        throw Error(ErrorCode::unsupported,
                    "only an account's ECR registry whose endpoint has the variable for the region "
                    "can be compared across regions")
            .set_hint(
                "put {{.spectro.system.aws.region}} in the region's place, and give an "
                "access key or a role");
    source_ = registration::shared_means(login, cloud).source;
    add_place(login.endpoint, login.endpoint.default_region());
    read_rules();
    for (const std::string& region : wanted_regions()) add_place(login.endpoint, region);
}

void RegionSurvey::add_place(const aws::EndpointTemplate& endpoint, const std::string& region) {
    const aws::EcrHost host = endpoint.resolve(region).value().host;
    places_.emplace_back(host.region, aws::EcrClient(cloud_.api(), source_,
                                                     {.service = aws::Service::ecr,
                                                      .region = host.region,
                                                      .account = host.account}));
}

void RegionSurvey::read_rules() {
    const std::string& account = home().client.place().account;
    try {
        aws::RegistryRecord registry = home().client.registry(stop_);
        if (registry.account == account)
            rules_ = std::move(registry.rules);
        else
            rules_unread_ = fmt::format(
                "AWS shows the rules of the caller's own account {} alone, "
                "and the registry is of {}",
                registry.account, account);
    } catch (const Error& error) {
        // Who may not read them may still look at what is where.
        if (!is_denied(error)) throw;
        rules_unread_ = error.message();
    }
}

std::vector<std::string> RegionSurvey::wanted_regions() {
    std::vector<std::string> wanted = request_.regions;
    if (wanted.empty()) wanted = access_.spec.regions;
    if (wanted.empty() && rules_)
        for (const auto& rule : *rules_)
            for (const auto& each : rule.destinations)
                if (each.account == home().client.place().account) wanted.push_back(each.region);
    std::vector<std::string> regions;
    for (const std::string& each : wanted)
        if (each != home().region &&
            std::find(regions.begin(), regions.end(), each) == regions.end())
            regions.push_back(each);
    if (regions.empty())
        cut_.push_back(
            fmt::format("no other region was named, and no rule of {} that can be read "
                        "leads to one",
                        home().region));
    if (regions.size() > most_regions) {
        cut_.push_back(
            fmt::format("the rules lead to {} regions, of which the first {} are looked "
                        "at: name others",
                        regions.size(), most_regions));
        regions.resize(most_regions);
    }
    return regions;
}

/// All regions at once, each one call after the other: the rates are the region's.
template <class Act>
void RegionSurvey::each_place(const Act& act) {
    std::stop_source own;
    const std::stop_callback forward(stop_, [&] { own.request_stop(); });
    registry::for_each_parallel(places_.size(), places_.size(), own,
                                [&](std::size_t at) { act(places_[at], own.get_token()); });
}

void RegionSurvey::look() {
    each_place([this](RegionPlace& place, const std::stop_token& stop) {
        list_repositories(place, stop);
    });
    choose_names();
    each_place(
        [this](RegionPlace& place, const std::stop_token& stop) { list_all_images(place, stop); });
}

void RegionSurvey::list_repositories(RegionPlace& place, const std::stop_token& stop) {
    try {
        auto all = aws::all_pages<aws::RepositoryRecord>(
            most_surveyed,
            [&](const std::string& page) { return place.client.repositories(page, stop); });
        for (aws::RepositoryRecord& each : all.items) {
            std::string name = each.name;
            place.repositories.emplace(std::move(name), std::move(each));
        }
        place.listed = true;
    } catch (const Error& error) {
        if (error.code() == ErrorCode::cancelled) throw;
        not_listed(place, error);
    }
}

/// Repositories that were named can be looked at without the list.
void RegionSurvey::not_listed(RegionPlace& place, const Error& error) {
    if (&place != &home()) {
        if (!is_denied(error)) place.trouble = failure_verdict(error, place.region, true);
        return;
    }
    const auto& asked = request_.repositories;
    const bool named = !asked.empty() && std::none_of(asked.begin(), asked.end(), is_pattern);
    if (!is_denied(error) || !named) throw_again(error);
    for (const std::string& name : asked) place.repositories[name].name = name;
}

bool RegionSurvey::is_wanted(std::string_view name) const {
    return registration::is_within(access_.content_paths, name) &&
           is_asked_for(request_.repositories, name);
}

void RegionSurvey::choose_names() {
    std::set<std::string> names;
    for (const RegionPlace& place : places_)
        for (const auto& [name, repository] : place.repositories)
            if (name > request_.after && is_wanted(name)) names.insert(name);
    for (const std::string& name : names) {
        has_more_ = names_.size() == request_.limit;
        if (has_more_) return;
        names_.push_back(name);
    }
}

void RegionSurvey::list_all_images(RegionPlace& place, const std::stop_token& stop) {
    for (const std::string& name : names_) {
        if (place.trouble) return;
        if (place.listed && !place.repositories.contains(name)) continue;
        try {
            list_images(place, name, stop);
        } catch (const Error& error) {
            if (error.code() == ErrorCode::cancelled) throw;
            if (!is_caused_by(error, aws::Cause::absent)) take_trouble(place, name, error);
        }
    }
}

void RegionSurvey::list_images(RegionPlace& place, const std::string& name,
                               const std::stop_token& stop) {
    RegionContents contents;
    const auto all = aws::all_pages<aws::ImageId>(most_images, [&](const std::string& page) {
        return place.client.image_ids(name, page, stop);
    });
    for (const aws::ImageId& each : all.items) {
        contents.digests.insert(each.digest);
        if (!each.tag.empty()) contents.tags[each.tag] = each.digest;
    }
    place.contents[name] = std::move(contents);
}

/// A refusal is of one repository; whoever does not answer is not asked a hundred times.
void RegionSurvey::take_trouble(RegionPlace& place, const std::string& name, const Error& error) {
    const bool is_home = &place == &home();
    if (is_home && !is_denied(error)) throw_again(error);
    RegionVerdict verdict = failure_verdict(error, place.region, !is_home);
    if (is_denied(error))
        place.contents[name].trouble = std::move(verdict);
    else
        place.trouble = std::move(verdict);
}

} // namespace berth::ecr
