// IndexDatabase: the file of the index, shared by those who read and change its rows.
#pragma once

#include "base/clock.hpp"
#include "db/pool.hpp"
#include "hosting/manifest_cache.hpp"
#include "hosting/writer.hpp"

#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <string_view>
#include <type_traits>

namespace berth::hosting {

/// Any thread.
class IndexDatabase {
public:
    enum class Mode {
        serving, ///< creates the file and brings its schema up to date
        reading  ///< beside the process that serves; never writes
    };
    /// Errors: reading a file that is not there is not_found; one of another schema is conflict.
    IndexDatabase(const std::filesystem::path& file, Clock& clock, Mode mode);

    /// Wall-clock seconds, as all times in the index.
    std::int64_t now();

    template <class Use>
    auto read(Use&& use) {
        auto connection = pool_.lease();
        return use(*connection);
    }

    /// Runs `use` in a transaction that is committed and on disk when this returns; what `use` did
    /// is taken back if it throws. Others' changes may share the transaction, see Writer.
    /// REQUIRES: Mode::serving; no write within a write; no state outside of the database that
    /// would have to be taken back as well.
    template <class Use>
    auto write(Use&& use) {
        const Forgetting forgetting([&] { cache_.forget_all(); });
        return commit(use);
    }
    /// write() in a transaction of its own; `committed` is called once that is on the disk, before
    /// any other change begins, and must not throw.
    template <class Use>
    void write_alone(Use&& use, const std::function<void()>& committed) {
        const Forgetting forgetting([&] { cache_.forget_all(); });
        writer_.run_alone([&](db::Connection& connection) { use(connection); }, committed);
    }
    /// As write() for a change that leaves tags and manifests alone: cached ones stay.
    template <class Use>
    auto write_blobs(Use&& use) {
        return commit(use);
    }
    /// The same for a change to the tags and manifests of one repository.
    template <class Use>
    auto write_repository(std::string_view repository, Use&& use) {
        const Forgetting forgetting([&] { cache_.forget(repository); });
        return commit(use);
    }

    /// Manifests read lately. Keeps nothing with Mode::reading: another process changes them.
    ManifestCache& cache() { return cache_; }

private:
    /// When a change is over, also if it failed: a commit may fail after it has happened.
    template <class Forget>
    class Forgetting {
    public:
        explicit Forgetting(Forget forget) : forget_(std::move(forget)) {}
        ~Forgetting() { forget_(); }
        Forgetting(const Forgetting&) = delete;
        Forgetting& operator=(const Forgetting&) = delete;

    private:
        Forget forget_;
    };

    template <class Use>
    auto commit(Use& use) {
        std::optional<std::invoke_result_t<Use&, db::Connection&>> result;
        writer_.run([&](db::Connection& connection) { result.emplace(use(connection)); });
        return std::move(*result);
    }

    Clock& clock_;
    db::Pool pool_;
    Writer writer_{pool_};
    ManifestCache cache_;
};

} // namespace berth::hosting
