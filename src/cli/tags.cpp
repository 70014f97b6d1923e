#include "base/text.hpp"
#include "cli/registry_flags.hpp"
#include "cli/session.hpp"
#include "cli/table.hpp"

#include <fmt/format.h>

namespace berth::cli {
namespace {

constexpr std::size_t tags_at_once = 1000;
constexpr std::uint64_t most_names = 100'000;

/// Names page by page until `limit`; says so if there are more.
template <class NextPage>
json::Array collect(std::uint64_t limit, Console& console, NextPage&& next_page) {
    json::Array rows;
    std::string after;
    while (true) {
        const auto wanted = std::min<std::uint64_t>(tags_at_once, limit - rows.size());
        const registry::Page page = next_page(after, static_cast<std::size_t>(wanted));
        for (const auto& name : page.names) {
            if (rows.size() < limit) rows.push_back(json::Object{{"name", name}});
        }
        if (!page.next || *page.next == after) return rows;
        if (rows.size() >= limit) {
            console.warn(fmt::format("there are more than {}: raise --limit", limit));
            return rows;
        }
        after = *page.next;
    }
}

Flag limit_flag() {
    return {.name = "limit",
            .value = "N",
            .help = fmt::format("at most N, up to {}; otherwise {}", most_names, most_names)};
}

std::uint64_t limit_of(const CommandLine& line) {
    return line.number("limit", most_names, 1, most_names);
}

int tags(Invocation& invocation) {
    const auto location = Location::parse(invocation.line.argument(0)).value();
    if (location.tag_or_digest) {
        throw Error(ErrorCode::usage, "tags takes a repository, without tag or digest");
    }
    Session session(invocation);
    const auto repository = session.source(location);
    auto rows = collect(limit_of(invocation.line), invocation.console(),
                        [&](const std::string& after, std::size_t limit) {
                            return repository->tags(after, limit);
                        });
    invocation.print({std::move(rows), {{Section::Shape::rows, "", {{"TAG", "name"}}}}});
    return 0;
}

/// "host:port" of what a person may write for a registry.
std::string host_of(std::string_view text) {
    for (const std::string_view scheme : {"https://", "http://", "docker://", "oci://"}) {
        if (text.starts_with(scheme)) text.remove_prefix(scheme.size());
    }
    while (text.ends_with('/')) text.remove_suffix(1);
    // a registry is read as the host of a reference, so that the same hosts are accepted
    const auto reference = oci::Reference::parse(std::string(text) + "/x");
    if (text.find('/') != text.npos || reference.has_error()) {
        throw Error(ErrorCode::usage,
                    fmt::format("{} is no registry: HOST or HOST:PORT", berth::quoted(text)));
    }
    return reference->repository == "x" ? reference->registry : std::string(text);
}

int repos(Invocation& invocation) {
    Session session(invocation);
    auto& registry = session.registry(host_of(invocation.line.argument(0)));
    auto rows = collect(limit_of(invocation.line), invocation.console(),
                        [&](const std::string& after, std::size_t limit) {
                            return registry.repositories(after, limit);
                        });
    invocation.print({std::move(rows), {{Section::Shape::rows, "", {{"REPOSITORY", "name"}}}}});
    return 0;
}

} // namespace

Command tags_command() {
    return {.name = "tags",
            .summary = "List the tags of a repository",
            .description = "Asks page by page until the registry has no more.",
            .examples = {{"all tags", "berth tags debian"},
                         {"one per line, for a script",
                          "berth tags -o name registry.example:5000/team/app"},
                         {"tags of a layout directory", "berth tags oci:out"}},
            .arguments = {{.name = "REPO", .help = "repository or layout"}},
            .flags = joined({{limit_flag()}, registry_flags()}),
            .run = tags};
}

Command repos_command() {
    return {
        .name = "repos",
        .summary = "List the repositories of a registry",
        .description = "Needs a registry with a catalog; many public ones have none.",
        .examples = {{"all repositories", "berth repos registry.example:5000"},
                     {"of a registry on this machine", "berth repos --plain-http localhost:5000"},
                     {"as JSON", "berth repos -o json registry.example:5000"}},
        .arguments = {{.name = "REGISTRY", .help = "HOST or HOST:PORT"}},
        .flags = joined({{limit_flag()}, registry_flags()}),
        .run = repos};
}

} // namespace berth::cli
