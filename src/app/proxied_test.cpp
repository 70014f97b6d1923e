#include "app/proxied.hpp"

#include <doctest/doctest.h>

namespace berth::app {

TEST_CASE("requests go by a proxy unless no_proxy names the host or a domain above it") {
    const net::CurlOptions options{.http_proxy = "http://proxy:3128",
                                   .https_proxy = "http://proxy:3128",
                                   .no_proxy = "localhost, .internal example.org"};
    struct Row {
        const char* host;
        bool by_proxy;
    };
    for (const auto& row :
         {Row{"registry.example.com", true}, Row{"localhost", false}, Row{"a.internal", false},
          Row{"internal", false}, Row{"notinternal", true}, Row{"example.org", false},
          Row{"harbor.example.org", false}, Row{"myexample.org", true},
          // Whether networks in no_proxy hold these, libcurl alone knows.
          Row{"10.0.0.1", false}, Row{"[::1]", false}}) {
        CAPTURE(row.host);
        CHECK(goes_by_proxy(options, {"https", row.host, 443}) == row.by_proxy);
    }
}

TEST_CASE("without a proxy for the scheme, and with no_proxy of everything, there is none") {
    const net::Origin plain{"http", "registry.example.com", 80};
    CHECK_FALSE(goes_by_proxy({.https_proxy = "http://proxy:3128"}, plain));
    CHECK(goes_by_proxy({.http_proxy = "http://proxy:3128"}, plain));
    CHECK(goes_by_proxy({.http_proxy = "http://proxy:3128"}, {"http", "10.0.0.1", 80}));
    CHECK_FALSE(goes_by_proxy({.http_proxy = "http://proxy:3128", .no_proxy = "*"}, plain));
}

} // namespace berth::app
