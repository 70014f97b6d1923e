#include "hosting/index_database.hpp"

#include "base/error.hpp"
#include "base/text.hpp"
#include "hosting/schema.hpp"

#include <fmt/format.h>

namespace berth::hosting {

namespace {

constexpr std::size_t kept_connections = 32;
/// For other processes that write; a client does not wait for longer either.
constexpr std::chrono::seconds patience{10};
constexpr std::size_t cached_bytes = 16 * 1024 * 1024;

void require_file(const std::filesystem::path& file) {
    if (std::filesystem::exists(file)) return;
    throw Error(ErrorCode::not_found, fmt::format("{} is not there", berth::quoted(file.native())))
        .set_hint("name the directory that `berth serve` keeps its registry in with --data");
}

void require_schema(db::Connection& connection, const std::filesystem::path& file) {
    const auto known = static_cast<std::int64_t>(migrations().size());
    auto found = connection.prepare("SELECT coalesce(max(number), 0) FROM schema_migrations");
    found.next();
    if (found.integer(0) == known) return;
    throw Error(ErrorCode::conflict,
                fmt::format("{} has schema {}, this program reads schema {}",
                            berth::quoted(file.native()), found.integer(0), known))
        .set_hint("run the version of berth that serves it; serving once brings it up to date");
}

} // namespace

IndexDatabase::IndexDatabase(const std::filesystem::path& file, Clock& clock, Mode mode)
    : clock_(clock),
      pool_(file, {.busy_timeout = patience, .create = mode == Mode::serving}, kept_connections),
      cache_(mode == Mode::serving ? cached_bytes : 0) {
    if (mode == Mode::serving) {
        db::migrate(*pool_.lease(), migrations());
    } else {
        require_file(file);
        require_schema(*pool_.lease(), file);
    }
}

std::int64_t IndexDatabase::now() {
    using namespace std::chrono;
    return duration_cast<seconds>(clock_.wall_now().time_since_epoch()).count();
}

} // namespace berth::hosting
