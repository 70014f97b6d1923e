#include "net/tls_stream.hpp"

#include "base/error.hpp"

#include <fmt/format.h>
#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <ctime>
#include <string_view>

namespace berth::net {
namespace {

constexpr std::size_t record_size = 16 * 1024;
constexpr unsigned char session_context[] = "berth";

std::string openssl_reason() {
    const unsigned long code = ERR_peek_last_error();
    ERR_clear_error();
    const char* reason = ERR_reason_error_string(code);
    return reason == nullptr ? "unknown cause" : reason;
}

Error unusable(std::string_view what, const std::string& file) {
    return {ErrorCode::usage,
            fmt::format("the TLS {} {} cannot be used: {}", what, file, openssl_reason())};
}

std::shared_ptr<SSL_CTX> make_context(const TlsServerOptions& options) {
    std::shared_ptr<SSL_CTX> made(SSL_CTX_new(TLS_server_method()), SSL_CTX_free);
    SSL_CTX* context = made.get();
    if (context == nullptr) throw Error(ErrorCode::internal, "OpenSSL: " + openssl_reason());
    SSL_CTX_set_min_proto_version(context, TLS1_2_VERSION);
    SSL_CTX_set_mode(context, SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER |
                                  SSL_MODE_RELEASE_BUFFERS);
    SSL_CTX_set_options(context, SSL_OP_NO_RENEGOTIATION | SSL_OP_CIPHER_SERVER_PREFERENCE);
    SSL_CTX_set_session_id_context(context, session_context, sizeof session_context - 1);
    ERR_clear_error();
    if (SSL_CTX_use_certificate_chain_file(context, options.certificate_file.c_str()) != 1)
        throw unusable("certificate", options.certificate_file);
    if (SSL_CTX_use_PrivateKey_file(context, options.key_file.c_str(), SSL_FILETYPE_PEM) != 1 ||
        SSL_CTX_check_private_key(context) != 1)
        throw unusable("key", options.key_file);
    return made;
}

} // namespace

TlsServerContext::TlsServerContext(TlsServerOptions options)
    : options_(std::move(options)), context_(make_context(options_)) {}

void TlsServerContext::reload() {
    auto fresh = make_context(options_);
    const std::lock_guard lock(mutex_);
    context_.swap(fresh);
}

TlsServerContext::Held TlsServerContext::held() const {
    const std::lock_guard lock(mutex_);
    return context_;
}

std::chrono::system_clock::time_point TlsServerContext::expiry() const {
    const Held context = held();
    const X509* certificate = SSL_CTX_get0_certificate(context.get());
    std::tm parts{};
    if (certificate == nullptr || ASN1_TIME_to_tm(X509_get0_notAfter(certificate), &parts) != 1)
        throw Error(ErrorCode::internal, "the TLS certificate does not say when it ends");
    return std::chrono::system_clock::from_time_t(::timegm(&parts));
}

void TlsStream::Free::operator()(ssl_st* ssl) const noexcept {
    SSL_free(ssl);
}

TlsStream::TlsStream(const TlsServerContext& context, UniqueFd socket)
    : socket_(std::move(socket)), ssl_(SSL_new(context.held().get())) {
    if (!ssl_ || SSL_set_fd(ssl_.get(), socket_.get()) != 1)
        throw Error(ErrorCode::internal, "OpenSSL: " + openssl_reason());
    SSL_set_accept_state(ssl_.get());
}

TlsStream::~TlsStream() = default;

std::optional<std::size_t> TlsStream::outcome(int result, std::size_t moved) {
    if (result > 0) return moved;
    const int cause = SSL_get_error(ssl_.get(), result);
    if (cause == SSL_ERROR_WANT_READ || cause == SSL_ERROR_WANT_WRITE) {
        wants_ = cause == SSL_ERROR_WANT_READ ? POLLIN : POLLOUT;
        return std::nullopt;
    }
    if (cause == SSL_ERROR_ZERO_RETURN) return 0;
    // Nobody has said anything: a look whether the port is open, as load balancers take it.
    if (BIO_number_read(SSL_get_rbio(ssl_.get())) == 0) return 0;
    // After a fatal error OpenSSL must not be asked to shut down in good order.
    broken_ = true;
    const unsigned long code = ERR_peek_error();
    if (ERR_GET_REASON(code) == SSL_R_HTTP_REQUEST) refuse_plain_http();
    throw Error(ErrorCode::unreachable, "TLS with the client failed: " + openssl_reason());
}

void TlsStream::refuse_plain_http() const noexcept {
    constexpr std::string_view answer =
        "HTTP/1.0 400 Bad Request\r\nContent-Type: text/plain\r\nConnection: close\r\n\r\n"
        "This port expects HTTPS; the request came in plain HTTP.\n";
    static_cast<void>(::send(socket_.get(), answer.data(), answer.size(), MSG_NOSIGNAL));
    ::shutdown(socket_.get(), SHUT_WR);
}

std::optional<std::size_t> TlsStream::read_now(std::span<std::byte> out) {
    ERR_clear_error();
    std::size_t got = 0;
    const int result = SSL_read_ex(ssl_.get(), out.data(), out.size(), &got);
    return outcome(result, got);
}

std::optional<std::size_t> TlsStream::write_now(std::span<const std::byte> bytes) {
    ERR_clear_error();
    std::size_t sent = 0;
    const int result = SSL_write_ex(ssl_.get(), bytes.data(), bytes.size(), &sent);
    const std::optional<std::size_t> moved = outcome(result, sent);
    if (moved == std::size_t{0}) throw Error(ErrorCode::unreachable, "the client ended TLS");
    return moved;
}

// A call that gives nothing must be repeated with the same bytes: the file is read again.
std::optional<std::size_t> TlsStream::send_file_now(int file, std::uint64_t offset,
                                                    std::size_t length) {
    std::array<std::byte, record_size> record;
    const std::size_t most = std::min(length, record.size());
    const ssize_t got = ::pread(file, record.data(), most, static_cast<off_t>(offset));
    if (got < 0) throw system_error("reading a stored file", errno);
    if (got == 0) throw Error(ErrorCode::corrupt, "a stored file is shorter than recorded");
    return write_now(std::span(record).first(static_cast<std::size_t>(got)));
}

bool TlsStream::holds_more() const noexcept {
    return SSL_has_pending(ssl_.get()) == 1;
}

void TlsStream::finish() noexcept {
    if (!broken_ && SSL_is_init_finished(ssl_.get()) == 1) SSL_shutdown(ssl_.get());
    ERR_clear_error();
    ::shutdown(socket_.get(), SHUT_WR);
}

} // namespace berth::net
