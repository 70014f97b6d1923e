#include "net/tls_stream.hpp"

#include "base/file.hpp"
#include "net/http_server.hpp"
#include "net/loopback_client.hpp"

#include <doctest/doctest.h>
#include <fcntl.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include <filesystem>
#include <mutex>
#include <thread>

using namespace berth;
using namespace berth::net;
using namespace std::chrono_literals;

namespace {

/// A self-signed certificate for 127.0.0.1 and its key, in a directory of their own.
class Certificate {
public:
    explicit Certificate(long valid_seconds = 3600)
        : directory_("/tmp/berth-net-" + random_hex_16()) {
        std::filesystem::create_directory(directory_);
        const Key key(EVP_EC_gen("P-256"), EVP_PKEY_free);
        const X509Pointer certificate(X509_new(), X509_free);
        X509_set_version(certificate.get(), 2);
        ASN1_INTEGER_set(X509_get_serialNumber(certificate.get()), 1);
        X509_gmtime_adj(X509_getm_notBefore(certificate.get()), -7200);
        X509_gmtime_adj(X509_getm_notAfter(certificate.get()), valid_seconds);
        X509_set_pubkey(certificate.get(), key.get());
        X509_NAME* name = X509_get_subject_name(certificate.get());
        X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC,
                                   reinterpret_cast<const unsigned char*>("berth test"), -1, -1, 0);
        X509_set_issuer_name(certificate.get(), name);
        X509_EXTENSION* names =
            X509V3_EXT_conf_nid(nullptr, nullptr, NID_subject_alt_name, "IP:127.0.0.1");
        X509_add_ext(certificate.get(), names, -1);
        X509_EXTENSION_free(names);
        X509_sign(certificate.get(), key.get(), EVP_sha256());
        const File certificate_out(std::fopen(certificate_file().c_str(), "w"), std::fclose);
        PEM_write_X509(certificate_out.get(), certificate.get());
        const File key_out(std::fopen(key_file().c_str(), "w"), std::fclose);
        PEM_write_PrivateKey(key_out.get(), key.get(), nullptr, nullptr, 0, nullptr, nullptr);
    }
    ~Certificate() { std::filesystem::remove_all(directory_); }
    Certificate(const Certificate&) = delete;
    Certificate& operator=(const Certificate&) = delete;

    std::string certificate_file() const { return directory_ + "/cert.pem"; }
    std::string key_file() const { return directory_ + "/key.pem"; }
    TlsServerOptions options() const { return {certificate_file(), key_file()}; }

private:
    using Key = std::unique_ptr<EVP_PKEY, void (*)(EVP_PKEY*)>;
    using X509Pointer = std::unique_ptr<X509, void (*)(X509*)>;
    using File = std::unique_ptr<FILE, int (*)(FILE*)>;
    std::string directory_;
};

Url url_of(const HttpServer& server, std::string_view host = "127.0.0.1") {
    return Url::parse("https://" + std::string(host) + ":" + std::to_string(server.port()) + "/x")
        .value();
}

Error failure_of(HttpRequest request) {
    try {
        make_curl_transport({})->send(request, {});
    } catch (const Error& error) {
        return error;
    }
    FAIL("no error was thrown");
    return {};
}

} // namespace

TEST_CASE("requests, bodies and files pass through TLS, on one connection") {
    const Certificate certificate;
    std::string content(2'000'000, 'x');
    for (std::size_t i = 0; i < content.size(); ++i) content[i] = static_cast<char>('a' + i % 23);
    const std::string path = certificate.certificate_file() + ".blob";
    replace_file(path, content, 0600);
    HttpServer server({.tls = certificate.options()}, [&](Request& request) -> Response {
        CHECK(request.tls);
        if (request.method == "PUT") return {.body = read_all(*request.body, 1 << 26, "body")};
        return {.body = FileRange{open_file(path, O_RDONLY), 5, content.size() - 5}};
    });
    const auto transport = make_curl_transport({});
    HttpRequest request{.url = url_of(server), .tls = {.ca_file = certificate.certificate_file()}};
    for (int i = 0; i < 2; ++i) {
        HttpResponse file = transport->send(request, {});
        CHECK(read_all(*file.body, 1 << 26, "body") == content.substr(5));
    }
    request.method = "PUT";
    request.body =
        RequestBody{content.size(), [&] { return std::make_unique<MemorySource>(content); }};
    HttpResponse echoed = transport->send(request, {});
    CHECK(read_all(*echoed.body, 1 << 26, "body") == content);
    CHECK(server.connections() == 1);
}

TEST_CASE("a certificate that cannot be trusted is refused with its reason and the way out") {
    const Certificate certificate;
    HttpServer server({.tls = certificate.options()}, [](Request&) { return Response{}; });
    const Error unknown = failure_of({.url = url_of(server)});
    CHECK(unknown.code() == ErrorCode::tls_invalid);
    CHECK(unknown.message().find("self-signed") != std::string::npos);
    CHECK(unknown.remedy().kind == Remedy::Kind::trust_authority);
    const TlsOptions trusted{.ca_file = certificate.certificate_file()};
    const Error other = failure_of({.url = url_of(server, "localhost"), .tls = trusted});
    CHECK(other.code() == ErrorCode::tls_invalid);
    CHECK(other.message().find("localhost") != std::string::npos);
    const Error missing = failure_of({.url = url_of(server), .tls = {.ca_file = "/no/such.pem"}});
    CHECK(missing.code() == ErrorCode::tls_invalid);
    CHECK(missing.message().find("/no/such.pem") != std::string::npos);
    const HttpRequest careless{.url = url_of(server), .tls = {.skip_verify = true}};
    CHECK(make_curl_transport({})->send(careless, {}).status == 200);
}

TEST_CASE("an expired certificate is named as such") {
    const Certificate certificate(-3600);
    HttpServer server({.tls = certificate.options()}, [](Request&) { return Response{}; });
    const Error error =
        failure_of({.url = url_of(server), .tls = {.ca_file = certificate.certificate_file()}});
    CHECK(error.code() == ErrorCode::tls_invalid);
    CHECK(error.message().find("expired") != std::string::npos);
}

TEST_CASE("plain HTTP on a TLS port is answered in plain HTTP") {
    const Certificate certificate;
    HttpServer server({.tls = certificate.options()}, [](Request&) { return Response{}; });
    LoopbackClient client(server.port());
    client.write("GET / HTTP/1.1\r\nHost: h\r\n\r\n");
    const std::string answer = client.read_to_end();
    CHECK(answer.starts_with("HTTP/1.0 400 "));
    CHECK(answer.find("expects HTTPS") != std::string::npos);
}

TEST_CASE("a handshake that fails is told of, a look whether the port is open is not") {
    const Certificate certificate;
    std::mutex mutex;
    std::string told;
    HttpServer server({.tls = certificate.options(),
                       .on_turned_away =
                           [&](const TurnedAway& client) {
                               const std::lock_guard lock(mutex);
                               told += std::string(client.reason) + ' ';
                           }},
                      [](Request&) { return Response{}; });
    const auto gone = [&] {
        for (int i = 0; i < 400 && server.connections() > 0; ++i) std::this_thread::sleep_for(5ms);
        return server.connections() == 0;
    };
    { const LoopbackClient look(server.port()); }
    CHECK(gone());
    LoopbackClient client(server.port());
    client.write("GET / HTTP/1.1\r\nHost: h\r\n\r\n");
    client.read_to_end();
    CHECK(gone());
    const std::lock_guard lock(mutex);
    CHECK(told == "tls ");
}

TEST_CASE("a handshake that is not finished is given up and occupies no worker") {
    const Certificate certificate;
    HttpServer server({.tls = certificate.options(), .max_workers = 1, .head = 300ms},
                      [](Request&) { return Response{.status = 204}; });
    LoopbackClient silent(server.port());
    LoopbackClient partial(server.port());
    partial.write(std::string_view("\x16\x03\x01\x02\x00\x01", 6));
    const HttpRequest request{.url = url_of(server),
                              .tls = {.ca_file = certificate.certificate_file()}};
    CHECK(make_curl_transport({})->send(request, {}).status == 204);
    CHECK(silent.read_exactly(1).empty());
    CHECK(partial.read_exactly(1).empty());
}

TEST_CASE("a certificate or key that cannot be used is named") {
    const Certificate certificate;
    const Certificate other;
    const auto message = [](TlsServerOptions options) {
        try {
            const TlsServerContext context(options);
        } catch (const Error& error) {
            CHECK(error.code() == ErrorCode::usage);
            return error.message();
        }
        return std::string();
    };
    CHECK(message({"/no/cert.pem", certificate.key_file()}).find("/no/cert.pem") !=
          std::string::npos);
    CHECK(message({certificate.certificate_file(), other.key_file()}).find("mismatch") !=
          std::string::npos);
    CHECK(message(certificate.options()).empty());
}

TEST_CASE("a new certificate is shown to new connections while old ones go on") {
    const Certificate first;
    const Certificate second(7200);
    HttpServer server({.tls = first.options()}, [](Request&) { return Response{.status = 204}; });
    const auto kept = make_curl_transport({});
    const HttpRequest with_first{.url = url_of(server),
                                 .tls = {.ca_file = first.certificate_file()}};
    REQUIRE(kept->send(with_first, {}).status == 204);
    const auto expiry = server.certificate_expiry();
    std::filesystem::copy_file(second.certificate_file(), first.certificate_file() + ".new");
    std::filesystem::rename(first.certificate_file() + ".new", first.certificate_file());
    // The key has not followed yet: the pair does not fit, and the old one stays.
    CHECK_THROWS_AS(server.reload_certificate(), Error);
    CHECK(server.certificate_expiry() == expiry);
    std::filesystem::copy_file(second.key_file(), first.key_file(),
                               std::filesystem::copy_options::overwrite_existing);
    server.reload_certificate();
    CHECK(server.certificate_expiry() > expiry);
    const HttpRequest with_second{.url = url_of(server),
                                  .tls = {.ca_file = second.certificate_file()}};
    CHECK(make_curl_transport({})->send(with_second, {}).status == 204);
    CHECK(kept->send(with_first, {}).status == 204);
    CHECK(server.connections() >= 1);
}
