// CertificateWatch: takes up a renewed TLS certificate without a restart.
#pragma once

#include "app/observers.hpp"
#include "base/clock.hpp"
#include "net/http_server.hpp"

#include <filesystem>
#include <mutex>
#include <string>

namespace berth::app {

/// Any thread.
class CertificateWatch {
public:
    /// All must outlive this. The files are those that `server` has just been started with.
    CertificateWatch(net::HttpServer& server, std::filesystem::path certificate,
                     std::filesystem::path key, Observers observers, Clock& clock);

    /// Has the server read its files again if they have changed since they were last tried. A pair
    /// that cannot be used is logged, once per change, and the old one stays. Warns, once a day,
    /// of a certificate that ends within two weeks.
    void check();
    /// The same whether or not the files have changed.
    void reload();

private:
    std::string stamp() const;
    void try_reload();
    void warn_of_expiry();

    net::HttpServer& server_;
    std::filesystem::path certificate_;
    std::filesystem::path key_;
    Observers observers_;
    Clock& clock_;
    observe::Family<observe::Counter>& reloads_;
    std::mutex mutex_;
    std::string tried_; ///< the stamp of the files that were tried last
    std::chrono::system_clock::time_point warned_at_{};
};

} // namespace berth::app
