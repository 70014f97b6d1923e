#include "api/fields.hpp"
#include "api/identity_routes.hpp"
#include "api/registry_json.hpp"
#include "base/text.hpp"
#include "registration/field_error.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <memory>

namespace berth::api {
namespace {

using identity::Project;
using identity::Right;
using registration::FieldError;

json::Object metadata_of(const Project& project) {
    return {{"uid", project.uid},
            {"name", project.name},
            {"annotations", {{"description", project.description}}},
            {"creationTimestamp", time_text(project.created)},
            {"lastModifiedTimestamp", time_text(project.modified)}};
}

json::Object write(const Project& project) {
    return {{"metadata", metadata_of(project)},
            {"spec", json::Object()},
            {"status", {{"isDisabled", false}}}};
}

/// Palette's v1FilterString, as far as it is used: each condition that is there has to hold.
struct TextFilter {
    explicit TextFilter(const json::Object& body)
        : ignore_case(boolean_field(body, "filter.name.ignoreCase").value_or(true)),
          equal(text(body, "eq")),
          unequal(text(body, "ne")),
          part(text(body, "contains")),
          start(text(body, "beginsWith")) {}

    bool takes(const std::string& name) const {
        const auto given = ignore_case ? to_lower(name) : name;
        return (equal.empty() || given == equal) && (unequal.empty() || given != unequal) &&
               given.find(part) != std::string::npos && given.starts_with(start);
    }

    std::string text(const json::Object& body, std::string_view key) const {
        const auto found = text_field(body, fmt::format("filter.name.{}", key)).value_or("");
        return ignore_case ? to_lower(found) : found;
    }

    bool ignore_case;
    std::string equal;
    std::string unequal;
    std::string part;
    std::string start;
};

class ProjectOperations {
public:
    explicit ProjectOperations(const IdentityParts& parts) : projects_(parts.realm.projects()) {}

    net::Response names(Call& call) const {
        json::Array items;
        const auto wanted = call.query.find("name").value_or("");
        for (const auto& project : projects_.list(call.tenant()))
            if (wanted.empty() || wanted == project.name)
                items.push_back(
                    json::Object{{"metadata", {{"uid", project.uid}, {"name", project.name}}}});
        return reply(200, {{"items", std::move(items)}});
    }

    /// A POST that reads: what is wanted is in its body, which may lack.
    net::Response list(Call& call) const {
        const auto page = page_of(call);
        const bool empty = call.request.content_length == std::uint64_t{0};
        const TextFilter filter(empty ? json::Object() : body_of(call));
        auto projects = projects_.list(call.tenant());
        std::erase_if(projects, [&](const Project& each) { return !filter.takes(each.name); });
        const auto count = static_cast<std::int64_t>(projects.size());
        std::erase_if(projects, [&](const Project& each) { return each.name <= page.after; });
        const bool more = projects.size() > page.limit;
        if (more) projects.resize(page.limit);
        json::Array items;
        for (const auto& project : projects)
            items.push_back(json::Object{{"metadata", metadata_of(project)},
                                         {"specSummary", json::Object()},
                                         {"status", json::Object()}});
        const auto next = more ? projects.back().name : std::string();
        return reply(200, {{"items", std::move(items)},
                           {"listmeta", list_meta(page, projects.size(), count, next)}});
    }

    net::Response create(Call& call) const {
        const auto body = body_of(call);
        const auto made = by_field([&] {
            return projects_.add(call.tenant(), text_field(body, "metadata.name").value_or(""),
                                 text_field(body, "metadata.annotations.description").value_or(""));
        });
        call.audit.after = write(made);
        return reply(201, {{"uid", made.uid}});
    }

    net::Response read(Call& call) const { return reply(200, write(find(call))); }

    net::Response update(Call& call) const {
        const auto body = body_of(call);
        const auto before = find(call);
        const auto name = text_field(body, "metadata.name");
        const auto after = by_field([&] {
            return projects_.change(
                before.tenant, before.uid,
                {.name = name && !name->empty() ? name : std::nullopt,
                 .description = text_field(body, "metadata.annotations.description")});
        });
        call.audit.before = write(before);
        call.audit.after = write(after);
        return reply(204);
    }

    net::Response remove(Call& call) const {
        const auto project = find(call);
        projects_.remove(project.tenant, project.uid);
        call.audit.before = write(project);
        return reply(204);
    }

private:
    Project find(const Call& call) const {
        const auto& uid = call.segment("uid");
        if (auto project = projects_.find(call.tenant(), uid)) return std::move(*project);
        throw Error(ErrorCode::not_found,
                    fmt::format("there is no project {}", berth::quoted(uid)));
    }

    template <class Act>
    static Project by_field(Act&& act) {
        try {
            return act();
        } catch (const FieldError&) {
            throw;
        } catch (const Error& error) {
            if (error.code() != ErrorCode::usage && error.code() != ErrorCode::conflict) throw;
            throw FieldError(error.code(), "metadata.name", error.message()).hint_is(error.hint());
        }
    }

    identity::Projects& projects_;
};

} // namespace

Routes make_project_routes(const IdentityParts& parts) {
    const auto made = std::make_shared<ProjectOperations>(parts); // shared by copied operations
    const auto act = [&](net::Response (ProjectOperations::*operation)(Call&) const) {
        return [made, operation](Call& call) { return (*made.*operation)(call); };
    };
    using P = ProjectOperations;
    return {{"GET", "/v1/dashboard/projects/metadata", Right::see, act(&P::names)},
            {"POST", "/v1/dashboard/projects", Right::see, act(&P::list), unrecorded},
            {"POST", "/v1/projects", Right::manage, act(&P::create), "project.create"},
            {"GET", "/v1/projects/{uid}", Right::see, act(&P::read)},
            {"PUT", "/v1/projects/{uid}", Right::manage, act(&P::update), "project.update"},
            {"DELETE", "/v1/projects/{uid}", Right::manage, act(&P::remove), "project.delete"}};
}

} // namespace berth::api
