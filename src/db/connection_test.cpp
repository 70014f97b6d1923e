#include "db/connection.hpp"
#include "db/database_error.hpp"

#include "base/error.hpp"
#include "db/temporary_database.hpp"

#include <doctest/doctest.h>

#include <atomic>
#include <fstream>
#include <functional>
#include <string>
#include <thread>
#include <vector>

using namespace berth;
using namespace berth::db;

namespace {

ErrorCode code_of_failure(const std::function<void()>& act) {
    try {
        act();
    } catch (const Error& error) {
        return error.code();
    }
    FAIL("nothing was thrown");
    return ErrorCode::internal;
}

} // namespace

TEST_CASE("every kind of value comes back as it went in") {
    const TemporaryDatabase file;
    Connection connection(file.path());
    connection.run_script("CREATE TABLE t (i BIGINT, s TEXT, b BYTEA, n TEXT, e TEXT)");
    const std::string bytes("\0\xff\x01", 3);
    connection.run("INSERT INTO t (i, s, b, n, e) VALUES ($1, $2, $3, $4, $5)",
                   std::int64_t{-9'007'199'254'740'993}, "täg",
                   std::as_bytes(std::span(bytes.data(), bytes.size())),
                   std::optional<std::string>(), std::string_view());
    Statement row = connection.prepare("SELECT i, s, b, n, e FROM t");
    REQUIRE(row.next());
    CHECK(row.integer(0) == -9'007'199'254'740'993);
    CHECK(row.text(1) == "täg");
    CHECK(row.bytes(2) == bytes);
    CHECK(row.optional_text(3) == std::nullopt);
    CHECK(row.is_null(3));
    CHECK(row.text(4).empty());
    CHECK_FALSE(row.next());
    CHECK_FALSE(row.next());
}

TEST_CASE("parameters are found by their number, not by their order") {
    const TemporaryDatabase file;
    Connection connection(file.path());
    Statement row = connection.prepare("SELECT $2, $1, $2", "one", "two");
    REQUIRE(row.next());
    CHECK(row.text(0) == "two");
    CHECK(row.text(1) == "one");
    CHECK(row.text(2) == "two");
}

TEST_CASE("a parameter that the text does not have is a bug that is named") {
    const TemporaryDatabase file;
    Connection connection(file.path());
    CHECK(code_of_failure([&] { connection.prepare("SELECT $1", "a", "b"); }) ==
          ErrorCode::internal);
}

TEST_CASE("a statement that is running can be asked for a second time") {
    const TemporaryDatabase file;
    Connection connection(file.path());
    connection.run_script("CREATE TABLE t (i BIGINT); INSERT INTO t VALUES (1), (2), (3)");
    const std::string sql = "SELECT i FROM t WHERE i > $1 ORDER BY i";
    std::vector<std::int64_t> seen;
    Statement outer = connection.prepare(sql, std::int64_t{0});
    while (outer.next()) {
        Statement inner = connection.prepare(sql, outer.integer(0));
        while (inner.next()) seen.push_back(inner.integer(0));
    }
    CHECK(seen == std::vector<std::int64_t>{2, 3, 3});
}

TEST_CASE("a statement used again has forgotten what was bound before") {
    const TemporaryDatabase file;
    Connection connection(file.path());
    { CHECK(connection.prepare("SELECT $1", "x").next()); }
    Statement again = connection.prepare("SELECT $1");
    REQUIRE(again.next());
    CHECK(again.is_null(0));
}

TEST_CASE("run says how many rows changed, also with RETURNING and ON CONFLICT") {
    const TemporaryDatabase file;
    Connection connection(file.path());
    connection.run_script("CREATE TABLE t (k TEXT PRIMARY KEY, v BIGINT NOT NULL)");
    const char* upsert =
        "INSERT INTO t (k, v) VALUES ($1, $2) "
        "ON CONFLICT (k) DO UPDATE SET v = excluded.v RETURNING v";
    CHECK(connection.run(upsert, "a", std::int64_t{1}) == 1);
    CHECK(connection.run(upsert, "a", std::int64_t{2}) == 1);
    CHECK(connection.run("UPDATE t SET v = 5") == 1);
    CHECK(connection.run("DELETE FROM t WHERE k = $1", "b") == 0);
}

TEST_CASE("a column of another type is corrupt, a violated constraint is a conflict") {
    const TemporaryDatabase file;
    Connection connection(file.path());
    connection.run_script("CREATE TABLE t (k TEXT PRIMARY KEY); INSERT INTO t VALUES ('a')");
    CHECK(code_of_failure([&] { connection.run("INSERT INTO t VALUES ('a')"); }) ==
          ErrorCode::conflict);
    Statement row = connection.prepare("SELECT k FROM t");
    REQUIRE(row.next());
    CHECK(code_of_failure([&] { row.integer(0); }) == ErrorCode::corrupt);
    CHECK(code_of_failure([&] { row.bytes(0); }) == ErrorCode::corrupt);
}

TEST_CASE("foreign keys are enforced") {
    const TemporaryDatabase file;
    Connection connection(file.path());
    connection.run_script(
        "CREATE TABLE a (k TEXT PRIMARY KEY);"
        "CREATE TABLE b (k TEXT REFERENCES a (k) ON DELETE CASCADE)");
    CHECK(code_of_failure([&] { connection.run("INSERT INTO b VALUES ('x')"); }) ==
          ErrorCode::conflict);
}

TEST_CASE("a transaction that is not committed leaves nothing, a committed one stays") {
    const TemporaryDatabase file;
    {
        Connection connection(file.path());
        connection.run_script("CREATE TABLE t (i BIGINT)");
        {
            Transaction transaction(connection);
            connection.run("INSERT INTO t VALUES (1)");
        }
        Transaction transaction(connection);
        connection.run("INSERT INTO t VALUES (2)");
        transaction.commit();
    }
    Connection connection(file.path());
    Statement row = connection.prepare("SELECT i FROM t");
    REQUIRE(row.next());
    CHECK(row.integer(0) == 2);
    CHECK_FALSE(row.next());
}

TEST_CASE("a writer waits for another only as long as it was told") {
    const TemporaryDatabase file;
    Connection first(file.path());
    ConnectionOptions impatient;
    impatient.busy_timeout = std::chrono::milliseconds(30);
    Connection second(file.path(), impatient);
    Transaction transaction(first);
    try {
        const Transaction blocked(second);
        FAIL("two writers at once");
    } catch (const Error& error) {
        CHECK(error.code() == ErrorCode::timeout);
        CHECK(dynamic_cast<const DatabaseError*>(&error) != nullptr);
        CHECK(error.retry_after_seconds() > 0);
        CHECK_FALSE(error.hint().empty());
        CHECK(error.message().find(file.path().string()) != std::string::npos);
    }
}

TEST_CASE("readers see the last commit while a writer works") {
    const TemporaryDatabase file;
    Connection writer(file.path());
    writer.run_script("CREATE TABLE t (i BIGINT); INSERT INTO t VALUES (1)");
    Connection reader(file.path());
    const Transaction transaction(writer);
    writer.run("UPDATE t SET i = 2");
    Statement row = reader.prepare("SELECT i FROM t");
    REQUIRE(row.next());
    CHECK(row.integer(0) == 1);
}

TEST_CASE("many threads may create and fill one new database at once") {
    const TemporaryDatabase file;
    std::atomic<int> failures = 0;
    std::vector<std::thread> threads;
    for (int t = 0; t < 6; ++t)
        threads.emplace_back([&] {
            try {
                Connection connection(file.path());
                connection.run_script("CREATE TABLE IF NOT EXISTS t (i BIGINT)");
                for (std::int64_t i = 0; i < 5; ++i) {
                    Transaction transaction(connection);
                    connection.run("INSERT INTO t VALUES ($1)", i);
                    transaction.commit();
                }
            } catch (const std::exception&) {
                ++failures;
            }
        });
    for (auto& thread : threads) thread.join();
    CHECK(failures == 0);
    Connection connection(file.path());
    Statement row = connection.prepare("SELECT count(*) FROM t");
    REQUIRE(row.next());
    CHECK(row.integer(0) == 30);
}

TEST_CASE("a file that is no database is corrupt, a missing one is not created unasked") {
    const TemporaryDatabase file;
    std::ofstream(file.path()) << std::string(4096, 'x');
    CHECK(code_of_failure([&] { const Connection connection(file.path()); }) == ErrorCode::corrupt);
    ConnectionOptions existing;
    existing.create = false;
    CHECK(code_of_failure([&] { const Connection connection(file.path() / "x", existing); }) !=
          ErrorCode::corrupt);
}

TEST_CASE("damage in the middle of the file is found") {
    const TemporaryDatabase file;
    {
        Connection connection(file.path());
        connection.run_script("CREATE TABLE t (s TEXT)");
        for (int i = 0; i < 200; ++i)
            connection.run("INSERT INTO t VALUES ($1)", std::string(500, 'a'));
        CHECK(connection.integrity_fault().empty());
    }
    std::fstream(file.path(), std::ios::in | std::ios::out | std::ios::binary).seekp(4096 * 2)
        << std::string(4096, '\xee');
    ErrorCode code = ErrorCode::internal;
    std::string fault;
    try {
        Connection connection(file.path());
        fault = connection.integrity_fault();
    } catch (const Error& error) {
        code = error.code();
    }
    CHECK((!fault.empty() || code == ErrorCode::corrupt));
}
