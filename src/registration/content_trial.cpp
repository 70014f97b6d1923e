#include "registration/content_trial.hpp"

#include "aws/error.hpp"
#include "base/error.hpp"
#include "base/text.hpp"
#include "registration/cause.hpp"
#include "registration/ecr_trial.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace berth::registration {
namespace {

constexpr std::size_t candidates_limit = 5;
constexpr std::size_t page = 100;

bool is_refusal(const Error& error) {
    return error.code() == ErrorCode::unsupported || error.code() == ErrorCode::denied ||
           error.code() == ErrorCode::unauthorized || error.code() == ErrorCode::name_unknown ||
           error.code() == ErrorCode::not_found;
}

/// The first tag of a repository, "" if it has none or is not there.
std::string first_tag(registry::Registry& registry, const std::string& name) {
    try {
        const registry::Page tags = registry.repository(name)->tags("", 1);
        return tags.names.empty() ? "" : tags.names.front();
    } catch (const Error& error) {
        if (!is_refusal(error)) throw;
        return {};
    }
}

} // namespace

Step ContentTrial::list() {
    try {
        return list_catalog();
    } catch (const CauseError&) {
        throw;
    } catch (const aws::AwsError& error) {
        if (!is_refusal(error)) throw;
        Step step = list_paths(error);
        describe(error, step);
        step.result = StepResult::warning;
        return step;
    } catch (const Error& error) {
        if (!is_refusal(error)) throw;
        return list_paths(error);
    }
}

Step ContentTrial::list_catalog() {
    if (paths_.empty()) {
        candidates_ = registry_.repositories("", candidates_limit).names;
        if (candidates_.empty()) return finding(StepResult::ok, "", "the registry is empty");
        return finding(StepResult::ok, "", "the registry lists its repositories");
    }
    std::vector<std::string> empty;
    for (const std::string& path : paths_) {
        const std::size_t before = candidates_.size();
        // Names sort behind "path/" if they lie below it.
        for (const std::string& name : registry_.repositories(path + "/", page).names) {
            if (name.starts_with(path + "/") && candidates_.size() < before + candidates_limit)
                candidates_.push_back(name);
        }
        if (candidates_.size() == before && !first_tag(registry_, path).empty())
            candidates_.push_back(path);
        if (candidates_.size() == before) empty.push_back(path);
    }
    if (empty.empty())
        return finding(StepResult::ok, "",
                       "the registry lists the repositories below the base "
                       "content paths");
    return finding(StepResult::warning, "content_path_empty",
                   fmt::format("there is nothing below the base content path {}",
                               berth::quoted(empty.front())),
                   "check its spelling, and that this account may see what is there");
}

Step ContentTrial::list_paths(const Error& refusal) {
    candidates_.clear();
    for (const std::string& path : paths_) {
        if (!first_tag(registry_, path).empty()) candidates_.push_back(path);
    }
    if (candidates_.empty())
        return finding(StepResult::warning, "no_catalog",
                       fmt::format("repositories cannot be listed: {}", refusal.message()),
                       "name the repositories as base content paths; charts can be used by typing "
                       "their names all the same");
    return finding(StepResult::ok, "",
                   "the registry has no catalog; the base content paths name repositories");
}

Step ContentTrial::read_one(registry::Registry& registry) const {
    for (const std::string& name : candidates_) {
        try {
            const auto repository = registry.repository(name);
            const registry::Page tags = repository->tags("", 1);
            if (tags.names.empty()) continue;
            const auto document = repository->manifest(tags.names.front());
            if (!document) continue;
            Step step = finding(StepResult::ok, "",
                                fmt::format("{}:{} can be read", name, tags.names.front()));
            step.facts = {{"repository", name},
                          {"tag", tags.names.front()},
                          {"digest", document->descriptor.digest.text()}};
            return step;
        } catch (const CauseError&) {
            throw;
        } catch (const Error& error) {
            if (error.code() != ErrorCode::denied && error.code() != ErrorCode::unauthorized) throw;
            throw CauseError(error.code(), "pull_denied", error.message(),
                             "this account may log in but not pull; give it the right to");
        }
    }
    return finding(StepResult::skipped, "nothing_to_read", "no manifest was found to read");
}

} // namespace berth::registration
