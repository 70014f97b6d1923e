// Uploads over the API: every form, and every way in which one goes wrong.
#include "server/distribution_fixture.hpp"

namespace berth::server {

namespace {

std::string sha256_of(std::string_view bytes) {
    return codec::digest_of(bytes).text();
}

struct UploadFixture : DistributionFixture {
    Answer patch(const std::string& location, std::string bytes, std::string range = "") {
        if (range.empty()) return ask("PATCH", location, std::move(bytes));
        return send("PATCH", location, {{"Authorization", admin}, {"Content-Range", range}},
                    std::move(bytes));
    }
    Answer patch_chunked(const std::string& location, std::string bytes) {
        MemorySource source(std::move(bytes));
        return send_source("PATCH", location, {{"Authorization", admin}}, source, std::nullopt);
    }
    Answer finish(const std::string& location, std::string_view whole, std::string last = "") {
        return ask("PUT", location + "?digest=" + sha256_of(whole), std::move(last));
    }
    std::string received(const std::string& location) {
        const auto answer = ask("GET", location);
        REQUIRE(answer.status == 204);
        CHECK(answer.header("Location") == location);
        return answer.header("Range");
    }
    std::string blob(std::string_view bytes, const std::string& repository = "team/app") {
        return ask("GET", fmt::format("/v2/{}/blobs/{}", repository, sha256_of(bytes))).body;
    }
};

} // namespace

TEST_CASE_FIXTURE(UploadFixture, "every form of an upload ends in the same blob") {
    SUBCASE("one POST") {
        const auto answer =
            ask("POST", "/v2/team/app/blobs/uploads/?digest=" + sha256_of("hello"), "hello");
        CHECK(answer.status == 201);
        CHECK(answer.header("Location") == "/v2/team/app/blobs/" + sha256_of("hello"));
        CHECK(answer.header("Docker-Content-Digest") == sha256_of("hello"));
    }
    SUBCASE("POST and PUT") {
        CHECK(finish(begin_upload("team/app"), "hello", "hello").status == 201);
    }
    SUBCASE("chunks") {
        const auto location = begin_upload("team/app");
        const auto first = patch(location, "he", "0-1");
        CHECK(first.status == 202);
        CHECK(first.header("Range") == "0-1");
        CHECK(patch(location, "ll", "2-3").header("Range") == "0-3");
        CHECK(finish(location, "hello", "o").status == 201);
    }
    SUBCASE("a stream without a length") {
        const auto location = begin_upload("team/app");
        CHECK(patch_chunked(location, "hello").header("Range") == "0-4");
        CHECK(finish(location, "hello").status == 201);
    }
    SUBCASE("a PUT without a length") {
        const auto location = begin_upload("team/app");
        MemorySource source("hello");
        CHECK(send_source("PUT", location + "?digest=" + sha256_of("hello"),
                          {{"Authorization", admin}}, source, std::nullopt)
                  .status == 201);
    }
    SUBCASE("a last chunk that says where it belongs") {
        const auto location = begin_upload("team/app");
        patch(location, "hell");
        CHECK(send("PUT", location + "?digest=" + sha256_of("hello"),
                   {{"Authorization", admin}, {"Content-Range", "4-4"}}, "o")
                  .status == 201);
    }
    CHECK(blob("hello") == "hello");
}

TEST_CASE_FIXTURE(UploadFixture, "an empty blob is a blob, in every form") {
    SUBCASE("one POST") {
        CHECK(ask("POST", "/v2/team/app/blobs/uploads/?digest=" + sha256_of("")).status == 201);
    }
    SUBCASE("POST and PUT") {
        CHECK(finish(begin_upload("team/app"), "").status == 201);
    }
    SUBCASE("an empty chunk") {
        const auto location = begin_upload("team/app");
        CHECK(patch(location, "").status == 202);
        CHECK(patch_chunked(location, "").status == 202);
        CHECK(received(location) == "0-0");
        CHECK(finish(location, "").status == 201);
    }
    const auto target = "/v2/team/app/blobs/" + sha256_of("");
    const auto answer = ask("HEAD", target);
    CHECK(answer.status == 200);
    CHECK(answer.header("Content-Length") == "0");
    CHECK(send("GET", target, {{"Authorization", admin}, {"Range", "bytes=0-0"}}).status == 416);
}

TEST_CASE_FIXTURE(UploadFixture, "a broken connection loses nothing that came") {
    for (const auto code : {ErrorCode::unreachable, ErrorCode::request_timeout}) {
        const auto location = begin_upload("team/app");
        BreakingSource broken("hel", code);
        const auto answer = send_source("PATCH", location, {{"Authorization", admin}}, broken, 5);
        CHECK(answer.status == (code == ErrorCode::unreachable ? 499 : 408));
        CHECK(received(location) == "0-2");
        CHECK(patch(location, "lo", "3-4").status == 202);
        CHECK(finish(location, "hello").status == 201);
        CHECK(blob("hello") == "hello");
    }
}

TEST_CASE_FIXTURE(UploadFixture, "a broken closing PUT can be repeated from where it broke") {
    const auto location = begin_upload("team/app");
    BreakingSource broken("hel", ErrorCode::unreachable);
    send_source("PUT", location + "?digest=" + sha256_of("hello"), {{"Authorization", admin}},
                broken, 5);
    CHECK(ask("HEAD", "/v2/team/app/blobs/" + sha256_of("hello")).status == 404);
    CHECK(received(location) == "0-2");
    CHECK(finish(location, "hello", "lo").status == 201);
}

TEST_CASE_FIXTURE(UploadFixture, "a broken single POST leaves nothing") {
    BreakingSource broken("hel", ErrorCode::unreachable);
    send_source("POST", "/v2/team/app/blobs/uploads/?digest=" + sha256_of("hello"),
                {{"Authorization", admin}}, broken, 5);
    CHECK(std::filesystem::is_empty(scratch.path / "data" / "uploads"));
}

TEST_CASE_FIXTURE(UploadFixture, "chunks in the wrong place are 416 and change nothing") {
    const auto location = begin_upload("team/app");
    patch(location, "hello", "0-4");
    for (const auto* range : {"0-4", "4-8", "6-10", "9223372036854775806-9223372036854775807"}) {
        CAPTURE(range);
        const auto length = std::string_view(range).starts_with("922") ? 2 : 5;
        const auto answer =
            patch(location, std::string(static_cast<std::size_t>(length), 'x'), range);
        CHECK(answer.status == 416);
        CHECK(answer.code() == "RANGE_INVALID");
        CHECK(received(location) == "0-4");
    }
    const auto last = send("PUT", location + "?digest=" + sha256_of("hello!"),
                           {{"Authorization", admin}, {"Content-Range", "9-9"}}, "!");
    CHECK(last.status == 416);
    CHECK(patch(location, "!", "5-5").status == 202);
    CHECK(finish(location, "hello!").status == 201);
}

TEST_CASE_FIXTURE(UploadFixture, "a malformed Content-Range is refused and changes nothing") {
    const auto location = begin_upload("team/app");
    for (const auto* range :
         {"", "-", "0", "0-", "-4", "4-0", "a-b", "0-4-5", "+0-4", "0x0-4", "0 - 4", "bytes=0-4",
          "bytes */5", "18446744073709551615-18446744073709551616", "0-99999999999999999999999"}) {
        CAPTURE(range);
        const auto answer =
            send("PATCH", location, {{"Authorization", admin}, {"Content-Range", range}}, "hello");
        CHECK(answer.status == 400);
        CHECK(answer.code() == "BLOB_UPLOAD_INVALID");
    }
    const auto other = patch(location, "hello", "0-5");
    CHECK(other.status == 400);
    CHECK(other.code() == "SIZE_INVALID");
    CHECK(patch(location, "hello", "bytes 0-4/5").status == 202);
    CHECK(finish(location, "hello").status == 201);
}

TEST_CASE_FIXTURE(UploadFixture, "a digest that does not match is refused and ends the session") {
    const auto location = begin_upload("team/app");
    patch(location, "hello");
    const auto answer = finish(location, "other");
    CHECK(answer.status == 400);
    CHECK(answer.code() == "DIGEST_INVALID");
    CHECK(ask("GET", location).code() == "BLOB_UPLOAD_UNKNOWN");
    const auto whole =
        ask("POST", "/v2/team/app/blobs/uploads/?digest=" + sha256_of("other"), "hello");
    CHECK(whole.code() == "DIGEST_INVALID");
    CHECK(ask("HEAD", "/v2/team/app/blobs/" + sha256_of("other")).status == 404);
    CHECK(ask("HEAD", "/v2/team/app/blobs/" + sha256_of("hello")).status == 404);
    CHECK(std::filesystem::is_empty(scratch.path / "data" / "uploads"));
}

TEST_CASE_FIXTURE(UploadFixture, "a second PUT finds no session") {
    const auto location = begin_upload("team/app");
    CHECK(finish(location, "hello", "hello").status == 201);
    CHECK(finish(location, "hello", "hello").code() == "BLOB_UPLOAD_UNKNOWN");
    CHECK(blob("hello") == "hello");
}

TEST_CASE_FIXTURE(UploadFixture, "a session belongs to its repository") {
    const auto location = begin_upload("team/app");
    const auto id = location.substr(location.rfind('/') + 1);
    const auto elsewhere = "/v2/team/other/blobs/uploads/" + id;
    for (const auto* method : {"GET", "PATCH", "PUT", "DELETE"}) {
        const auto digest = "?digest=" + sha256_of("");
        CHECK(ask(method, elsewhere + digest).code() == "BLOB_UPLOAD_UNKNOWN");
    }
    CHECK(ask("DELETE", location).status == 204);
    CHECK(ask("DELETE", location).status == 404);
}

TEST_CASE_FIXTURE(UploadFixture, "while one request writes to a session another is told so") {
    const auto location = begin_upload("team/app");
    struct Meanwhile final : Source {
        Meanwhile(UploadFixture& f, const std::string& l) : fixture(f), location(l) {}
        std::size_t read(std::span<std::byte> out) override {
            if (done) return 0;
            done = true;
            second = fixture.patch(location, "xx").status;
            closing = fixture.finish(location, "xx").status;
            status = fixture.ask("GET", location).status;
            std::fill_n(out.begin(), 5, std::byte{'y'});
            return 5;
        }
        UploadFixture& fixture;
        std::string location;
        bool done = false;
        int second = 0;
        int closing = 0;
        int status = 0;
    } source(*this, location);
    const auto first = send_source("PATCH", location, {{"Authorization", admin}}, source, 5);
    CHECK(first.status == 202);
    CHECK(source.second == 409);
    CHECK(source.closing == 409);
    // Asking how much has come disturbs nobody: that is how a client resumes.
    CHECK(source.status == 204);
    CHECK(finish(location, "yyyyy").status == 201);
}

TEST_CASE_FIXTURE(UploadFixture, "mounts show what may be pulled and begin an upload otherwise") {
    const auto digest = push_blob("team/source", "hello");
    const auto absent = sha256_of("absent");
    const auto mount = [&](const std::string& what) {
        return ask("POST", "/v2/team/target/blobs/uploads/?mount=" + what);
    };
    const auto is_upload = [](const Answer& answer) {
        return answer.status == 202 &&
               answer.header("Location").starts_with("/v2/team/target/blobs/uploads/");
    };
    CHECK(is_upload(mount(absent + "&from=team/source")));
    CHECK(is_upload(mount(digest + "&from=team/nowhere")));
    CHECK(is_upload(mount(digest + "&from=../source")));
    CHECK(is_upload(mount(digest + "&from=")));
    CHECK(is_upload(mount(absent)));
    CHECK(ask("HEAD", "/v2/team/target/blobs/" + digest).status == 404);
    SUBCASE("with a source") {
        const auto answer = mount(digest + "&from=team/source");
        CHECK(answer.status == 201);
        CHECK(answer.header("Location") == "/v2/team/target/blobs/" + digest);
    }
    SUBCASE("without a source") {
        CHECK(mount(digest).status == 201);
    }
    SUBCASE("the same repository") {
        CHECK(ask("POST", "/v2/team/source/blobs/uploads/?mount=" + digest + "&from=team/source")
                  .status == 201);
        CHECK(blob("hello", "team/source") == "hello");
        return;
    }
    CHECK(blob("hello", "team/target") == "hello");
}

TEST_CASE_FIXTURE(UploadFixture, "a mount grants nothing that its caller may not pull") {
    const auto digest = push_blob("secret/source", "hello");
    for (const auto* from : {"&from=secret/source", ""}) {
        const auto answer =
            send("POST", fmt::format("/v2/team/target/blobs/uploads/?mount={}{}", digest, from),
                 {{"Authorization", robot}});
        CHECK(answer.status == 202);
    }
    CHECK(send("GET", "/v2/team/target/blobs/" + digest, {{"Authorization", robot}}).status == 404);
}

TEST_CASE_FIXTURE(UploadFixture, "algorithms that are not supported are said to be so") {
    CHECK(ask("POST", "/v2/team/app/blobs/uploads/?digest-algorithm=sha512").status == 202);
    const auto answer = ask("POST", "/v2/team/app/blobs/uploads/?digest-algorithm=md5");
    CHECK(answer.status == 400);
    CHECK(answer.code() == "DIGEST_INVALID");
}

TEST_CASE_FIXTURE(UploadFixture, "a blob larger than the limit is refused with 413") {
    hosting::HostedRegistry small(
        {.directory = scratch.path / "small", .uploads = {.blob_bytes = 100}}, clock);
    auto limited = make_distribution(
        {.registry = small, .users = users, .tokens = tokens, .clock = clock}, {});
    std::swap(handler, limited);
    const std::string large(101, 'x');
    const auto answer =
        ask("POST", "/v2/team/app/blobs/uploads/?digest=" + sha256_of(large), large);
    CHECK(answer.status == 413);
    CHECK(answer.code() == "LIMIT_EXCEEDED");
    push_blob("team/app", std::string(100, 'x'));
    const auto location = begin_upload("team/app");
    CHECK(patch(location, std::string(60, 'x')).status == 202);
    CHECK(patch(location, std::string(60, 'x')).status == 413);
    std::swap(handler, limited);
}

TEST_CASE_FIXTURE(UploadFixture, "pushing needs the right to push, for every step") {
    const auto location = begin_upload("public/app");
    const auto digest = "?digest=" + sha256_of("");
    for (const auto* method : {"GET", "PATCH", "PUT", "DELETE"}) {
        CHECK(send(method, location + digest).status == 401);
        CHECK(send(method, location + digest, {{"Authorization", robot}}).code() == "DENIED");
    }
    CHECK(send("POST", "/v2/public/app/blobs/uploads/").status == 401);
    CHECK(ask("GET", location).status == 204);
}

} // namespace berth::server
