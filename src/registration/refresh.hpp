// Refresh: brings the index of one registry up to date, at the price of few requests.
//
// Each repository costs one list of its tags, and a HEAD for each of its newest tags that is known:
// only where a tag or its digest is new are a manifest and, for a chart or an image, its config
// blob read (for an index, those of its first image). Neither charts nor layers are ever
// downloaded.
#pragma once

#include "base/clock.hpp"
#include "registration/content_index.hpp"
#include "registry/repository.hpp"

#include <cstdint>
#include <functional>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

namespace berth::registration {

struct RefreshProgress {
    std::int64_t done = 0; ///< repositories
    std::int64_t total = 0;
    std::int64_t bytes = 0; ///< of manifests that were read
};

/// Which of the newest tags that are known are looked at again. `some`: the one that stands for its
/// repository, tags that are no versions, and of the others a tenth, another one each time.
enum class Recheck { all, some };

struct RefreshOptions {
    std::size_t repositories = 20'000; ///< more are left out, and said to be
    std::size_t tags = 10'000;         ///< of one repository, likewise
    std::size_t newest = 10;           ///< tags of a repository that are looked at
    std::size_t threads = 8;
    Recheck recheck = Recheck::all;
    /// Told once the repositories are known and after each of them, by any thread, one at a time,
    /// in the order of `done`. Must not throw. May be empty.
    std::function<void(const RefreshProgress&)> on_progress = {};
};

struct RefreshReport {
    std::int64_t repositories = 0;
    std::int64_t tags = 0;
    std::int64_t manifests_read = 0;
    std::int64_t removed = 0;          ///< repositories that have gone
    std::vector<std::string> failures; ///< the first 20, one line each
    bool cut = false;                  ///< a bound of the options was reached
};

/// "1 repository, 3 tags"
std::string amount_text(const RefreshReport& report);

/// Repositories come from the catalog, those below `content_paths` only if there are any; where
/// there is no catalog the content paths are the repositories. A repository that fails is left as
/// it was and reported; one that a catalog lists but that is not there, or has no tags left, is no
/// failure. If all fail, or five in a row in a way that is the registry's as a whole, that is an
/// Error. Two refreshes of one registry at once are harmless. The state in the index says how it
/// went, also when this throws. Errors: those of the registry; cancelled.
RefreshReport refresh(ContentIndex& index, std::string_view registration,
                      registry::Registry& registry, const std::vector<std::string>& content_paths,
                      const RefreshOptions& options, Clock& clock, std::stop_token stop);

} // namespace berth::registration
