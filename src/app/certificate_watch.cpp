#include "app/certificate_watch.hpp"

#include <fmt/format.h>
#include <sys/stat.h>

namespace berth::app {
namespace {

using observe::Level;

constexpr std::chrono::hours soon{24 * 14};
constexpr std::chrono::hours between_warnings{24};

/// What changes when a file is replaced or written; "" if it is not there.
std::string stamp_of(const std::filesystem::path& file) {
    struct stat found {};
    if (::stat(file.c_str(), &found) != 0) return {};
    return fmt::format("{}:{}:{}.{}:{}", found.st_dev, found.st_ino, found.st_mtim.tv_sec,
                       found.st_mtim.tv_nsec, found.st_size);
}

} // namespace

CertificateWatch::CertificateWatch(net::HttpServer& server, std::filesystem::path certificate,
                                   std::filesystem::path key, Observers observers, Clock& clock)
    : server_(server),
      certificate_(std::move(certificate)),
      key_(std::move(key)),
      observers_(observers),
      clock_(clock),
      reloads_(observers.metrics.counters(
          "berth_tls_reloads_total", "Attempts to take up a new TLS certificate.", {"outcome"})),
      tried_(stamp()) {
    reloads_.of({"failure"});
    reloads_.of({"success"});
}

std::string CertificateWatch::stamp() const {
    return stamp_of(certificate_) + "|" + stamp_of(key_);
}

void CertificateWatch::check() {
    const std::lock_guard lock(mutex_);
    if (stamp() != tried_) try_reload();
    warn_of_expiry();
}

void CertificateWatch::reload() {
    const std::lock_guard lock(mutex_);
    try_reload();
    warn_of_expiry();
}

void CertificateWatch::try_reload() {
    tried_ = stamp(); // before the files are read: what changes meanwhile is tried again
    try {
        server_.reload_certificate();
        warned_at_ = {};
        reloads_.of({"success"}).add();
        observers_.log.log(Level::info, "TLS certificate reloaded",
                           {{"file", certificate_.native()}});
    } catch (const Error& error) {
        reloads_.of({"failure"}).add();
        observers_.log.log(Level::error, "new TLS certificate not taken, the old one stays",
                           {{"error", error.message()}});
    }
}

void CertificateWatch::warn_of_expiry() {
    const auto expiry = server_.certificate_expiry();
    const auto now = clock_.wall_now();
    if (!expiry || *expiry - now > soon || now - warned_at_ < between_warnings) return;
    warned_at_ = now;
    const auto hours = std::chrono::duration_cast<std::chrono::hours>(*expiry - now).count();
    observers_.log.log(Level::warn,
                       hours < 0 ? "TLS certificate has expired" : "TLS certificate ends soon",
                       {{"file", certificate_.native()}, {"hours_left", std::int64_t{hours}}});
}

} // namespace berth::app
