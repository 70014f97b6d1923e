#include "cli/interrupts.hpp"

#include "base/error.hpp"

#include <poll.h>
#include <sys/eventfd.h>
#include <sys/signalfd.h>
#include <unistd.h>
#include <cerrno>
#include <csignal>
#include <cstdint>

namespace berth::cli {

Interrupts::Interrupts() {
    sigset_t signals;
    ::sigemptyset(&signals);
    ::sigaddset(&signals, SIGINT);
    ::sigaddset(&signals, SIGTERM);
    ::sigaddset(&signals, SIGHUP);
    struct sigaction before {};
    ::sigaction(SIGHUP, nullptr, &before);
    hangup_ignored_ = before.sa_handler == SIG_IGN;
    ::pthread_sigmask(SIG_BLOCK, &signals, nullptr);
    // a peer or a reader that goes away is an error of the write, not the end of the process
    std::signal(SIGPIPE, SIG_IGN);
    signals_.reset(::signalfd(-1, &signals, SFD_CLOEXEC));
    wake_.reset(::eventfd(0, EFD_CLOEXEC));
    if (!signals_ || !wake_) throw system_error("waiting for signals", errno);
    thread_ = std::thread([this] { wait(); });
}

Interrupts::~Interrupts() {
    const std::uint64_t one = 1;
    // an eventfd at zero takes a one without fail
    [[maybe_unused]] const auto written = ::write(wake_.get(), &one, sizeof one);
    thread_.join();
}

/// False if it is a request to stop.
bool Interrupts::handle_hangup() {
    return hangup_.with([&](const std::function<void()>& act) {
        if (act) act();
        return act != nullptr || hangup_ignored_;
    });
}

void Interrupts::wait() {
    while (true) {
        pollfd entries[] = {{signals_.get(), POLLIN, 0}, {wake_.get(), POLLIN, 0}};
        if (::poll(entries, 2, -1) < 0) continue;
        if (entries[1].revents != 0) return;
        signalfd_siginfo info{};
        if (::read(signals_.get(), &info, sizeof info) != sizeof info) continue;
        if (info.ssi_signo == SIGHUP && handle_hangup()) continue;
        if (signal_ != 0) ::_exit(128 + static_cast<int>(info.ssi_signo));
        signal_ = static_cast<int>(info.ssi_signo);
        stop_.request_stop();
    }
}

} // namespace berth::cli
