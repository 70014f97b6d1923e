// TLS for a server: the certificate it shows, and a Stream over it.
#pragma once

#include "base/unique_fd.hpp"
#include "net/stream.hpp"

#include <chrono>
#include <memory>
#include <mutex>
#include <string>

struct ssl_ctx_st;
struct ssl_st;

namespace berth::net {

struct TlsServerOptions {
    std::string certificate_file; ///< PEM, the chain below the root included
    std::string key_file;         ///< PEM
};

/// TLS 1.2 and later, with a certificate that can be replaced while connections live. Any thread.
class TlsServerContext {
public:
    /// Error usage naming the file that cannot be used, and why.
    explicit TlsServerContext(TlsServerOptions options);

    /// Reads the files again: connections that come later see the new certificate, those that are
    /// open keep theirs. Errors as the constructor's; then the old certificate stays.
    void reload();
    /// When the certificate that is shown now ends.
    std::chrono::system_clock::time_point expiry() const;

private:
    friend class TlsStream;
    // Shared: a connection that is being made holds it while another one takes its place.
    using Held = std::shared_ptr<ssl_ctx_st>;
    Held held() const;

    TlsServerOptions options_;
    mutable std::mutex mutex_;
    Held context_;
};

/// The handshake happens in the first read_now(). A client that speaks plain HTTP is told so.
class TlsStream final : public Stream {
public:
    TlsStream(const TlsServerContext& context, UniqueFd socket);
    ~TlsStream() override;

    std::optional<std::size_t> read_now(std::span<std::byte> out) override;
    std::optional<std::size_t> write_now(std::span<const std::byte> bytes) override;
    std::optional<std::size_t> send_file_now(int file, std::uint64_t offset,
                                             std::size_t length) override;
    bool holds_more() const noexcept override;
    void finish() noexcept override;
    short wants() const noexcept override { return wants_; }
    int fd() const noexcept override { return socket_.get(); }

private:
    struct Free {
        void operator()(ssl_st* ssl) const noexcept;
    };
    std::optional<std::size_t> outcome(int result, std::size_t moved);
    void refuse_plain_http() const noexcept;

    UniqueFd socket_; ///< outlives ssl_
    std::unique_ptr<ssl_st, Free> ssl_;
    short wants_ = 0;
    bool broken_ = false;
};

} // namespace berth::net
