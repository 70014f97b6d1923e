#include "identity/projects.hpp"

#include "base/error.hpp"
#include "base/text.hpp"
#include "base/uid.hpp"
#include "identity/display_name.hpp"
#include "identity/token_text.hpp"

#include <fmt/format.h>

namespace berth::identity {
namespace {

constexpr std::string_view project_columns =
    "SELECT uid, tenant, name, description, created, modified FROM projects";

Project read_project(const db::Statement& row) {
    return {.uid = row.text(0),
            .tenant = row.text(1),
            .name = row.text(2),
            .description = row.text(3),
            .created = time_of(row.integer(4)),
            .modified = time_of(row.integer(5))};
}

void check(const Project& project) {
    check_display_name(project.name, "a project");
    if (project.description.size() <= Projects::longest_description) return;
    throw Error(ErrorCode::usage,
                fmt::format("a description has at most {} bytes, not {}",
                            Projects::longest_description, project.description.size()));
}

std::int64_t count(db::Connection& connection, std::string_view tenant) {
    db::Statement row =
        connection.prepare("SELECT count(*) FROM projects WHERE tenant = $1", tenant);
    row.next();
    return row.integer(0);
}

/// REQUIRES: inside a transaction.
void check_name_free(db::Connection& connection, const Project& project) {
    db::Statement row =
        connection.prepare("SELECT 1 FROM projects WHERE tenant = $1 AND name = $2 AND uid <> $3",
                           std::string_view(project.tenant), std::string_view(project.name),
                           std::string_view(project.uid));
    if (!row.next()) return;
    throw Error(ErrorCode::conflict,
                fmt::format("there is a project {} already", berth::quoted(project.name)))
        .set_hint("choose another name");
}

void insert(db::Connection& connection, const Project& project) {
    connection.run(
        "INSERT INTO projects (uid, tenant, name, description, created, modified) "
        "VALUES ($1, $2, $3, $4, $5, $5)",
        std::string_view(project.uid), std::string_view(project.tenant),
        std::string_view(project.name), std::string_view(project.description),
        milliseconds(project.created));
}

std::optional<Project> load_project(db::Connection& connection, std::string_view tenant,
                                    std::string_view uid) {
    db::Statement row = connection.prepare(
        fmt::format("{} WHERE tenant = $1 AND uid = $2", project_columns), tenant, uid);
    if (!row.next()) return std::nullopt;
    return read_project(row);
}

} // namespace

Projects::Projects(Database& database) : database_(database) {
    begin(database_.tenant().uid);
}

void Projects::begin(std::string_view tenant) {
    auto connection = database_.pool().lease();
    db::Transaction transaction(*connection);
    if (count(*connection, tenant) == 0) {
        const auto now = database_.now();
        // The uid that it had before there were others.
        insert(*connection, {.uid = derived_uid("project", tenant),
                             .tenant = std::string(tenant),
                             .name = "Default",
                             .created = now,
                             .modified = now});
    }
    transaction.commit();
}

Project Projects::add(std::string_view tenant, std::string_view name,
                      std::string_view description) {
    const auto now = time_of(milliseconds(database_.now()));
    Project project{.uid = random_uid(),
                    .tenant = std::string(tenant),
                    .name = std::string(name),
                    .description = std::string(description),
                    .created = now,
                    .modified = now};
    check(project);
    auto connection = database_.pool().lease();
    db::Transaction transaction(*connection);
    check_name_free(*connection, project);
    if (count(*connection, tenant) >= projects_limit)
        throw Error(ErrorCode::limit_exceeded,
                    fmt::format("there are {} projects, which is the most", projects_limit))
            .set_hint("delete projects that are not used any more");
    insert(*connection, project);
    transaction.commit();
    return project;
}

std::optional<Project> Projects::find(std::string_view tenant, std::string_view uid) {
    return load_project(*database_.pool().lease(), tenant, uid);
}

std::vector<Project> Projects::list(std::string_view tenant) {
    auto connection = database_.pool().lease();
    db::Statement row = connection->prepare(
        fmt::format("{} WHERE tenant = $1 ORDER BY name", project_columns), tenant);
    std::vector<Project> all;
    while (row.next()) all.push_back(read_project(row));
    return all;
}

Project Projects::change(std::string_view tenant, std::string_view uid,
                         const ProjectChange& change) {
    auto connection = database_.pool().lease();
    db::Transaction transaction(*connection);
    auto project = load_project(*connection, tenant, uid);
    if (!project)
        throw Error(ErrorCode::not_found,
                    fmt::format("there is no project {}", berth::quoted(uid)));
    if (change.name) project->name = *change.name;
    if (change.description) project->description = *change.description;
    check(*project);
    check_name_free(*connection, *project);
    project->modified = time_of(milliseconds(database_.now()));
    connection->run(
        "UPDATE projects SET name = $3, description = $4, modified = $5 "
        "WHERE tenant = $1 AND uid = $2",
        tenant, uid, std::string_view(project->name), std::string_view(project->description),
        milliseconds(project->modified));
    transaction.commit();
    return *project;
}

bool Projects::remove(std::string_view tenant, std::string_view uid) {
    auto connection = database_.pool().lease();
    db::Transaction transaction(*connection);
    if (!load_project(*connection, tenant, uid)) return false;
    if (count(*connection, tenant) == 1)
        throw Error(ErrorCode::conflict, "the last project stays")
            .set_hint("make another project first");
    connection->run("DELETE FROM projects WHERE tenant = $1 AND uid = $2", tenant, uid);
    transaction.commit();
    return true;
}

} // namespace berth::identity
