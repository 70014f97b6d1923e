#include "net/curl_setup.hpp"

#include "base/text.hpp"
#include "net/field.hpp"

#include <curl/curl.h>
#include <fmt/format.h>

#include <algorithm>

namespace berth::net {
namespace {

// As much as a reader takes at once: bytes then go from here straight to the reader. 512 KiB was
// no faster on loopback and costs a second copy.
constexpr long receive_buffer = buffer_size;
constexpr long send_buffer = 256 * 1024;
/// From here on a server is asked (Expect: 100-continue) before the body is sent.
constexpr std::uint64_t least_expected = 1024 * 1024;

template <class Value>
void set(void* easy, CURLoption option, Value value) {
    const CURLcode code = curl_easy_setopt(easy, option, value);
    if (code != CURLE_OK)
        throw Error(ErrorCode::internal,
                    fmt::format("libcurl refuses option {}: {}", static_cast<int>(option),
                                curl_easy_strerror(code)));
}

void append(FieldList& list, const std::string& line) {
    curl_slist* grown = curl_slist_append(list.get(), line.c_str());
    if (grown == nullptr) throw Error(ErrorCode::internal, "out of memory");
    static_cast<void>(list.release());
    list.reset(grown);
}

FieldList field_list(const HttpRequest& request) {
    FieldList list;
    for (const auto& [name, value] : request.headers.fields()) {
        if (!is_field_name(name) || !is_field_value(value))
            throw Error(
                ErrorCode::usage,
                fmt::format("header field {} has an invalid name or value", berth::quoted(name)));
        // libcurl takes "Name:" for "leave this field out".
        append(list, value.empty() ? name + ';' : name + ": " + value);
    }
    const std::string& authorization = request.authorization.reveal();
    if (!is_field_value(authorization))
        throw Error(ErrorCode::usage, "the credential contains a line break or control character");
    if (!authorization.empty()) append(list, "Authorization: " + authorization);
    // For a small body the extra round trip, or a second where it is ignored, is not worth it.
    if (sends_body(request) && (!request.body || request.body->size <= least_expected))
        append(list, "Expect:");
    return list;
}

void set_method(void* easy, const HttpRequest& request) {
    if (!is_field_name(request.method))
        throw Error(ErrorCode::usage,
                    fmt::format("{} is not an HTTP method", berth::quoted(request.method)));
    if (request.method == "HEAD") {
        set(easy, CURLOPT_NOBODY, 1L);
    } else if (sends_body(request)) {
        set(easy, CURLOPT_UPLOAD, 1L);
        const std::uint64_t size = request.body ? request.body->size : 0;
        set(easy, CURLOPT_INFILESIZE_LARGE, static_cast<curl_off_t>(size));
        set(easy, CURLOPT_CUSTOMREQUEST, request.method.c_str());
    } else if (request.method != "GET") {
        set(easy, CURLOPT_CUSTOMREQUEST, request.method.c_str());
    }
}

void set_tls(void* easy, const TlsOptions& tls) {
    set(easy, CURLOPT_SSLVERSION, static_cast<long>(CURL_SSLVERSION_TLSv1_2));
    set(easy, CURLOPT_SSL_VERIFYPEER, tls.skip_verify ? 0L : 1L);
    set(easy, CURLOPT_SSL_VERIFYHOST, tls.skip_verify ? 0L : 2L);
    if (!tls.ca_file.empty()) {
        set(easy, CURLOPT_CAINFO, tls.ca_file.c_str());
        set(easy, CURLOPT_CAPATH, static_cast<const char*>(nullptr));
    }
    if (!tls.certificate_file.empty()) set(easy, CURLOPT_SSLCERT, tls.certificate_file.c_str());
    if (!tls.key_file.empty()) set(easy, CURLOPT_SSLKEY, tls.key_file.c_str());
}

void set_transport(void* easy, const CurlOptions& options, const HttpRequest& request) {
    const Origin& origin = request.url.origin;
    const std::string& proxy = origin.scheme == "https" ? options.https_proxy : options.http_proxy;
    // Empty rather than unset: libcurl would read the environment itself.
    set(easy, CURLOPT_PROXY, proxy.c_str());
    set(easy, CURLOPT_NOPROXY, options.no_proxy.c_str());
    set(easy, CURLOPT_SUPPRESS_CONNECT_HEADERS, 1L);
    set(easy, CURLOPT_PROTOCOLS_STR, "http,https");
    set(easy, CURLOPT_HTTP_VERSION, static_cast<long>(CURL_HTTP_VERSION_1_1));
    set(easy, CURLOPT_CONNECTTIMEOUT_MS,
        static_cast<long>(timeouts_of(request, options).connect.count()));
    set(easy, CURLOPT_FOLLOWLOCATION, 0L);
    set(easy, CURLOPT_PATH_AS_IS, 1L);
    set(easy, CURLOPT_NOSIGNAL, 1L);
    // Giving up must not wait for a name server.
    set(easy, CURLOPT_QUICK_EXIT, 1L);
    set(easy, CURLOPT_TCP_KEEPALIVE, 1L);
    set(easy, CURLOPT_BUFFERSIZE, receive_buffer);
    set(easy, CURLOPT_UPLOAD_BUFFERSIZE, send_buffer);
    set(easy, CURLOPT_USERAGENT, options.user_agent.c_str());
}

} // namespace

void FreeList::operator()(curl_slist* list) const noexcept {
    curl_slist_free_all(list);
}

bool sends_body(const HttpRequest& request) {
    return request.body || request.method == "POST" || request.method == "PUT" ||
           request.method == "PATCH";
}

HttpTimeouts timeouts_of(const HttpRequest& request, const CurlOptions& options) {
    HttpTimeouts bounds = options.timeouts;
    if (request.patience.count() == 0) return bounds;
    for (auto* bound : {&bounds.connect, &bounds.first_byte, &bounds.stall})
        *bound = std::min(*bound, request.patience);
    return bounds;
}

FieldList configure(void* easy, const HttpRequest& request, const CurlOptions& options) {
    FieldList fields = field_list(request);
    set(easy, CURLOPT_URL, request.url.text().c_str());
    set(easy, CURLOPT_HTTPHEADER, fields.get());
    set_method(easy, request);
    set_tls(easy, request.tls);
    set_transport(easy, options, request);
    return fields;
}

std::string peer_key(const HttpRequest& request) {
    const TlsOptions& tls = request.tls;
    return fmt::format("{}\n{}\n{}\n{}\n{}", request.url.origin.text(), tls.ca_file,
                       tls.certificate_file, tls.key_file, tls.skip_verify);
}

} // namespace berth::net
