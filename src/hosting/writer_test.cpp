#include "hosting/writer.hpp"

#include "base/error.hpp"
#include "db/temporary_database.hpp"

#include <doctest/doctest.h>

#include <atomic>
#include <thread>

using namespace berth;
using namespace berth::hosting;

namespace {

struct Table {
    db::TemporaryDatabase file;
    db::Pool pool{file.path(), {}, 8};
    Writer writer{pool};

    Table() { pool.lease()->run_script("CREATE TABLE numbers (n INTEGER PRIMARY KEY);"); }

    void add(std::int64_t number) {
        writer.run([&](db::Connection& connection) {
            connection.run("INSERT INTO numbers (n) VALUES ($1)", number);
        });
    }
    std::int64_t count() {
        const auto connection = pool.lease();
        auto counted = connection->prepare("SELECT count(*) FROM numbers");
        counted.next();
        return counted.integer(0);
    }
};

} // namespace

TEST_CASE("a change that throws is taken back alone, and its error reaches its caller") {
    Table table;
    std::atomic<int> refused{0};
    std::vector<std::thread> threads;
    for (int t = 0; t < 16; ++t) {
        threads.emplace_back([&, t] {
            for (int i = 0; i < 20; ++i) {
                try {
                    table.writer.run([&](db::Connection& connection) {
                        connection.run("INSERT INTO numbers (n) VALUES ($1)",
                                       std::int64_t{t * 100 + i});
                        if (i % 4 == 3) throw Error(ErrorCode::denied, std::to_string(t));
                    });
                } catch (const Error& error) {
                    CHECK(error.message() == std::to_string(t));
                    ++refused;
                }
            }
        });
    }
    for (auto& thread : threads) thread.join();
    CHECK(refused == 16 * 5);
    CHECK(table.count() == 16 * 15);
}

TEST_CASE("what was reported is there for every reader") {
    Table table;
    std::vector<std::thread> threads;
    for (int t = 0; t < 8; ++t) {
        threads.emplace_back([&, t] {
            for (int i = 0; i < 20; ++i) {
                table.add(t * 100 + i);
                const auto connection = table.pool.lease();
                auto found = connection->prepare("SELECT 1 FROM numbers WHERE n = $1",
                                                 std::int64_t{t * 100 + i});
                CHECK(found.next());
            }
        });
    }
    for (auto& thread : threads) thread.join();
    CHECK(table.count() == 160);
}

TEST_CASE("a transaction that fails as a whole is told to all of its changes") {
    Table table;
    std::atomic<int> failed{0};
    // With the constraint checked at the commit, each change by itself succeeds.
    table.pool.lease()->run_script(
        "CREATE TABLE parents (n INTEGER PRIMARY KEY);"
        "CREATE TABLE children (parent INTEGER REFERENCES parents (n) DEFERRABLE INITIALLY "
        "DEFERRED);");
    std::vector<std::thread> threads;
    for (int t = 0; t < 8; ++t) {
        threads.emplace_back([&] {
            try {
                table.writer.run([&](db::Connection& connection) {
                    connection.run("INSERT INTO children (parent) VALUES (1)");
                });
            } catch (const Error& error) {
                CHECK(error.code() == ErrorCode::conflict);
                ++failed;
            }
        });
    }
    for (auto& thread : threads) thread.join();
    CHECK(failed == 8);
    table.add(1);
    CHECK(table.count() == 1);
}
