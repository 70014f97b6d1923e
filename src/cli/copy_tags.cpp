#include "cli/copy_tags.hpp"

#include "base/file.hpp"

#include <fmt/format.h>
#include <fnmatch.h>

namespace berth::cli {
namespace {

constexpr std::size_t page_size = 1000;
constexpr std::size_t most_tags = 100'000;

bool matches_any(const std::vector<std::string>& globs, const std::string& tag) {
    for (const auto& glob : globs) {
        if (::fnmatch(glob.c_str(), tag.c_str(), 0) == 0) return true;
    }
    return false;
}

/// What became of the tags so far.
struct Tally {
    json::Array rows;
    std::size_t failed = 0;
    int first_failure = 0;

    void add_failure(const std::string& tag, const Error& error) {
        ++failed;
        if (first_failure == 0) first_failure = traits(error.code()).exit_status;
        rows.push_back(json::Object{{"tag", tag}, {"outcome", "failed"}, {"error", error.what()}});
    }
    int exit_code() const {
        if (failed == 0) return 0;
        return failed == rows.size() ? first_failure : traits(ErrorCode::partial).exit_status;
    }
};

Report table(json::Array rows) {
    return {std::move(rows),
            {{Section::Shape::rows,
              "",
              {{"TAG", "tag"},
               {"OUTCOME", "outcome"},
               {"BYTES", "bytes", Column::Kind::size},
               {"DIGEST", "digest", Column::Kind::text, true},
               {"ERROR", "error"}}}},
            "tag"};
}

} // namespace

void write_report_file(const CommandLine& line, const Report& report) {
    const auto file = line.value("report");
    if (file) replace_file(*file, json::write_pretty(report.value), 0644);
}

bool selects(const TagSelection& selection, const std::string& tag) {
    const bool included = selection.include.empty() || matches_any(selection.include, tag);
    return included && !matches_any(selection.exclude, tag);
}

std::vector<std::string> all_tags(registry::Repository& repository) {
    std::vector<std::string> tags;
    std::string after;
    while (true) {
        auto page = repository.tags(after, page_size);
        for (auto& tag : page.names) tags.push_back(std::move(tag));
        if (tags.size() > most_tags) {
            throw Error(ErrorCode::limit_exceeded,
                        fmt::format("{} has more than {} tags", repository.name(), most_tags));
        }
        // a registry that repeats a page would never end
        if (!page.next || *page.next == after) return tags;
        after = *page.next;
    }
}

int TagCopy::run(Invocation& invocation, Session& session) const {
    Tally tally;
    for (const auto& tag : all_tags(source)) {
        if (!selects(selection, tag)) continue;
        try {
            const auto plan = registry::plan_copy(source, tag, destination, options);
            if (!selection.dry_run) {
                const auto progress = session.progress();
                registry::run_copy(plan, source, destination, tag, options, *progress,
                                   session.stop());
            }
            tally.rows.push_back(json::Object{{"tag", tag},
                                              {"outcome", selection.dry_run ? "planned" : "copied"},
                                              {"bytes", plan.bytes_to_copy()},
                                              {"digest", plan.root.digest.text()}});
        } catch (Error& error) {
            if (error.code() == ErrorCode::cancelled) {
                write_report_file(invocation.line, table(tally.rows));
                throw error.set_hint(
                    "tags that were copied are complete; the same command copies "
                    "what remains");
            }
            tally.add_failure(tag, error);
            if (selection.fail_fast) break;
        }
    }
    session.end_progress();
    const int code = tally.exit_code();
    if (tally.rows.empty()) invocation.console().warn("no tag was selected");
    if (tally.failed > 0) {
        invocation.console().warn(
            fmt::format("{} of {} tags failed", tally.failed, tally.rows.size()));
    }
    const auto report = table(std::move(tally.rows));
    write_report_file(invocation.line, report);
    invocation.print(report);
    return code;
}

} // namespace berth::cli
