// Certificates for tests: an authority, and what it issues.
#pragma once

#include "base/file.hpp"
#include "net/http_server.hpp"
#include "net/loopback_peer.hpp"

#include <filesystem>
#include <memory>
#include <string>

struct ssl_ctx_st;

namespace berth::registration::testing {

struct CertificateWish {
    std::string names = "IP:127.0.0.1,DNS:localhost"; ///< as OpenSSL's configuration has them
    long from_seconds = -3600;
    long to_seconds = 90 * 24 * 3600;
};

/// An authority with a key of its own; what it issues lies in a directory that goes with it.
class Authority {
public:
    explicit Authority(const std::string& name = "Harbour Root");
    ~Authority();
    Authority(const Authority&) = delete;
    Authority& operator=(const Authority&) = delete;

    const std::string& pem() const { return pem_; }
    /// A server's certificate and key as files.
    net::TlsServerOptions issue(const CertificateWish& wish = {}) const;
    /// The key that belongs to what issue() gave.
    static std::string text(const std::string& file) { return read_file(file, 1 << 20); }

private:
    struct Keys;
    std::unique_ptr<Keys> keys_;
    std::string pem_;
    std::filesystem::path directory_;
};

/// Answers 200 with "{}" to whoever shows a certificate of an authority, and ends the handshake of
/// all others.
class StrictServer {
public:
    /// `authority` issues its own; `clients`, PEM, the others'.
    StrictServer(const Authority& authority, const std::string& clients);

    std::string endpoint() const { return "https://127.0.0.1:" + std::to_string(peer_.port()); }

private:
    std::unique_ptr<ssl_ctx_st, void (*)(ssl_ctx_st*)> context_;
    net::LoopbackPeer peer_;
};

} // namespace berth::registration::testing
