#include "auth/docker_config.hpp"
#include "base/text.hpp"
#include "base/unique_fd.hpp"

#include <fmt/format.h>
#include <poll.h>
#include <spawn.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstring>
#include <thread>

extern char** environ;

namespace berth::auth {
namespace {

using SteadyTime = std::chrono::steady_clock::time_point;

constexpr std::size_t output_limit = 64 * 1024;
constexpr std::chrono::seconds helper_timeout{30};
/// What docker-credential-helpers' own library prints when it has nothing for the server.
constexpr std::string_view not_found_text = "credentials not found";

void check_name(std::string_view name) {
    const auto allowed = [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
               c == '-' || c == '_' || c == '.';
    };
    bool good = !name.empty() && name.size() <= 128;
    for (const char c : name) good = good && allowed(c);
    if (good) return;
    throw Error(ErrorCode::content_invalid,
                fmt::format("{} is no name of a credential helper", berth::quoted(name)))
        .set_hint("a helper's name is what follows docker-credential- in its file name");
}

/// The helper's process; killed and reaped if it is still there when this goes.
class Process {
public:
    explicit Process(pid_t pid) : pid_(pid) {}
    Process(const Process&) = delete;
    Process& operator=(const Process&) = delete;
    ~Process() {
        if (pid_ <= 0) return;
        ::kill(pid_, SIGKILL);
        while (::waitpid(pid_, nullptr, 0) < 0 && errno == EINTR) {
        }
    }

    /// Its wait status, or nothing if it still runs at `deadline`.
    std::optional<int> wait(SteadyTime deadline) {
        int status = 0;
        while (true) {
            const pid_t done = ::waitpid(pid_, &status, WNOHANG);
            if (done == pid_) {
                pid_ = -1;
                return status;
            }
            if (done < 0 && errno != EINTR) throw system_error("waiting for a helper", errno);
            if (std::chrono::steady_clock::now() >= deadline) return std::nullopt;
            std::this_thread::sleep_for(std::chrono::milliseconds(2));
        }
    }

private:
    pid_t pid_;
};

/// A socket pair rather than pipes: a write to a helper that has gone is then an error and no
/// SIGPIPE, whatever the program does with signals.
std::pair<UniqueFd, UniqueFd> channel() {
    int ends[2];
    if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0) {
        throw system_error("socketpair", errno);
    }
    return {UniqueFd(ends[0]), UniqueFd(ends[1])};
}

struct SpawnSetup {
    posix_spawn_file_actions_t actions;
    posix_spawnattr_t attributes;
    SpawnSetup() {
        ::posix_spawn_file_actions_init(&actions);
        ::posix_spawnattr_init(&attributes);
    }
    SpawnSetup(const SpawnSetup&) = delete;
    SpawnSetup& operator=(const SpawnSetup&) = delete;
    ~SpawnSetup() {
        ::posix_spawn_file_actions_destroy(&actions);
        ::posix_spawnattr_destroy(&attributes);
    }
};

/// The caller may block signals for itself; a helper starts with none blocked or ignored.
pid_t spawn(const std::string& program, std::string_view verb, int end) {
    SpawnSetup setup;
    ::posix_spawn_file_actions_adddup2(&setup.actions, end, STDIN_FILENO);
    ::posix_spawn_file_actions_adddup2(&setup.actions, end, STDOUT_FILENO);
    sigset_t none;
    sigset_t all;
    ::sigemptyset(&none);
    ::sigemptyset(&all);
    for (const int signal : {SIGPIPE, SIGINT, SIGTERM}) ::sigaddset(&all, signal);
    ::posix_spawnattr_setsigmask(&setup.attributes, &none);
    ::posix_spawnattr_setsigdefault(&setup.attributes, &all);
    ::posix_spawnattr_setflags(&setup.attributes, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
    std::string argument0 = program;
    std::string argument1(verb);
    char* const arguments[] = {argument0.data(), argument1.data(), nullptr};
    pid_t pid = -1;
    const int failed = ::posix_spawnp(&pid, program.c_str(), &setup.actions, &setup.attributes,
                                      arguments, environ);
    if (failed == ENOENT) {
        throw Error(ErrorCode::unsupported, fmt::format("{} is not in PATH", program))
            .set_hint("install that credential helper, or take it out of the file");
    }
    if (failed != 0) throw system_error("starting " + program, failed);
    return pid;
}

void wait_for(int fd, short events, SteadyTime deadline, const std::string& program) {
    while (true) {
        const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(
            deadline - std::chrono::steady_clock::now());
        if (left.count() <= 0) {
            throw Error(ErrorCode::timeout,
                        fmt::format("{} did not answer in {} s", program, helper_timeout.count()));
        }
        pollfd entry{fd, events, 0};
        const int ready = ::poll(&entry, 1, static_cast<int>(left.count()));
        if (ready > 0) return;
        if (ready < 0 && errno != EINTR) throw system_error("poll", errno);
    }
}

void send_input(int fd, std::string_view input, SteadyTime deadline, const std::string& program) {
    while (!input.empty()) {
        wait_for(fd, POLLOUT, deadline, program);
        const auto sent = ::send(fd, input.data(), input.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
        if (sent > 0) input.remove_prefix(static_cast<std::size_t>(sent));
        // a helper may answer without reading; what it says then decides
        if (sent < 0 && errno == EPIPE) break;
        if (sent < 0 && errno != EAGAIN && errno != EINTR) {
            throw system_error("writing to " + program, errno);
        }
    }
    ::shutdown(fd, SHUT_WR);
}

std::string receive_output(int fd, SteadyTime deadline, const std::string& program) {
    std::string output;
    char buffer[4096];
    while (true) {
        wait_for(fd, POLLIN, deadline, program);
        const auto got = ::recv(fd, buffer, sizeof buffer, MSG_DONTWAIT);
        if (got == 0 || (got < 0 && errno == ECONNRESET)) return output;
        if (got < 0 && errno != EAGAIN && errno != EINTR) {
            throw system_error("reading from " + program, errno);
        }
        if (got > 0) output.append(buffer, static_cast<std::size_t>(got));
        if (output.size() > output_limit) {
            throw Error(ErrorCode::limit_exceeded,
                        fmt::format("{} wrote more than {}", program, human_size(output_limit)));
        }
    }
}

std::string first_line(std::string_view text) {
    return std::string(trimmed(text.substr(0, text.find_first_of("\r\n"))));
}

[[noreturn]] void throw_failure(const std::string& program, std::string_view verb, int status,
                                std::string_view output) {
    const auto line = first_line(output);
    if (to_lower(line).find(not_found_text) != line.npos) {
        throw Error(ErrorCode::not_found, fmt::format("{} has no such credential", program));
    }
    const auto how = WIFEXITED(status) ? fmt::format("exit status {}", WEXITSTATUS(status))
                                       : fmt::format("signal {}", WTERMSIG(status));
    // what `get` prints may hold the secret; only its failure text is shown, and never a document
    const bool shown = !line.empty() && line.front() != '{';
    throw Error(ErrorCode::unauthorized,
                fmt::format("{} {} failed with {}{}", program, verb, how,
                            shown ? ": " + berth::quoted(line) : std::string()));
}

std::string run(std::string_view name, std::string_view verb, const std::string& input) {
    check_name(name);
    const auto program = fmt::format("docker-credential-{}", name);
    const auto deadline = std::chrono::steady_clock::now() + helper_timeout;
    auto [ours, theirs] = channel();
    Process process(spawn(program, verb, theirs.get()));
    theirs.reset();
    send_input(ours.get(), input, deadline, program);
    auto output = receive_output(ours.get(), deadline, program);
    const auto status = process.wait(deadline);
    if (!status) {
        throw Error(ErrorCode::timeout,
                    fmt::format("{} did not end in {} s", program, helper_timeout.count()));
    }
    if (!WIFEXITED(*status) || WEXITSTATUS(*status) != 0) {
        throw_failure(program, verb, *status, output);
    }
    return output;
}

} // namespace

RunHelper real_helper() {
    return run;
}

} // namespace berth::auth
