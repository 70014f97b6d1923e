#include "db/migration.hpp"

#include "base/error.hpp"
#include "db/temporary_database.hpp"

#include <doctest/doctest.h>

#include <array>
#include <atomic>
#include <thread>
#include <vector>

using namespace berth;
using namespace berth::db;

namespace {

constexpr std::array first_two = {
    Migration{1, "CREATE TABLE a (i BIGINT); INSERT INTO a VALUES (1);"},
    Migration{2, "UPDATE a SET i = i + 10;"},
};

std::int64_t value_in(Connection& connection) {
    Statement row = connection.prepare("SELECT sum(i) FROM a");
    REQUIRE(row.next());
    return row.integer(0);
}

} // namespace

TEST_CASE("each migration is applied once, later ones on top") {
    const TemporaryDatabase file;
    Connection connection(file.path());
    migrate(connection, std::span(first_two).first(1));
    CHECK(value_in(connection) == 1);
    migrate(connection, first_two);
    migrate(connection, first_two);
    CHECK(value_in(connection) == 11);
}

TEST_CASE("a migration that fails leaves the schema as it was") {
    const TemporaryDatabase file;
    Connection connection(file.path());
    migrate(connection, std::span(first_two).first(1));
    const std::array broken = {first_two[0], first_two[1], Migration{3, "CREATE NONSENSE;"}};
    CHECK_THROWS_AS(migrate(connection, broken), Error);
    CHECK(value_in(connection) == 1);
    migrate(connection, first_two);
    CHECK(value_in(connection) == 11);
}

TEST_CASE("a database of a newer program is refused") {
    const TemporaryDatabase file;
    Connection connection(file.path());
    migrate(connection, first_two);
    try {
        migrate(connection, std::span(first_two).first(1));
        FAIL("accepted");
    } catch (const Error& error) {
        CHECK(error.code() == ErrorCode::corrupt);
        CHECK(error.hint().find("newer") != std::string::npos);
    }
}

TEST_CASE("threads that migrate a new database at once apply each step once") {
    const TemporaryDatabase file;
    std::atomic<int> failures = 0;
    std::vector<std::thread> threads;
    for (int t = 0; t < 4; ++t)
        threads.emplace_back([&] {
            try {
                Connection connection(file.path());
                migrate(connection, first_two);
            } catch (const std::exception&) {
                ++failures;
            }
        });
    for (auto& thread : threads) thread.join();
    CHECK(failures == 0);
    Connection connection(file.path());
    CHECK(value_in(connection) == 11);
}
