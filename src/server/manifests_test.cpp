// Manifests over the API: what is taken, what is refused, and that bytes come back as they came.
#include "server/distribution_fixture.hpp"

namespace berth::server {

namespace {

const std::string oci_manifest = "application/vnd.oci.image.manifest.v1+json";
const std::string oci_index = "application/vnd.oci.image.index.v1+json";

std::string digest_of(std::string_view bytes) {
    return codec::digest_of(bytes).text();
}

struct ManifestFixture : DistributionFixture {
    ManifestFixture() {
        push_blob("team/app", "{}");
        push_blob("team/app", "layer");
    }
    std::string descriptor(std::string_view type, std::string_view bytes) const {
        return fmt::format(R"({{"mediaType":"{}","digest":"{}","size":{}}})", type,
                           digest_of(bytes), bytes.size());
    }
    /// An image, with `more` members.
    std::string image(std::string_view more = "") const {
        return fmt::format(R"({{"schemaVersion":2,"mediaType":"{}","config":{},"layers":[{}]{}}})",
                           oci_manifest,
                           descriptor("application/vnd.oci.image.config.v1+json", "{}"),
                           descriptor("application/vnd.oci.image.layer.v1.tar", "layer"), more);
    }
    Answer put(std::string_view reference, std::string bytes, const std::string& type) {
        return send("PUT", fmt::format("/v2/team/app/manifests/{}", reference),
                    {{"Authorization", admin}, {"Content-Type", type}}, std::move(bytes));
    }
    Answer get(std::string_view reference) {
        return ask("GET", fmt::format("/v2/team/app/manifests/{}", reference));
    }
};

} // namespace

TEST_CASE_FIXTURE(ManifestFixture, "a manifest comes back byte for byte, by tag and by digest") {
    // Spaces, order and unknown members are the client's.
    const auto bytes = "  " + image(R"(, "unknown" : [ 1e3, null, "ü" ] )") + "\n\n";
    const auto answer = put("v1", bytes, oci_manifest);
    CHECK(answer.status == 201);
    CHECK(answer.header("Docker-Content-Digest") == digest_of(bytes));
    CHECK(answer.header("Location") == "/v2/team/app/manifests/" + digest_of(bytes));
    for (const auto& reference : {std::string("v1"), digest_of(bytes)}) {
        const auto got = get(reference);
        CHECK(got.status == 200);
        CHECK(got.body == bytes);
        CHECK(got.header("Content-Type") == oci_manifest);
        const auto head = ask("HEAD", "/v2/team/app/manifests/" + reference);
        CHECK(head.header("Content-Length") == std::to_string(bytes.size()));
        CHECK(head.body.empty());
    }
}

TEST_CASE_FIXTURE(ManifestFixture,
                  "parameters of the type are ignored, and so is a type that is not said") {
    CHECK(put("v1", image(), oci_manifest + "; charset=utf-8").status == 201);
    CHECK(get("v1").header("Content-Type") == oci_manifest);
    CHECK(ask("PUT", "/v2/team/app/manifests/v2", image()).status == 201);
    CHECK(get("v2").header("Content-Type") == oci_manifest);
}

TEST_CASE_FIXTURE(ManifestFixture,
                  "a manifest whose content was set aside is not there until it is pushed again") {
    REQUIRE(put("v1", image(), oci_manifest).status == 201);
    const auto listed = fmt::format(R"({{"schemaVersion":2,"mediaType":"{}","manifests":[{}]}})",
                                    oci_index, descriptor(oci_manifest, image()));
    REQUIRE(put("all", listed, oci_index).status == 201);
    const auto layer = codec::digest_of("layer");
    for (const auto* reference : {"v1", "all"}) REQUIRE(get(reference).status == 200);

    registry.index().set_damaged(layer, true);
    CHECK(ask("HEAD", "/v2/team/app/blobs/" + layer.text()).status == 404);
    for (const auto& reference : {std::string("v1"), digest_of(image()), std::string("all")}) {
        CAPTURE(reference);
        CHECK(ask("HEAD", "/v2/team/app/manifests/" + reference).status == 404);
        CHECK(get(reference).code() == "MANIFEST_UNKNOWN");
    }
    CHECK(put("v1", image(), oci_manifest).code() == "MANIFEST_BLOB_UNKNOWN");

    push_blob("team/app", "layer");
    CHECK(put("v1", image(), oci_manifest).status == 201);
    for (const auto* reference : {"v1", "all"}) CHECK(get(reference).status == 200);
}

TEST_CASE_FIXTURE(ManifestFixture, "a manifest whose own bytes are damaged is mended by a push") {
    REQUIRE(put("v1", image(), oci_manifest).status == 201);
    registry.index().database().write([](db::Connection& connection) {
        return connection.run("UPDATE manifests SET bytes = CAST('broken' AS BLOB)");
    });
    CHECK(ask("HEAD", "/v2/team/app/manifests/v1").status == 404);
    CHECK(get(digest_of(image())).code() == "MANIFEST_UNKNOWN");
    CHECK(put("v1", image(), oci_manifest).status == 201);
    CHECK(get("v1").body == image());
}

TEST_CASE_FIXTURE(ManifestFixture, "what is no manifest is refused with 400") {
    std::string deep = image(",\"a\":" + std::string(100, '[') + std::string(100, ']'));
    std::string deeper = image(",\"a\":" + std::string(100'000, '['));
    const std::vector<std::string> documents{
        "",
        " ",
        "null",
        "[]",
        "42",
        "\"text\"",
        "{}",
        "{",
        "{]",
        image() + "x",
        image() + image(),
        image().substr(0, image().size() - 1),
        "\xef\xbb\xbf" + image(),
        std::string("\0", 1) + image(),
        "\x1f\x8b\x08 gzip",
        image(",\"mediaType\":\"" + oci_index + "\""),
        image(",\"schemaVersion\":1"),
        image(",\"a\":\"\xff\xfe\""),
        image(",\"annotations\":{\"a\":1}"),
        image(",\"annotations\":[]"),
        image(",\"subject\":{}"),
        image(",\"subject\":{\"mediaType\":\"a/b\",\"digest\":\"sha256:0\",\"size\":1}"),
        R"({"schemaVersion":2})",
        R"({"schemaVersion":2,"config":[],"layers":[]})",
        R"({"schemaVersion":2,"config":{"mediaType":"a/b","digest":"x","size":1},"layers":[]})",
        fmt::format(R"({{"schemaVersion":2,"config":{{"mediaType":"a/b","digest":"{}","size":-1}},)"
                    R"("layers":[]}})",
                    digest_of("{}")),
        fmt::format(R"({{"schemaVersion":2,"config":{{"mediaType":"a/b","digest":"{}",)"
                    R"("size":99999999999999999999}},"layers":[]}})",
                    digest_of("{}")),
        deep,
        deeper,
    };
    for (const auto& document : documents) {
        CAPTURE(document.substr(0, 300));
        const auto answer = put("bad", document, oci_manifest);
        CHECK(answer.status == 400);
        CHECK(answer.code() == "MANIFEST_INVALID");
    }
    CHECK(put("bad", image(), "text/plain").code() == "MANIFEST_INVALID");
    CHECK(put("bad", image(), oci_index).code() == "MANIFEST_INVALID");
    CHECK(get("bad").status == 404);
    CHECK(ask("GET", "/v2/team/app/tags/list").body == R"({"name":"team/app","tags":[]})");
}

TEST_CASE_FIXTURE(ManifestFixture, "a manifest up to the limit is taken and a larger one refused") {
    const auto fill = [&](std::size_t size) {
        auto bytes = image(R"(,"fill":"")");
        return bytes.insert(bytes.size() - 2, std::string(size - bytes.size(), 'x'));
    };
    const auto limit = registry.options().manifest_bytes;
    CHECK(put("large", fill(limit), oci_manifest).status == 201);
    const auto answer = put("larger", fill(limit + 1), oci_manifest);
    CHECK(answer.status == 413);
    CHECK(answer.code() == "LIMIT_EXCEEDED");
    CHECK(get("larger").status == 404);
}

TEST_CASE_FIXTURE(ManifestFixture, "a manifest whose body is cut short is not stored") {
    BreakingSource broken(image().substr(0, 40), ErrorCode::unreachable);
    const auto answer = send_source("PUT", "/v2/team/app/manifests/v1", {{"Authorization", admin}},
                                    broken, image().size());
    CHECK(answer.status == 499);
    CHECK(get("v1").status == 404);
}

TEST_CASE_FIXTURE(ManifestFixture,
                  "what a manifest lists must be there, with the size that it says") {
    auto absent = image();
    const auto layer = digest_of("layer");
    absent.replace(absent.find(layer), layer.size(), digest_of("absent"));
    const auto answer = put("v1", absent, oci_manifest);
    CHECK(answer.status == 404);
    CHECK(answer.code() == "MANIFEST_BLOB_UNKNOWN");
    CHECK(answer.body.find(digest_of("absent")) != std::string::npos);
    auto resized = image();
    resized.replace(resized.find("\"size\":5"), 8, "\"size\":6");
    CHECK(put("v1", resized, oci_manifest).code() == "MANIFEST_INVALID");
    // What another repository shows is not there.
    push_blob("team/other", "elsewhere");
    auto elsewhere = image();
    elsewhere.replace(elsewhere.find(layer), layer.size(), digest_of("elsewhere"));
    CHECK(put("v1", elsewhere, oci_manifest).code() == "MANIFEST_BLOB_UNKNOWN");
    const auto index = fmt::format(R"({{"schemaVersion":2,"mediaType":"{}","manifests":[{}]}})",
                                   oci_index, descriptor(oci_manifest, image()));
    CHECK(put("all", index, oci_index).code() == "MANIFEST_BLOB_UNKNOWN");
    CHECK(put("v1", image(), oci_manifest).status == 201);
    CHECK(put("all", index, oci_index).status == 201);
}

TEST_CASE_FIXTURE(ManifestFixture, "a subject need not be there, and is told") {
    const auto subject = descriptor(oci_manifest, "not pushed yet");
    const auto answer = put("v1", image(",\"subject\":" + subject), oci_manifest);
    CHECK(answer.status == 201);
    CHECK(answer.header("OCI-Subject") == digest_of("not pushed yet"));
}

TEST_CASE_FIXTURE(ManifestFixture, "a digest in the address must be that of the bytes") {
    const auto answer = put(digest_of("other"), image(), oci_manifest);
    CHECK(answer.status == 400);
    CHECK(answer.code() == "DIGEST_INVALID");
    CHECK(put(digest_of(image()), image(), oci_manifest).status == 201);
    CHECK(get(digest_of(image())).status == 200);
    CHECK(ask("GET", "/v2/team/app/tags/list").body.find("[]") != std::string::npos);
}

TEST_CASE_FIXTURE(ManifestFixture,
                  "tags that are no tags are refused, as address and as parameter") {
    const std::vector<std::string> tags{"-v1",       ".v1",
                                        "v1/",       "v%201",
                                        "v1%00",     "v1%0d%0aX-Evil",
                                        "v1%0a",     "%2e%2e",
                                        "v%D1%96",   "v1+build",
                                        "v1~",       "%EF%BC%AE",
                                        "caf%C3%A9", std::string(129, 'a')};
    for (const auto& tag : tags) {
        CAPTURE(tag);
        if (tag.find('/') == std::string::npos) {
            const auto answer = put(tag, image(), oci_manifest);
            CHECK(answer.status == 400);
            CHECK(answer.code() == "MANIFEST_INVALID");
        }
        // A plus sign in a parameter is a space.
        const auto parameter = put(digest_of(image()) + "?tag=" + tag, image(), oci_manifest);
        CHECK(parameter.status == 400);
    }
    CHECK(put("v1?tag=a%0d%0aX-Evil:1", image(), oci_manifest).status == 201);
    CHECK(put(std::string(128, 'a'), image(), oci_manifest).status == 201);
    CHECK(put("_A.b-c", image(), oci_manifest).status == 201);
}

TEST_CASE_FIXTURE(ManifestFixture, "tags beside a digest are set and told; beside a tag neither") {
    const auto answer = put(digest_of(image()) + "?tag=a&tag=b", image(), oci_manifest);
    CHECK(answer.status == 201);
    CHECK(answer.headers.all("OCI-Tag").size() == 2);
    CHECK(get("a").status == 200);
    CHECK(get("b").status == 200);
    const auto by_tag = put("c?tag=d", image(), oci_manifest);
    CHECK(by_tag.status == 201);
    CHECK(by_tag.headers.all("OCI-Tag").empty());
    CHECK(get("d").status == 404);
}

TEST_CASE_FIXTURE(ManifestFixture, "a manifest that the client has is not sent again") {
    put("v1", image(), oci_manifest);
    const auto target = "/v2/team/app/manifests/v1";
    const auto tag = "\"" + digest_of(image()) + "\"";
    for (const auto& condition : {tag, "W/" + tag, "\"x\", " + tag, std::string("*")}) {
        const auto answer =
            send("GET", target, {{"Authorization", admin}, {"If-None-Match", condition}});
        CHECK(answer.status == 304);
        CHECK(answer.body.empty());
    }
    const auto other =
        send("GET", target, {{"Authorization", admin}, {"If-None-Match", "\"other\""}});
    CHECK(other.status == 200);
}

TEST_CASE_FIXTURE(ManifestFixture,
                  "deleting a tag leaves the manifest, deleting the manifest all its tags") {
    put("v1", image(), oci_manifest);
    put("v2", image(), oci_manifest);
    const auto digest = digest_of(image());
    CHECK(ask("DELETE", "/v2/team/app/manifests/v1").status == 202);
    CHECK(get("v1").status == 404);
    CHECK(get(digest).status == 200);
    CHECK(ask("DELETE", "/v2/team/app/manifests/" + digest).status == 202);
    CHECK(get("v2").status == 404);
    CHECK(ask("DELETE", "/v2/team/app/manifests/" + digest).code() == "MANIFEST_UNKNOWN");
}

} // namespace berth::server
