// Recount: the counts that are stored, compared with the rows that they count.
//
// Each comparison is one statement, and so sees one moment: what clients change meanwhile cannot
// look like a mistake.
#pragma once

#include "db/connection.hpp"
#include "hosting/blob_check.hpp"

#include <cstdint>
#include <string_view>
#include <vector>

namespace berth::hosting {

/// The comparisons, numbered from 0.
std::size_t recount_checks();

/// One page of comparison `check`: rows with ids after `after`. Findings go to `findings`. The id
/// to go on after, or 0 at its end.
std::int64_t recount_page(db::Connection& connection, std::size_t check, std::int64_t after,
                          std::vector<Finding>& findings);

/// All of them at once, for tests and small registries.
std::vector<Finding> recount(db::Connection& connection);

} // namespace berth::hosting
