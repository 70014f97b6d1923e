#include "cli/terminal.hpp"

#include "base/error.hpp"
#include "base/file.hpp"
#include "base/source.hpp"

#include <fcntl.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>
#include <array>
#include <cerrno>

namespace berth::cli {
namespace {

constexpr std::size_t input_limit = 64 * 1024;

std::size_t width_of(int fd) {
    winsize size{};
    return ::ioctl(fd, TIOCGWINSZ, &size) == 0 ? size.ws_col : 0;
}

/// Waits until `fd` can be read, in short steps since signals come through `stop` only.
void wait_for_input(int fd, const std::stop_token& stop) {
    constexpr int step_ms = 100;
    while (true) {
        if (stop.stop_requested()) throw Error(ErrorCode::cancelled, "stopped while asking");
        pollfd entry{fd, POLLIN, 0};
        const int ready = ::poll(&entry, 1, step_ms);
        if (ready > 0) return;
        if (ready < 0 && errno != EINTR) throw system_error("waiting for input", errno);
    }
}

/// Reads until the end, or until a newline with `one_line`.
std::string read_text(int fd, bool one_line, const std::stop_token& stop) {
    std::string text;
    std::array<char, 4096> buffer;
    while (true) {
        wait_for_input(fd, stop);
        const auto got = ::read(fd, buffer.data(), buffer.size());
        if (got < 0 && errno == EINTR) continue;
        if (got < 0) throw system_error("reading input", errno);
        text.append(buffer.data(), static_cast<std::size_t>(got));
        if (text.size() > input_limit) {
            throw Error(ErrorCode::limit_exceeded, "more than 64 KiB on standard input");
        }
        if (got == 0 || (one_line && text.ends_with('\n'))) return text;
    }
}

void write_quietly(int fd, std::string_view text) {
    while (!text.empty()) {
        const auto written = ::write(fd, text.data(), text.size());
        if (written < 0 && errno == EINTR) continue;
        // nobody is left to tell
        if (written <= 0) return;
        text.remove_prefix(static_cast<std::size_t>(written));
    }
}

/// No echo while this lives.
class Quiet {
public:
    explicit Quiet(int fd) : fd_(fd), changed_(::tcgetattr(fd, &before_) == 0) {
        if (!changed_) return;
        termios quiet = before_;
        quiet.c_lflag &= ~static_cast<tcflag_t>(ECHO);
        ::tcsetattr(fd_, TCSAFLUSH, &quiet);
    }
    Quiet(const Quiet&) = delete;
    Quiet& operator=(const Quiet&) = delete;
    ~Quiet() {
        if (changed_) ::tcsetattr(fd_, TCSAFLUSH, &before_);
        write_quietly(fd_, "\n"); // in place of the one that was typed and not shown, or of Ctrl-C
    }

private:
    int fd_;
    termios before_{};
    bool changed_;
};

} // namespace

std::unique_ptr<Console> process_console(std::stop_token stop) {
    Terminal out{
        [](std::string_view text) { write_all(STDOUT_FILENO, as_bytes(text), "standard output"); },
        ::isatty(STDOUT_FILENO) == 1, [] { return width_of(STDOUT_FILENO); }};
    Terminal err{[](std::string_view text) { write_quietly(STDERR_FILENO, text); },
                 ::isatty(STDERR_FILENO) == 1, [] { return width_of(STDERR_FILENO); }};
    return std::make_unique<Console>(std::move(out), std::move(err), [stop = std::move(stop)] {
        return read_text(STDIN_FILENO, false, stop);
    });
}

Secret ask_secret(std::string_view prompt, std::stop_token stop) {
    const UniqueFd terminal(::open("/dev/tty", O_RDWR | O_CLOEXEC | O_NOCTTY));
    if (!terminal) return {};
    write_quietly(terminal.get(), prompt);
    const Quiet quiet(terminal.get());
    auto text = read_text(terminal.get(), true, stop);
    while (text.ends_with('\n') || text.ends_with('\r')) text.pop_back();
    return Secret(std::move(text));
}

} // namespace berth::cli
