#include "db/connection.hpp"

#include "base/error.hpp"
#include "base/text.hpp"
#include "db/database_error.hpp"

#include <fmt/format.h>
#include <sqlite3.h>

#include <array>
#include <cerrno>
#include <map>
#include <thread>
#include <vector>

namespace berth::db {
namespace {

struct CloseDatabase {
    void operator()(sqlite3* database) const noexcept { sqlite3_close_v2(database); }
};
struct FinalizeStatement {
    void operator()(sqlite3_stmt* statement) const noexcept { sqlite3_finalize(statement); }
};
using Database = std::unique_ptr<sqlite3, CloseDatabase>;
using Prepared = std::unique_ptr<sqlite3_stmt, FinalizeStatement>;

ErrorCode code_of(int result, int system_errno) {
    switch (result & 0xff) {
        case SQLITE_CORRUPT:
        case SQLITE_NOTADB:
            return ErrorCode::corrupt;
        case SQLITE_FULL:
            return ErrorCode::no_space;
        case SQLITE_BUSY:
        case SQLITE_LOCKED:
            return ErrorCode::timeout;
        case SQLITE_CONSTRAINT:
            return ErrorCode::conflict;
        case SQLITE_INTERRUPT:
            return ErrorCode::cancelled;
        case SQLITE_IOERR:
        case SQLITE_CANTOPEN:
            return system_errno == 0 ? ErrorCode::internal
                                     : berth::system_error("", system_errno).code();
        default:
            return ErrorCode::internal;
    }
}

/// For clients of whoever met a busy database, after it has waited itself.
constexpr int seconds_to_wait = 5;

/// More texts than any program here has; bounds what generated texts could pile up.
constexpr std::size_t kept_statements = 64;

/// By their text; several of one text where one was asked for while another ran.
using Statements = std::multimap<std::string, Prepared, std::less<>>;

} // namespace

struct Connection::Handle {
    std::string file;
    std::chrono::milliseconds busy_timeout{};
    Database database;
    Statements idle;

    [[noreturn]] void fail(int result) const;
    void check(int result) const {
        if (result != SQLITE_OK) fail(result);
    }
    Statements::node_type compile(std::string_view sql) const;
};

void Connection::Handle::fail(int result) const {
    const int system_errno = database ? sqlite3_system_errno(database.get()) : 0;
    const ErrorCode code = code_of(result, system_errno);
    const char* reason = database ? sqlite3_errmsg(database.get()) : sqlite3_errstr(result);
    DatabaseError error(code, fmt::format("database {}: {}", berth::quoted(file), reason));
    if (code == ErrorCode::timeout) {
        error.set_hint("another process is writing to it; try again when it has finished");
        error.set_retry_after(seconds_to_wait);
    }
    if (code == ErrorCode::no_space) error.set_hint("free some space on that disk");
    throw error;
}

Statements::node_type Connection::Handle::compile(std::string_view sql) const {
    sqlite3_stmt* statement = nullptr;
    check(sqlite3_prepare_v3(database.get(), sql.data(), static_cast<int>(sql.size()),
                             SQLITE_PREPARE_PERSISTENT, &statement, nullptr));
    Statements made;
    made.emplace(sql, Prepared(statement));
    return made.extract(made.begin());
}

struct Statement::Loan {
    Connection::Handle& handle;
    Statements::node_type node; ///< goes back into the map without allocating
    bool ended = false;

    const std::string& sql() const { return node.key(); }
    sqlite3_stmt* prepared() const { return node.mapped().get(); }

    int parameter(int index) const {
        // SQLite numbers $1, $2, … by first appearance: only the name is sure.
        std::array<char, 16> name{};
        *fmt::format_to_n(name.data(), name.size() - 1, "${}", index).out = '\0';
        const int position = sqlite3_bind_parameter_index(prepared(), name.data());
        if (position == 0)
            throw Error(ErrorCode::internal, fmt::format("no parameter ${} in: {}", index, sql()));
        return position;
    }
    void require_type(int column, int type) const {
        if (sqlite3_column_type(prepared(), column) == type) return;
        throw DatabaseError(ErrorCode::corrupt,
                            fmt::format("database {}: column {} has an unexpected "
                                        "type in: {}",
                                        berth::quoted(handle.file), column, sql()));
    }
    std::string content(int column) const {
        const void* data = sqlite3_column_blob(prepared(), column);
        const int size = sqlite3_column_bytes(prepared(), column);
        return data == nullptr
                   ? std::string()
                   : std::string(static_cast<const char*>(data), static_cast<std::size_t>(size));
    }
};

Statement::Statement(std::unique_ptr<Loan> loan) : loan_(std::move(loan)) {}
Statement::Statement(Statement&&) noexcept = default;

Statement::~Statement() {
    if (!loan_) return;
    sqlite3_reset(loan_->prepared());
    sqlite3_clear_bindings(loan_->prepared());
    auto& idle = loan_->handle.idle;
    if (idle.size() < kept_statements) idle.insert(std::move(loan_->node));
}

Statement& Statement::bind(int index, std::int64_t value) {
    loan_->handle.check(sqlite3_bind_int64(loan_->prepared(), loan_->parameter(index), value));
    return *this;
}

Statement& Statement::bind(int index, std::string_view text) {
    // A null pointer would bind NULL, and an empty view may hold one.
    const char* data = text.data() == nullptr ? "" : text.data();
    loan_->handle.check(sqlite3_bind_text64(loan_->prepared(), loan_->parameter(index), data,
                                            text.size(), SQLITE_TRANSIENT, SQLITE_UTF8));
    return *this;
}

Statement& Statement::bind(int index, std::span<const std::byte> bytes) {
    const void* data = bytes.data() == nullptr ? "" : static_cast<const void*>(bytes.data());
    loan_->handle.check(sqlite3_bind_blob64(loan_->prepared(), loan_->parameter(index), data,
                                            bytes.size(), SQLITE_TRANSIENT));
    return *this;
}

Statement& Statement::bind(int index, std::nullptr_t) {
    loan_->handle.check(sqlite3_bind_null(loan_->prepared(), loan_->parameter(index)));
    return *this;
}

bool Statement::next() {
    // Stepping past the end would start the statement again.
    if (loan_->ended) return false;
    const int result = sqlite3_step(loan_->prepared());
    if (result == SQLITE_ROW) return true;
    loan_->ended = true;
    if (result != SQLITE_DONE) loan_->handle.fail(result);
    return false;
}

std::int64_t Statement::run() {
    while (next()) {
    }
    return sqlite3_stmt_readonly(loan_->prepared()) != 0
               ? 0
               : sqlite3_changes64(loan_->handle.database.get());
}

std::int64_t Statement::integer(int column) const {
    loan_->require_type(column, SQLITE_INTEGER);
    return sqlite3_column_int64(loan_->prepared(), column);
}

std::string Statement::text(int column) const {
    loan_->require_type(column, SQLITE_TEXT);
    return loan_->content(column);
}

std::string Statement::bytes(int column) const {
    loan_->require_type(column, SQLITE_BLOB);
    return loan_->content(column);
}

bool Statement::is_null(int column) const {
    return sqlite3_column_type(loan_->prepared(), column) == SQLITE_NULL;
}

std::optional<std::string> Statement::optional_text(int column) const {
    if (is_null(column)) return std::nullopt;
    return text(column);
}

Connection::Connection(const std::filesystem::path& file, ConnectionOptions options)
    : handle_(std::make_unique<Handle>()) {
    handle_->file = file.string();
    handle_->busy_timeout = options.busy_timeout;
    int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE;
    if (options.create) flags |= SQLITE_OPEN_CREATE;
    sqlite3* database = nullptr;
    const int result = sqlite3_open_v2(file.c_str(), &database, flags, nullptr);
    handle_->database.reset(database);
    handle_->check(result);
    // SQLite opens read-only what it could not open for writing, whatever the reason was, and would
    // go on refusing writes after the reason has gone. Who needs the file to be there may read it
    // where nothing can be written, as from a backup.
    if (options.create && sqlite3_db_readonly(database, "main") == 1) {
        throw DatabaseError(ErrorCode::internal,
                            fmt::format("database {}: it cannot be opened for writing",
                                        berth::quoted(handle_->file)));
    }
    handle_->check(sqlite3_busy_timeout(database, static_cast<int>(options.busy_timeout.count())));
    run_script("PRAGMA foreign_keys = ON; PRAGMA trusted_schema = OFF;");
    run_script(options.durable ? "PRAGMA synchronous = FULL;" : "PRAGMA synchronous = NORMAL;");
    run_script("PRAGMA journal_mode = WAL;");
}

Connection::Connection(Connection&&) noexcept = default;
Connection& Connection::operator=(Connection&&) noexcept = default;

Connection::~Connection() {
    if (handle_) handle_->idle.clear();
}

Statement Connection::lend(std::string_view sql) {
    const auto found = handle_->idle.find(sql);
    auto node = found == handle_->idle.end() ? handle_->compile(sql) : handle_->idle.extract(found);
    return Statement(std::make_unique<Statement::Loan>(Statement::Loan{*handle_, std::move(node)}));
}

void Connection::run_script(std::string_view sql) {
    using Time = std::chrono::steady_clock;
    const std::string text(sql);
    const auto deadline = Time::now() + handle_->busy_timeout;
    for (;;) {
        const int result =
            sqlite3_exec(handle_->database.get(), text.c_str(), nullptr, nullptr, nullptr);
        if (result == SQLITE_OK) return;
        // SQLite does not call its busy handler where waiting could deadlock, as in the change
        // to WAL; outside a transaction trying again is safe.
        const bool again = (result & 0xff) == SQLITE_BUSY && Time::now() < deadline &&
                           sqlite3_get_autocommit(handle_->database.get()) != 0;
        if (!again) handle_->fail(result);
        std::this_thread::sleep_for(std::chrono::milliseconds(5));
    }
}

std::string Connection::integrity_fault() {
    Statement statement = prepare("PRAGMA integrity_check(1)");
    if (!statement.next()) return "integrity check gave no answer";
    std::string answer = statement.text(0);
    return answer == "ok" ? std::string() : answer;
}

Transaction::Transaction(Connection& connection) : connection_(connection) {
    connection_.run("BEGIN IMMEDIATE");
}

Transaction::~Transaction() {
    if (!open_) return;
    // Some errors (a full disk) roll back by themselves; a second rollback then fails harmlessly.
    sqlite3_exec(connection_.handle_->database.get(), "ROLLBACK", nullptr, nullptr, nullptr);
}

void Transaction::commit() {
    connection_.run("COMMIT");
    open_ = false;
}

} // namespace berth::db
