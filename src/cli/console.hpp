// Console: where the command line reads and writes.
//
// Data goes to `out` only; progress, warnings, prompts and errors go to `err` only.
#pragma once

#include <cstdint>
#include <functional>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

namespace berth::cli {

/// A stream of the console as the caller found it.
struct Terminal {
    std::function<void(std::string_view)> write;
    bool is_terminal = false;
    /// Columns, asked anew for each drawing since windows change; empty means 80.
    std::function<std::size_t()> width = {};
};

/// How the lines that are told look: for a person, or one JSON object each, for a collector.
enum class LogFormat { text, json };

class Console {
public:
    Console(Terminal out, Terminal err, std::function<std::string()> read_input)
        : out_(std::move(out)), err_(std::move(err)), read_input_(std::move(read_input)) {}

    /// Data.
    void print(std::string_view text) { out_.write(text); }
    /// As it is, to whoever reads stderr; any thread. One call is written whole.
    void tell(std::string_view text);
    /// One line of log each, in the format chosen: {"level":"…","msg":"…"} in JSON.
    void inform(std::string_view text);
    void warn(std::string_view text);
    void detail(std::string_view text); ///< only with --verbose
    /// Why the command ends; `hint` may be empty. `code` is the error's wire name.
    void fail(std::string_view text, std::string_view hint, std::string_view code);

    bool out_is_terminal() const { return out_.is_terminal; }
    bool err_is_terminal() const { return err_.is_terminal; }
    std::size_t err_width() const;

    /// All of standard input, 64 KiB at most; throws Error limit_exceeded.
    std::string read_input() const { return read_input_(); }

    void set_verbosity(std::size_t level) { verbosity_ = level; }
    std::size_t verbosity() const { return verbosity_; }
    void set_colour(bool on) { colour_ = on; }
    void set_log_format(LogFormat format) { log_format_ = format; }
    /// `text` in an ANSI style ("1;31") if colours are on.
    std::string styled(std::string_view text, std::string_view style) const;

    /// Lines that stay at the bottom of a terminal's stderr, below all else that is told, until
    /// they are replaced; none removes them. Any thread.
    void set_status(std::vector<std::string> lines);

private:
    Terminal out_;
    Terminal err_;
    std::function<std::string()> read_input_;
    std::size_t verbosity_ = 0;
    bool colour_ = false;
    LogFormat log_format_ = LogFormat::text;
    std::mutex mutex_; ///< guards err_.write and status_
    std::vector<std::string> status_;
};

/// --color and the variables of no-color.org and bixense.com/clicolors.
bool use_colour(std::string_view flag, std::string_view no_color, std::string_view clicolor_force,
                std::string_view terminal_type, bool is_terminal);

} // namespace berth::cli
