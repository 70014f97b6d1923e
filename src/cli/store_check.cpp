#include "cli/registry_flags.hpp"
#include "cli/session.hpp"
#include "cli/table.hpp"

#include <fmt/format.h>
#include <algorithm>

namespace berth::cli {
namespace {

using Kind = store::Finding::Kind;

/// Damage that nothing but a new download mends.
bool is_loss(Kind kind) {
    return kind == Kind::damaged_blob || kind == Kind::missing_blob;
}

/// "damaged_blob": one word, for scripts.
std::string word_for(Kind kind) {
    std::string word(store::name_of(kind));
    std::replace(word.begin(), word.end(), ' ', '_');
    return word;
}

int store_check(Invocation& invocation) {
    Session session(invocation);
    const bool report_only = invocation.line.has("report-only");
    const auto progress = session.progress();
    constexpr std::string_view item = "content";
    progress->expect(1, 0);
    progress->started(item, 0);
    const auto findings = session.store().check(
        report_only, [&](std::uint64_t bytes) { progress->moved(item, bytes); });
    progress->finished(item, "checked");
    session.end_progress();
    json::Array rows;
    bool bad = false;
    for (const auto& finding : findings) {
        bad = bad || report_only || is_loss(finding.kind);
        rows.push_back(json::Object{{"finding", word_for(finding.kind)},
                                    {"subject", finding.subject},
                                    {"detail", finding.detail}});
    }
    const bool clean = rows.empty();
    invocation.console().inform(clean ? "nothing was found"
                                      : fmt::format("{} findings", rows.size()));
    if (!clean) {
        invocation.print(
            {std::move(rows),
             {{Section::Shape::rows,
               "",
               {{"FINDING", "finding"}, {"SUBJECT", "subject"}, {"DETAIL", "detail"}}}},
             "subject"});
    } else {
        invocation.print({std::move(rows), {}, "subject"});
    }
    return bad ? traits(ErrorCode::corrupt).exit_status : 0;
}

} // namespace

Command store_check_command() {
    return {
        .name = "store check",
        .summary = "Verify the content store and repair its index",
        .description =
            "Reads every byte. Damaged content is moved aside, the index is made to match what "
            "is on disk, and downloads that were left for more than a day are removed. The exit "
            "code is 6 if content is damaged or missing, or if --report-only found anything.",
        .examples = {{"check and repair", "berth store check"},
                     {"change nothing", "berth store check --report-only"},
                     {"another store", "berth store check --store /var/lib/berth/store"}},
        .arguments = {},
        .flags = {{.name = "report-only", .value = "", .help = "find, but change nothing"},
                  store_flag()},
        .run = store_check};
}

} // namespace berth::cli
