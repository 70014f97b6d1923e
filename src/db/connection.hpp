// A thin layer over SQL: connections, statements, transactions. Knows no table.
//
// The driver is SQLite. Nothing here says so, so that a PostgreSQL driver can stand behind the same
// classes: parameters are numbered and written $1, $2, …; statements keep to the SQL that both
// understand (ON CONFLICT … DO UPDATE, RETURNING). Values are 64-bit integers, UTF-8 text, bytes
// and null.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace berth::db {

struct ConnectionOptions {
    /// How long a statement waits for other writers before it fails with timeout.
    std::chrono::milliseconds busy_timeout = std::chrono::seconds(30);
    /// Commits survive a power cut (an fsync each); without it, only a crash of the process.
    bool durable = true;
    bool create = true;
};

/// A prepared statement on loan from its connection, which keeps it for the next time its text is
/// asked for. Must not outlive the connection. Strings and bytes that are bound are copied.
class Statement {
public:
    Statement(Statement&&) noexcept;
    Statement& operator=(Statement&&) = delete;
    ~Statement();

    /// Binds the value of $index, counted from 1. A parameter that the text does not have is
    /// Error internal. Returns *this.
    Statement& bind(int index, std::int64_t value);
    Statement& bind(int index, std::string_view text);
    Statement& bind(int index, std::span<const std::byte> bytes);
    Statement& bind(int index, std::nullptr_t);
    template <class T>
    Statement& bind(int index, const std::optional<T>& value) {
        return value ? bind(index, *value) : bind(index, nullptr);
    }

    /// Moves to the next row; false after the last. Errors as Connection's.
    bool next();
    /// Runs to the end; rows are dropped. Returns how many rows it inserted, changed or deleted.
    std::int64_t run();

    /// Columns of the current row, counted from 0. A value of another type is Error corrupt.
    std::int64_t integer(int column) const;
    std::string text(int column) const;
    std::string bytes(int column) const;
    bool is_null(int column) const;
    std::optional<std::string> optional_text(int column) const;

private:
    friend class Connection;
    struct Loan;
    explicit Statement(std::unique_ptr<Loan> loan);
    std::unique_ptr<Loan> loan_;
};

/// One connection to one database file. One thread at a time; see Pool for more. Other processes
/// may use the same file. Not to be carried over fork(2).
///
/// Errors of all members: corrupt (damaged file, or no database), no_space, timeout (another
/// writer held it for longer than busy_timeout), conflict (a constraint is violated), internal;
/// the message names the file.
class Connection {
public:
    /// Opens the file, and creates it unless told otherwise. Foreign keys are enforced, readers
    /// do not block the writer.
    explicit Connection(const std::filesystem::path& file, ConnectionOptions options = {});
    Connection(Connection&&) noexcept;
    Connection& operator=(Connection&&) noexcept;
    ~Connection();

    /// The statement `sql`, its parameters bound to `values` in order.
    template <class... Values>
    Statement prepare(std::string_view sql, const Values&... values) {
        Statement statement = lend(sql);
        int index = 0;
        (statement.bind(++index, values), ...);
        return statement;
    }

    /// prepare() and run().
    template <class... Values>
    std::int64_t run(std::string_view sql, const Values&... values) {
        return prepare(sql, values...).run();
    }

    /// Runs several statements without parameters, separated by semicolons.
    void run_script(std::string_view sql);

    /// Reads the whole file for damage; empty if it is sound, else the first thing found.
    std::string integrity_fault();

private:
    friend class Statement;
    friend class Transaction;
    struct Handle;
    Statement lend(std::string_view sql);
    std::unique_ptr<Handle> handle_;
};

/// A transaction that writes, from construction on: the lock is taken at once, so that nothing
/// read inside can change before the commit. Rolled back by the destructor unless committed.
/// Transactions do not nest.
class Transaction {
public:
    explicit Transaction(Connection& connection);
    Transaction(const Transaction&) = delete;
    Transaction& operator=(const Transaction&) = delete;
    ~Transaction();

    void commit();

private:
    Connection& connection_;
    bool open_ = true;
};

} // namespace berth::db
