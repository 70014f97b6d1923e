#include "db/pool.hpp"

#include "db/temporary_database.hpp"

#include <doctest/doctest.h>

#include <thread>
#include <vector>

using namespace berth::db;

TEST_CASE("a connection comes back to the pool and is lent again") {
    const TemporaryDatabase file;
    Pool pool(file.path(), {});
    const Connection* first = nullptr;
    {
        const Pool::Lease lease = pool.lease();
        first = &*lease;
    }
    const Pool::Lease again = pool.lease();
    CHECK(&*again == first);
    const Pool::Lease other = pool.lease();
    CHECK(&*other != first);
}

TEST_CASE("threads work at once, each on its own connection") {
    const TemporaryDatabase file;
    Pool pool(file.path(), {}, 2);
    pool.lease()->run_script("CREATE TABLE t (i BIGINT)");
    std::vector<std::thread> threads;
    for (int t = 0; t < 5; ++t)
        threads.emplace_back([&] {
            for (std::int64_t i = 0; i < 4; ++i) pool.lease()->run("INSERT INTO t VALUES ($1)", i);
        });
    for (auto& thread : threads) thread.join();
    const Pool::Lease lease = pool.lease();
    Statement row = lease->prepare("SELECT count(*) FROM t");
    REQUIRE(row.next());
    CHECK(row.integer(0) == 20);
}
