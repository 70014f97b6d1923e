// Pool: connections to one database, one for each thread that works at the moment.
#pragma once

#include "base/synchronized.hpp"
#include "db/connection.hpp"

#include <filesystem>
#include <functional>
#include <memory>
#include <vector>

namespace berth::db {

/// Any thread. Opens a connection when none is free and keeps `kept` of them for later.
class Pool {
public:
    Pool(std::filesystem::path file, ConnectionOptions options, std::size_t kept = 8);

    /// A connection for one thread's use; goes back to the pool when destroyed, which must happen
    /// before the pool is.
    class Lease {
    public:
        Lease(Lease&&) noexcept = default;
        Lease& operator=(Lease&&) = delete;
        ~Lease();
        Connection& operator*() const { return *connection_; }
        Connection* operator->() const { return connection_.get(); }

    private:
        friend class Pool;
        Lease(Pool& pool, std::unique_ptr<Connection> connection)
            : pool_(&pool), connection_(std::move(connection)) {}
        Pool* pool_;
        std::unique_ptr<Connection> connection_;
    };

    /// Errors as Connection's constructor.
    Lease lease();
    /// Closes what is idle, so that the file can be replaced.
    void close_idle();

private:
    void give_back(std::unique_ptr<Connection> connection);

    std::filesystem::path file_;
    ConnectionOptions options_;
    std::size_t kept_;
    Synchronized<std::vector<std::unique_ptr<Connection>>> idle_;
};

} // namespace berth::db
