#include "client/remote_fixture.hpp"
#include "registry/repository_contract.hpp"

#include <fmt/format.h>

#include <optional>
#include <string>
#include <vector>

using namespace berth;
using namespace berth::client;
using net::respond;
using net::SentRequest;

namespace {

/// Gives some bytes, then breaks as a connection does.
class Breaking final : public Source {
public:
    explicit Breaking(std::string bytes, ErrorCode code = ErrorCode::unreachable)
        : bytes_(std::move(bytes)), code_(code) {}
    std::size_t read(std::span<std::byte> out) override {
        const std::size_t size = bytes_.read(out);
        if (size == 0) throw Error(code_, "the connection broke");
        return size;
    }

private:
    MemorySource bytes_;
    ErrorCode code_;
};

/// Never ends.
class Endless final : public Source {
public:
    std::size_t read(std::span<std::byte> out) override {
        std::fill(out.begin(), out.end(), std::byte{0});
        return out.size();
    }
};

net::HttpResponse broken_after(std::string bytes, ErrorCode code = ErrorCode::unreachable) {
    net::HttpResponse response;
    response.status = 200;
    response.body = std::make_unique<Breaking>(std::move(bytes), code);
    return response;
}

const registry::Document& blob() {
    static const registry::Document document = registry::contract::content(
        registry::contract::some_bytes(500'000, 1), oci::media_type::oci_layer);
    return document;
}

std::string range_of(std::size_t first, std::size_t total = 500'000) {
    return "bytes " + std::to_string(first) + "-499999/" + std::to_string(total);
}

/// The first answer breaks after 200,000 bytes; `then` answers the request for the rest.
Remote broken_once(std::function<net::HttpResponse()> then) {
    auto count = std::make_shared<int>(0);
    return Remote([count, then](const SentRequest&) {
        return ++*count == 1 ? broken_after(blob().bytes.substr(0, 200'000)) : then();
    });
}

std::string fetched(Remote& remote) {
    return registry::contract::bytes_of(*remote.repository, blob().descriptor, 0);
}
ErrorCode code_of_fetch(Remote& remote) {
    return failure_of([&] { fetched(remote); }).code();
}

} // namespace

TEST_CASE("a broken download goes on where it ended and is verified as a whole") {
    Remote remote = broken_once([] {
        return respond(206, blob().bytes.substr(200'000), {{"Content-Range", range_of(200'000)}});
    });
    CHECK(fetched(remote) == blob().bytes);
    const auto sent = remote.transport.sent();
    REQUIRE(sent.size() == 2);
    CHECK_FALSE(sent[0].headers.find("Range").has_value());
    CHECK(sent[1].headers.find("Range") == "bytes=200000-");
    CHECK(remote.notes.size() == 2); // the retry and the resumption
}

TEST_CASE("a server that ignores ranges has its first bytes skipped") {
    Remote remote = broken_once([] { return respond(200, blob().bytes); });
    CHECK(fetched(remote) == blob().bytes);
}

TEST_CASE("what a resumed download gets wrong is refused") {
    const std::string rest = blob().bytes.substr(200'000);
    struct Row {
        int status;
        std::string body;
        std::string range;
        ErrorCode code;
    };
    const std::vector<Row> rows{
        {206, rest, range_of(199'993), ErrorCode::response_invalid},
        {206, rest, "", ErrorCode::response_invalid},
        {206, rest, range_of(200'000, 600'000), ErrorCode::response_invalid},
        {206, rest, "bytes 99999999999999999999-1/7", ErrorCode::response_invalid},
        {206, std::string(300'000, 'x'), range_of(200'000), ErrorCode::digest_invalid},
        {206, rest + "more", range_of(200'000), ErrorCode::size_invalid},
        {416, "", "", ErrorCode::size_invalid},
        {404, "", "", ErrorCode::blob_unknown},
        {403, "", "", ErrorCode::denied},
    };
    for (const Row& row : rows) {
        CAPTURE(row.status);
        CAPTURE(row.range);
        Remote remote = broken_once([&] {
            return respond(row.status, row.body, {{"Content-Range", row.range}});
        });
        CHECK(code_of_fetch(remote) == row.code);
    }
}

TEST_CASE("a blob whose digest alone is known is one request, whole and in part") {
    struct Row {
        std::optional<registry::RangeWanted> wanted;
        std::string field;
        std::size_t first;
        std::size_t length;
    };
    using Wanted = registry::RangeWanted;
    const std::vector<Row> rows{{std::nullopt, "", 0, 500'000},
                                {Wanted{0, {}}, "bytes=0-", 0, 500'000},
                                {Wanted{10, 19}, "bytes=10-19", 10, 10},
                                {Wanted{499'990, 600'000}, "bytes=499990-600000", 499'990, 10},
                                {Wanted{{}, 3}, "bytes=-3", 499'997, 3}};
    for (const Row& row : rows) {
        for (const bool regarded : {true, false}) {
            CAPTURE(row.field);
            const auto part = blob().bytes.substr(row.first, row.length);
            Remote remote([&](const SentRequest&) {
                if (row.field.empty() || !regarded) return respond(200, blob().bytes);
                return respond(206, part,
                               {{"Content-Range", fmt::format("bytes {}-{}/500000", row.first,
                                                              row.first + row.length - 1)}});
            });
            const auto opened =
                remote.repository->open_blob(blob().descriptor.digest, row.wanted).value();
            CHECK(opened.size == 500'000);
            CHECK(read_all(*opened.content, 1 << 20, "the blob") == part);
            const auto sent = remote.transport.sent();
            CHECK(sent.size() == 1);
            CHECK(sent[0].headers.find("Range").value_or("") == row.field);
        }
    }
}

TEST_CASE("opening by the digest alone verifies, and asks for a size that is not told") {
    const oci::Digest digest = blob().descriptor.digest;
    Remote false_one([](const SentRequest&) { return respond(200, std::string(500'000, 'x')); });
    const auto opened = false_one.repository->open_blob(digest, {}).value();
    CHECK(failure_of([&] { read_all(*opened.content, 1 << 20, "the blob"); }).code() ==
          ErrorCode::digest_invalid);

    const auto size_at_head = [](int status) {
        return [status](const SentRequest& request) {
            if (request.method == "HEAD") return respond(200, "", {{"Content-Length", "500000"}});
            auto answer = respond(status, status == 200 ? blob().bytes : "");
            answer.headers.remove("Content-Length");
            return answer;
        };
    };
    Remote chunked(size_at_head(200));
    const auto whole = chunked.repository->open_blob(digest, {}).value();
    CHECK(read_all(*whole.content, 1 << 20, "the blob") == blob().bytes);
    Remote refused(size_at_head(416));
    const auto beyond =
        refused.repository->open_blob(digest, registry::RangeWanted{500'000, {}}).value();
    CHECK(beyond.size == 500'000);
    CHECK(beyond.content == nullptr);

    Remote absent([](const SentRequest&) { return respond(404); });
    CHECK_FALSE(absent.repository->open_blob(digest, {}).has_value());
    Remote closed([](const SentRequest&) { return respond(403); });
    CHECK(failure_of([&] { closed.repository->open_blob(digest, {}); }).code() ==
          ErrorCode::denied);
}

TEST_CASE("bodies that are wrong, short, long or endless are refused") {
    std::string wrong = blob().bytes;
    wrong.back() = static_cast<char>(wrong.back() ^ 1);
    const auto code = [](std::string body) {
        Remote remote([&](const SentRequest&) { return respond(200, body); });
        return code_of_fetch(remote);
    };
    CHECK(code(wrong) == ErrorCode::digest_invalid);
    CHECK(code(blob().bytes.substr(1)) == ErrorCode::size_invalid);
    CHECK(code(blob().bytes + "x") == ErrorCode::size_invalid);
    Remote endless([](const SentRequest&) {
        net::HttpResponse response;
        response.status = 200;
        response.body = std::make_unique<Endless>();
        return response;
    });
    CHECK(code_of_fetch(endless) == ErrorCode::size_invalid);
}

TEST_CASE("a connection that always breaks ends after bounded attempts") {
    Remote remote([](const SentRequest&) { return broken_after("x"); });
    CHECK(code_of_fetch(remote) == ErrorCode::unreachable);
    CHECK(remote.transport.sent().size() <= 5);
    CHECK(remote.clock.slept() < std::chrono::seconds(60));
}

TEST_CASE("a stalled download is tried once more, not five times") {
    Remote remote([](const SentRequest&) { return broken_after("", ErrorCode::timeout); });
    CHECK(code_of_fetch(remote) == ErrorCode::timeout);
    CHECK(remote.transport.sent().size() == 2);
}

TEST_CASE("a link to a storage that has expired is asked for again") {
    int asked = 0;
    Remote remote([&](const SentRequest& request) {
        if (request.url.starts_with("https://storage.example"))
            return asked < 2 ? respond(403, "expired") : respond(200, blob().bytes);
        ++asked;
        return respond(307, "", {{"Location", "https://storage.example/b?signature=secret"}});
    });
    CHECK(fetched(remote) == blob().bytes);
    for (const std::string& note : remote.notes) CHECK_FALSE(contains(note, "secret"));
}
