#include "net/url.hpp"

#include <doctest/doctest.h>

using berth::ErrorCode;
using berth::net::Url;

namespace {

std::string resolved(std::string_view base, std::string_view reference) {
    return Url::parse(base).value().resolve(reference).value().text();
}

} // namespace

TEST_CASE("a URL is taken apart and put together again") {
    const Url url =
        Url::parse("HTTPS://Registry.Example.COM:8443/v2/a%20b/?n=1&last=x#top").value();
    CHECK(url.origin.scheme == "https");
    CHECK(url.origin.host == "registry.example.com");
    CHECK(url.origin.port == 8443);
    CHECK(url.path == "/v2/a%20b/");
    CHECK(url.query == "n=1&last=x");
    CHECK(url.text() == "https://registry.example.com:8443/v2/a%20b/?n=1&last=x");
    CHECK(url.path_and_query() == "/v2/a%20b/?n=1&last=x");
}

TEST_CASE("the scheme's own port is implied") {
    CHECK(Url::parse("https://h:443").value().text() == "https://h/");
    CHECK(Url::parse("http://h:").value().origin.port == 80);
    CHECK(Url::parse("http://h:443/").value().origin.text() == "http://h:443");
    CHECK(Url::parse("https://h?x=1").value().text() == "https://h/?x=1");
}

TEST_CASE("IPv6 hosts stay in brackets") {
    const Url url = Url::parse("http://[2001:DB8::1]:5000/v2/").value();
    CHECK(url.origin.host == "[2001:db8::1]");
    CHECK(url.origin.port == 5000);
    CHECK(Url::parse("http://[::1]").value().text() == "http://[::1]/");
}

TEST_CASE("bytes outside ASCII in a path are encoded") {
    CHECK(Url::parse("http://h/\xc3\xa4?q=\xc3\xa4").value().text() == "http://h/%C3%A4?q=%C3%A4");
}

TEST_CASE("what is not an absolute http URL is refused") {
    for (const std::string_view text : {"",
                                        "h",
                                        "//h/",
                                        "ftp://h/",
                                        "file:///etc/passwd",
                                        "http:",
                                        "http:/h",
                                        "http://",
                                        "http://:80/",
                                        "http://h:0/",
                                        "http://h:65536/",
                                        "http://h:8o/",
                                        "http://h:-1/",
                                        "http://user@h/",
                                        "http://user:secret@h/",
                                        "http://h /",
                                        "http://h/a b",
                                        "http://h/\n",
                                        "http://h\r\nHost: x/",
                                        "http://[::1/",
                                        "http://[::1]x/",
                                        "http://[1.2.3.4]/",
                                        "http://h\\@evil/",
                                        "http://h%2f/",
                                        "http://..",
                                        "http://[fe80::1%25eth0]/"}) {
        CAPTURE(text);
        const auto url = Url::parse(text);
        REQUIRE(url.has_error());
        CHECK(url.error().code() == ErrorCode::usage);
        CHECK(url.error().message().find("secret") == std::string::npos);
    }
    CHECK(Url::parse("http://h/" + std::string(9000, 'a')).has_error());
    CHECK(Url::parse("http://" + std::string(254, 'a') + "/").has_error());
}

TEST_CASE("references resolve as the examples of RFC 3986 section 5.4 say") {
    const std::string_view base = "http://a/b/c/d;p?q";
    const std::pair<std::string_view, std::string_view> examples[] = {
        {"g", "http://a/b/c/g"},
        {"./g", "http://a/b/c/g"},
        {"g/", "http://a/b/c/g/"},
        {"/g", "http://a/g"},
        {"//g", "http://g/"},
        {"?y", "http://a/b/c/d;p?y"},
        {"g?y", "http://a/b/c/g?y"},
        {"#s", "http://a/b/c/d;p?q"},
        {"g#s", "http://a/b/c/g"},
        {"g?y#s", "http://a/b/c/g?y"},
        {";x", "http://a/b/c/;x"},
        {"g;x", "http://a/b/c/g;x"},
        {"", "http://a/b/c/d;p?q"},
        {".", "http://a/b/c/"},
        {"./", "http://a/b/c/"},
        {"..", "http://a/b/"},
        {"../", "http://a/b/"},
        {"../g", "http://a/b/g"},
        {"../..", "http://a/"},
        {"../../", "http://a/"},
        {"../../g", "http://a/g"},
        {"../../../g", "http://a/g"},
        {"../../../../g", "http://a/g"},
        {"/./g", "http://a/g"},
        {"/../g", "http://a/g"},
        {"g.", "http://a/b/c/g."},
        {".g", "http://a/b/c/.g"},
        {"g..", "http://a/b/c/g.."},
        {"..g", "http://a/b/c/..g"},
        {"./../g", "http://a/b/g"},
        {"./g/.", "http://a/b/c/g/"},
        {"g/./h", "http://a/b/c/g/h"},
        {"g/../h", "http://a/b/c/h"},
        {"g;x=1/./y", "http://a/b/c/g;x=1/y"},
        {"g;x=1/../y", "http://a/b/c/y"},
        {"g?y/./x", "http://a/b/c/g?y/./x"},
    };
    for (const auto& [reference, expected] : examples) {
        CAPTURE(reference);
        CHECK(resolved(base, reference) == expected);
    }
}

TEST_CASE("an upload's Location may be absolute, on another host or relative") {
    const std::string_view base = "https://r.example:5000/v2/app/blobs/uploads/";
    CHECK(resolved(base, "/v2/app/blobs/uploads/1?_state=x%2Fy") ==
          "https://r.example:5000/v2/app/blobs/uploads/1?_state=x%2Fy");
    CHECK(resolved(base, "https://cdn.example/x") == "https://cdn.example/x");
    CHECK(resolved(base, "1") == "https://r.example:5000/v2/app/blobs/uploads/1");
    CHECK(Url::parse(base).value().resolve("javascript:alert(1)").has_error());
    CHECK(Url::parse(base).value().resolve("//u@evil/").has_error());
}

TEST_CASE("query parameters are encoded on both sides") {
    std::string query;
    berth::net::add_query(query, "scope", "repository:a/b:pull,push");
    berth::net::add_query(query, "x&y", "1 2~");
    CHECK(query == "scope=repository%3Aa%2Fb%3Apull%2Cpush&x%26y=1%202~");
}
