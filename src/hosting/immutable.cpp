#include "hosting/immutable.hpp"

#include "base/error.hpp"

#include <fmt/format.h>

#include <set>
#include <vector>

namespace berth::hosting {

namespace {

std::vector<std::string> texts(db::Statement&& found) {
    std::vector<std::string> all;
    while (found.next()) all.push_back(found.text(0));
    return all;
}

[[noreturn]] void refuse(std::string_view what, const std::string& name, const std::string& tag) {
    throw Error(ErrorCode::denied,
                fmt::format("the {} {} belongs to the immutable tag {}", what, name, tag))
        .set_hint("an administrator decides in the configuration which tags are immutable");
}

} // namespace

std::optional<std::string> immutable_tag_above(db::Connection& connection, const PolicyRules& rules,
                                               const RepositoryRow& repository,
                                               const std::string& manifest) {
    std::set<std::string> seen{manifest};
    std::vector<std::string> left{manifest};
    while (!left.empty()) {
        const auto digest = std::move(left.back());
        left.pop_back();
        for (auto& tag :
             texts(connection.prepare("SELECT name FROM tags WHERE repository = $1 AND digest = $2",
                                      repository.id, digest))) {
            if (rules.is_immutable(repository.name, tag)) return tag;
        }
        for (auto& parent : texts(connection.prepare(
                 "SELECT parent FROM children WHERE repository = $1 AND child = $2", repository.id,
                 digest))) {
            if (seen.insert(parent).second) left.push_back(std::move(parent));
        }
    }
    return std::nullopt;
}

void require_mutable_manifest(db::Connection& connection, const PolicyRules& rules,
                              const RepositoryRow& repository, const std::string& manifest) {
    if (!rules.has_immutable(repository.name)) return;
    if (const auto tag = immutable_tag_above(connection, rules, repository, manifest))
        refuse("manifest", manifest, *tag);
}

void require_mutable_blob(db::Connection& connection, const PolicyRules& rules,
                          const RepositoryRow& repository, const std::string& blob) {
    if (!rules.has_immutable(repository.name)) return;
    for (const auto& manifest : texts(connection.prepare(
             "SELECT uses.manifest FROM blobs CROSS JOIN uses ON uses.blob = blobs.id "
             "WHERE blobs.digest = $1 AND uses.repository = $2",
             blob, repository.id))) {
        if (const auto tag = immutable_tag_above(connection, rules, repository, manifest))
            refuse("blob", blob, *tag);
    }
}

} // namespace berth::hosting
