// Pages of tags, repositories and referrers.
#include "server/distribution_fixture.hpp"

#include <boost/json/array.hpp>

namespace berth::server {

namespace {

struct ListingFixture : DistributionFixture {
    ListingFixture() {
        push_blob("team/app", "{}");
        manifest = fmt::format(
            R"({{"schemaVersion":2,"config":{{"mediaType":"a/b","digest":"{}","size":2}},)"
            R"("layers":[]}})",
            codec::digest_of("{}").text());
        for (const auto* tag : {"v1", "v2", "v3", "V9", "latest"}) put("team/app", tag);
    }
    void put(std::string_view repository, std::string_view tag) {
        const auto answer = send("PUT", fmt::format("/v2/{}/manifests/{}", repository, tag),
                                 {{"Authorization", admin},
                                  {"Content-Type", "application/vnd.oci.image.manifest.v1+json"}},
                                 manifest);
        REQUIRE(answer.status == 201);
    }
    std::vector<std::string> names(const Answer& answer, std::string_view member) {
        REQUIRE(answer.status == 200);
        const auto document = json::parse(answer.body).value();
        return json::Reader(document, "").texts(member);
    }
    std::vector<std::string> tags(std::string_view query) {
        return names(ask("GET", fmt::format("/v2/team/app/tags/list{}", query)), "tags");
    }
    std::string link(std::string_view query) {
        return ask("GET", fmt::format("/v2/team/app/tags/list{}", query)).header("Link");
    }
    std::string manifest;
};

using Names = std::vector<std::string>;

} // namespace

TEST_CASE_FIXTURE(ListingFixture,
                  "tags come in byte order and in pages of the size that was asked for") {
    const Names all{"V9", "latest", "v1", "v2", "v3"};
    CHECK(tags("") == all);
    CHECK(link("").empty());
    CHECK(tags("?n=2") == Names{"V9", "latest"});
    CHECK(link("?n=2") == "</v2/team/app/tags/list?n=2&last=latest>; rel=\"next\"");
    CHECK(tags("?n=2&last=latest") == Names{"v1", "v2"});
    CHECK(tags("?n=2&last=v2") == Names{"v3"});
    CHECK(link("?n=2&last=v2").empty());
    CHECK(tags("?n=5") == all);
    CHECK(link("?n=5").empty());
}

TEST_CASE_FIXTURE(ListingFixture, "page sizes at the edge") {
    CHECK(tags("?n=0").empty());
    CHECK(link("?n=0").empty());
    CHECK(tags("?n=9223372036854775807").size() == 5);
    CHECK(tags("?n=00000000000000000002").size() == 2);
    for (const auto* wrong : {"-1", "", "x", "1x", "+1", "1.5", "0x2", "%201",
                              "9223372036854775808", "99999999999999999999999999", "%EF%BC%91"}) {
        CAPTURE(wrong);
        for (const auto* target : {"/v2/team/app/tags/list", "/v2/_catalog"}) {
            const auto answer = ask("GET", fmt::format("{}?n={}", target, wrong));
            CHECK(answer.status == 400);
            CHECK(answer.code() == "USAGE");
        }
    }
}

TEST_CASE_FIXTURE(ListingFixture, "a page after a name that is not there, or beyond the end") {
    CHECK(tags("?last=u") == Names{"v1", "v2", "v3"});
    CHECK(tags("?last=zzz").empty());
    CHECK(tags("?last=%ff").empty());
    CHECK(tags("?last=").size() == 5);
    CHECK(tags("?last=v2%00").size() <= 2);
    CHECK(tags("?last=' OR 1=1 --").size() == 5);
    CHECK(tags("?n=1&last=v3").empty());
    CHECK(link("?n=1&last=v3").empty());
}

TEST_CASE_FIXTURE(ListingFixture, "following the links gives each name once") {
    Names seen;
    std::string target = "/v2/team/app/tags/list?n=1";
    while (!target.empty()) {
        const auto answer = ask("GET", target);
        for (const auto& name : names(answer, "tags")) seen.push_back(name);
        const auto next = answer.header("Link");
        target = next.empty() ? "" : next.substr(1, next.find('>') - 1);
        REQUIRE(seen.size() <= 5);
    }
    CHECK(seen == tags(""));
}

TEST_CASE_FIXTURE(ListingFixture, "the catalog shows what the caller may pull, and needs a login") {
    for (const auto* name : {"public/one", "secret/one", "secret/two"}) {
        push_blob(name, "{}");
        put(name, "v1");
    }
    const auto catalog = [&](const std::string& who, std::string_view query) {
        return names(send("GET", fmt::format("/v2/_catalog{}", query), {{"Authorization", who}}),
                     "repositories");
    };
    CHECK(catalog(admin, "") == Names{"public/one", "secret/one", "secret/two", "team/app"});
    CHECK(catalog(robot, "") == Names{"public/one", "team/app"});
    CHECK(catalog(robot, "?n=1") == Names{"public/one"});
    CHECK(catalog(robot, "?n=1&last=public/one") == Names{"team/app"});
    CHECK(catalog(admin, "?n=0").empty());
    CHECK(catalog(admin, "?last=team/app").empty());
    const auto page = send("GET", "/v2/_catalog?n=1", {{"Authorization", robot}});
    CHECK(page.header("Link") == "</v2/_catalog?n=1&last=public%2Fone>; rel=\"next\"");
    CHECK(send("GET", "/v2/_catalog").status == 401);
}

TEST_CASE_FIXTURE(ListingFixture, "a repository with blobs alone is in no catalog") {
    push_blob("team/blobs", "bytes");
    CHECK(ask("GET", "/v2/_catalog").body.find("team/blobs") == std::string::npos);
}

TEST_CASE_FIXTURE(ListingFixture,
                  "referrers are filtered, paged, and empty for what nobody knows") {
    const auto subject = codec::digest_of(manifest).text();
    for (const auto* type : {"a/sbom", "a/sbom", "a/signature"}) {
        static int count = 0;
        const auto bytes =
            fmt::format(R"({{"schemaVersion":2,"artifactType":"{}",)"
                        R"("config":{{"mediaType":"a/b","digest":"{}","size":2}},"layers":[],)"
                        R"("annotations":{{"n":"{}"}},)"
                        R"("subject":{{"mediaType":"a/b","digest":"{}","size":1}}}})",
                        type, codec::digest_of("{}").text(), ++count, subject);
        REQUIRE(send("PUT", "/v2/team/app/manifests/" + codec::digest_of(bytes).text(),
                     {{"Authorization", admin},
                      {"Content-Type", "application/vnd.oci.image.manifest.v1+json"}},
                     bytes)
                    .status == 201);
    }
    const auto count_of = [&](const Answer& answer) {
        REQUIRE(answer.status == 200);
        const auto document = json::parse(answer.body).value();
        return json::Reader(document, "").objects("manifests").size();
    };
    const auto target = "/v2/team/app/referrers/" + subject;
    CHECK(count_of(ask("GET", target)) == 3);
    const auto filtered = ask("GET", target + "?artifactType=a/sbom");
    CHECK(count_of(filtered) == 2);
    CHECK(filtered.header("OCI-Filters-Applied") == "artifactType");
    const auto page = ask("GET", target + "?artifactType=a%2Fsbom&n=1");
    CHECK(count_of(page) == 1);
    const auto next = page.header("Link");
    CHECK(count_of(ask("GET", next.substr(1, next.find('>') - 1))) == 1);
    CHECK(count_of(ask("GET", target + "?artifactType=none/such")) == 0);
    CHECK(count_of(ask("GET", "/v2/no/such/referrers/" + subject)) == 0);
    CHECK(count_of(ask("GET", target + "?last=zzz")) == 0);
}

TEST_CASE_FIXTURE(ListingFixture, "more parameters than anybody needs are refused") {
    std::string query = "?n=1";
    for (int i = 0; i < 300; ++i) query += "&x=1";
    CHECK(ask("GET", "/v2/team/app/tags/list" + query).code() == "USAGE");
}

} // namespace berth::server
