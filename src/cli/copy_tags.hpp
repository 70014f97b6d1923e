// TagCopy: many tags of one repository, one after the other, going on after failures.
#pragma once

#include "cli/session.hpp"
#include "registry/copy.hpp"

#include <string>
#include <vector>

namespace berth::cli {

struct TagSelection {
    std::vector<std::string> include = {}; ///< globs; none means every tag
    std::vector<std::string> exclude = {};
    bool dry_run = false;
    bool fail_fast = false;
};

/// True if `tag` is to be copied.
bool selects(const TagSelection& selection, const std::string& tag);

/// Every tag of a repository, page by page; 100,000 at most.
std::vector<std::string> all_tags(registry::Repository& repository);

/// Writes the report's value as JSON to the file that --report names, if it does.
void write_report_file(const CommandLine& line, const Report& report);

struct TagCopy {
    registry::Repository& source;
    registry::Repository& destination;
    registry::CopyOptions options;
    TagSelection selection;

    /// Prints one row per tag. Returns 0, 7 if some failed, and the exit code of the first
    /// failure if all did. Throws for what concerns no single tag, and when stopped.
    int run(Invocation& invocation, Session& session) const;
};

} // namespace berth::cli
