// What the distribution API makes of addresses and methods, ordinary and hostile.
#include "server/distribution_fixture.hpp"

namespace berth::server {

namespace {

const std::string some_digest = "sha256:" + std::string(64, 'a');

struct AddressCase {
    const char* method;
    std::string target;
    int status;
    const char* code;
};

void check_all(DistributionFixture& fixture, const std::vector<AddressCase>& cases) {
    for (const auto& each : cases) {
        CAPTURE(each.method);
        CAPTURE(each.target);
        const auto answer = fixture.ask(each.method, each.target);
        CHECK(answer.status == each.status);
        CHECK(answer.code() == each.code);
        CHECK(answer.header("Docker-Distribution-Api-Version") == "registry/2.0");
    }
}

} // namespace

TEST_CASE_FIXTURE(DistributionFixture, "each address knows its methods and says which") {
    const auto blob = "/v2/team/app/blobs/" + some_digest;
    const std::string uploads = "/v2/team/app/blobs/uploads/";
    check_all(*this, {{"POST", "/v2/", 405, "UNSUPPORTED"},
                      {"DELETE", "/v2/", 405, "UNSUPPORTED"},
                      {"POST", blob, 405, "UNSUPPORTED"},
                      {"PUT", blob, 405, "UNSUPPORTED"},
                      {"get", blob, 405, "UNSUPPORTED"},
                      {"GET", uploads, 405, "UNSUPPORTED"},
                      {"POST", uploads + "0123", 405, "UNSUPPORTED"},
                      {"PATCH", "/v2/team/app/manifests/v1", 405, "UNSUPPORTED"},
                      {"POST", "/v2/team/app/tags/list", 405, "UNSUPPORTED"},
                      {"GET", "/v2/team/app/tags/other", 404, "NOT_FOUND"},
                      {"GET", "/v2/team/app/blobs/", 404, "NOT_FOUND"},
                      {"DELETE", "/v2/team/app/referrers/" + some_digest, 405, "UNSUPPORTED"},
                      {"PUT", "/v2/_catalog", 405, "UNSUPPORTED"},
                      {"BREW", "/v2/team/app/manifests/v1", 405, "UNSUPPORTED"}});
    CHECK(ask("POST", blob).header("Allow") == "GET, HEAD, DELETE");
    CHECK(ask("GET", uploads).header("Allow") == "POST");
    CHECK(ask("POST", uploads + "0123").header("Allow") == "GET, PATCH, PUT, DELETE");
    CHECK(ask("PATCH", "/v2/a/manifests/v1").header("Allow") == "GET, HEAD, PUT, DELETE");
    CHECK(ask("PUT", "/v2/_catalog").header("Allow") == "GET");
}

TEST_CASE_FIXTURE(DistributionFixture, "what is not there is 404 in the specification's words") {
    check_all(*this, {{"GET", "/v2/team/app/manifests/v1", 404, "MANIFEST_UNKNOWN"},
                      {"HEAD", "/v2/team/app/manifests/" + some_digest, 404, "MANIFEST_UNKNOWN"},
                      {"DELETE", "/v2/team/app/manifests/v1", 404, "MANIFEST_UNKNOWN"},
                      {"DELETE", "/v2/team/app/manifests/" + some_digest, 404, "MANIFEST_UNKNOWN"},
                      {"GET", "/v2/team/app/blobs/" + some_digest, 404, "BLOB_UNKNOWN"},
                      {"DELETE", "/v2/team/app/blobs/" + some_digest, 404, "BLOB_UNKNOWN"},
                      {"GET", "/v2/team/app/tags/list", 404, "NAME_UNKNOWN"},
                      {"GET", "/v2/team/app/blobs/uploads/0123", 404, "BLOB_UPLOAD_UNKNOWN"},
                      {"PATCH", "/v2/team/app/blobs/uploads/..", 404, "BLOB_UPLOAD_UNKNOWN"},
                      {"GET", "/v2/team/app", 404, "NOT_FOUND"},
                      {"GET", "/v2/team/app/", 404, "NOT_FOUND"},
                      {"GET", "/v2//", 404, "NOT_FOUND"},
                      {"GET", "/v2/manifests/v1", 404, "NOT_FOUND"},
                      {"GET", "/v2/team/app/manifests/a/b", 404, "NOT_FOUND"},
                      {"GET", "/v2/team/app/manifests/a%2fb", 404, "NOT_FOUND"}});
    CHECK(ask("GET", "/v3/").body == "other");
    CHECK(ask("GET", "/v22/").body == "other");
}

TEST_CASE_FIXTURE(DistributionFixture,
                  "names that are no names are refused, however they are written") {
    const std::vector<std::string> names{
        "..",
        ".",
        "team/..",
        "../etc",
        "team/../app",
        "team/./app",
        "%2e%2e",
        "%2e%2e%2fetc",
        "team/%2e%2e/app",
        "team%2f..%2fapp",
        "/app",
        "team//app",
        "team/",
        "%00",
        "app%00",
        "team/app%00.png",
        "app%0a",
        "app%0d%0aX-Evil:%201",
        "App",
        "TEAM/app",
        "app%20name",
        "app+name",
        "-app",
        "app-",
        "app..b",
        "app___b",
        "_app",
        "app%5cb",
        "app%3fb",
        "app%23b",
        "app%25b",
        "app:5000",
        "app@sha256",
        "%D0%B0pp",        // Cyrillic a
        "%EF%BD%81pp",     // fullwidth a
        "ap%CC%81p",       // combining acute
        "app%E2%80%8B",    // zero width space
        "app%E2%80%AEppa", // right-to-left override
        "caf%C3%A9",       // é
        "caf%65%CC%81",    // e and an accent
        "%C4%B1nit",       // dotless i
        "%C0%AE%C0%AE",    // overlong dots
        "%C0%AF",          // overlong slash
        "%FF%FE",          // no UTF-8
        "%ED%A0%80",       // a surrogate
        "%F0%9F%90%B3",    // a whale
        "app~",
        "app$(id)",
        "app;id",
        std::string(256, 'a'),
        "team/" + std::string(300, 'a'),
        std::string(8000, 'a'),
    };
    for (const auto& name : names) {
        CAPTURE(name);
        for (const auto* rest :
             {"/manifests/v1", "/tags/list", "/blobs/uploads/0123456789abcdef0123456789abcdef"}) {
            const auto answer = ask("GET", fmt::format("/v2/{}{}", name, rest));
            CHECK(answer.status == 400);
            CHECK(answer.code() == "NAME_INVALID");
        }
        const auto begun = ask("POST", fmt::format("/v2/{}/blobs/uploads/", name));
        CHECK(begun.status == 400);
        CHECK(begun.header("Location").empty());
        CHECK(ask("PUT", fmt::format("/v2/{}/manifests/v1", name), "{}").status == 400);
    }
    // None of them has left anything behind.
    CHECK(registry.index().repositories("", 10).names.empty());
    CHECK(std::filesystem::is_empty(scratch.path / "data" / "uploads"));
}

TEST_CASE_FIXTURE(DistributionFixture, "names at the edge of what is allowed are allowed") {
    for (const auto& name :
         {std::string("a"), std::string("0"), std::string("a/b/c/d/e/f/g"), std::string("a__b"),
          std::string("a---b"), std::string("blobs/uploads"), std::string("manifests/manifests"),
          std::string("tags/list"), std::string(255, 'a'), std::string("%61pp")}) {
        CAPTURE(name);
        CHECK(ask("POST", fmt::format("/v2/{}/blobs/uploads/", name)).status == 202);
    }
}

TEST_CASE_FIXTURE(DistributionFixture, "malformed escapes are refused") {
    check_all(*this, {{"GET", "/v2/app%/manifests/v1", 400, "USAGE"},
                      {"GET", "/v2/app%4/manifests/v1", 400, "USAGE"},
                      {"GET", "/v2/app%zz/manifests/v1", 400, "USAGE"},
                      {"GET", "/v2/app/manifests/v1%", 400, "USAGE"},
                      {"GET", "/v2/app/manifests/v1%f", 400, "USAGE"},
                      {"GET", "/v2/_catalog?n=%", 400, "USAGE"},
                      {"GET", "/v2/_catalog?last=%4", 400, "USAGE"}});
}

TEST_CASE_FIXTURE(DistributionFixture, "malformed digests are refused in every place for one") {
    push_blob("team/app", "bytes");
    const std::string hex(64, 'a');
    for (const auto& digest :
         {"sha256:" + hex.substr(1), "sha256:" + hex + "a", "sha256:" + std::string(64, 'A'),
          "sha256:" + std::string(64, 'g'), "SHA256:" + hex, "md5:" + std::string(32, 'a'),
          "sha512:" + hex, ":" + hex, std::string("sha256:"), std::string("sha256:..%2f"),
          "sha256:" + hex + "%00", "sha256:%0a" + hex.substr(1), "sha256:%20" + hex,
          std::string("sha256"), std::string(":"),
          std::string("sha256:") + std::string(5000, 'a')}) {
        CAPTURE(digest);
        std::vector<std::pair<const char*, std::string>> requests{
            {"GET", "/v2/team/app/blobs/" + digest},
            {"HEAD", "/v2/team/app/blobs/" + digest},
            {"DELETE", "/v2/team/app/blobs/" + digest},
            {"GET", "/v2/team/app/referrers/" + digest},
            {"POST", "/v2/team/app/blobs/uploads/?digest=" + digest},
            {"POST", "/v2/team/app/blobs/uploads/?mount=" + digest + "&from=team/other"},
            {"PUT", begin_upload("team/app") + "?digest=" + digest}};
        if (digest.find(':') != std::string::npos) {
            requests.push_back({"GET", "/v2/team/app/manifests/" + digest});
            requests.push_back({"PUT", "/v2/team/app/manifests/" + digest});
            requests.push_back({"DELETE", "/v2/team/app/manifests/" + digest});
        }
        for (const auto& [method, target] : requests) {
            // What holds a slash is another address.
            if (digest.find("%2f") != std::string::npos && target.find('?') == std::string::npos)
                continue;
            CAPTURE(target);
            const auto answer = ask(method, target);
            CHECK(answer.status == 400);
            CHECK(answer.code() == "DIGEST_INVALID");
        }
    }
    CHECK(ask("PUT", begin_upload("team/app")).code() == "DIGEST_INVALID");
}

TEST_CASE_FIXTURE(DistributionFixture, "foreign bytes in an address come back only escaped") {
    const auto answer = ask("GET", "/v2/team/app/manifests/%0d%0aSet-Cookie%20a=b%1b[31m%ff");
    CHECK(answer.status == 404);
    for (const char c : answer.body) CHECK((c >= ' ' || c == '\n'));
    for (const auto& [name, value] : answer.headers.fields())
        CHECK(value.find_first_of("\r\n") == std::string::npos);
    const auto anonymous = send("GET", "/v2/a%22,x=%22b%0d%0a/manifests/v1");
    for (const auto& [name, value] : anonymous.headers.fields())
        CHECK(value.find_first_of("\r\n") == std::string::npos);
}

} // namespace berth::server
