// Logger: what happened, one line each, for machines (JSON) or people (text).
//
//   {"ts":"2026-11-27T13:05:35.123Z","level":"info","msg":"request","request_id":"…","status":200}
//   2026-11-27T13:05:35.123Z info  request request_id=… status=200
//
// A line is one write(2): lines of several threads and processes do not mix. A line that cannot be
// written is counted and dropped; a full disk never stops the work that is logged about.
#pragma once

#include "base/clock.hpp"
#include "base/unique_fd.hpp"

#include <atomic>
#include <cstdint>
#include <filesystem>
#include <initializer_list>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>

namespace berth::observe {

enum class Level { debug, info, warn, error };
std::string_view name_of(Level level);
std::optional<Level> parse_level(std::string_view name);

enum class LineFormat { text, json };

/// A named value. Text may be foreign: it is escaped, and cut after 1,024 bytes. Never a secret.
struct Field {
    std::string_view name; ///< lower_case
    std::variant<std::string_view, std::int64_t, std::uint64_t, double, bool> value;
};

/// One line with its end, as both formats have it. The fields whose text is empty are left out.
std::string format_line(LineFormat format, std::chrono::system_clock::time_point time, Level level,
                        std::string_view message, std::span<const Field> fields);

/// Where lines go: standard error, or a file that is opened again after a log rotation moved it.
/// Any thread.
class LineFile {
public:
    /// An empty path is standard error. Errors: those of opening the file.
    explicit LineFile(std::filesystem::path path);

    void write(std::string_view line) noexcept;
    /// Opens the file anew by its path; what fails is thrown, and the old file stays in use.
    void reopen();
    std::uint64_t dropped() const noexcept { return dropped_.load(std::memory_order_relaxed); }
    const std::filesystem::path& path() const { return path_; }

private:
    std::filesystem::path path_;
    UniqueFd file_;
    std::atomic<std::uint64_t> dropped_{0};
};

/// Any thread.
class Logger {
public:
    /// `file` must outlive the logger.
    Logger(LineFile& file, LineFormat format, Level level, Clock& clock)
        : file_(file), format_(format), level_(level), clock_(clock) {}

    bool shows(Level level) const noexcept {
        return level >= level_.load(std::memory_order_relaxed);
    }
    Level level() const noexcept { return level_.load(std::memory_order_relaxed); }
    void set_level(Level level) noexcept { level_.store(level, std::memory_order_relaxed); }

    void log(Level level, std::string_view message, std::span<const Field> fields);
    void log(Level level, std::string_view message, std::initializer_list<Field> fields = {}) {
        log(level, message, std::span(fields.begin(), fields.size()));
    }

private:
    LineFile& file_;
    LineFormat format_;
    std::atomic<Level> level_;
    Clock& clock_;
};

} // namespace berth::observe
