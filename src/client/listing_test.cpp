#include "client/remote_fixture.hpp"

using namespace berth;
using namespace berth::client;
using net::respond;
using net::SentRequest;

namespace {

using Headers = std::vector<std::pair<std::string, std::string>>;

Headers link(std::string_view target) {
    return {{"Link", "<" + std::string(target) + ">; rel=\"next\""}};
}

ErrorCode code_of_tags(Remote::Script script) {
    Remote remote(std::move(script));
    return failure_of([&] { (void)remote.repository->tags("", 1000); }).code();
}

constexpr const char* list = "/v2/team/app/tags/list";

} // namespace

TEST_CASE("pages are followed by Link, whatever token it carries") {
    Remote remote([](const SentRequest& request) {
        if (contains(request.url, "token=2")) return respond(200, R"({"tags":["c"]})");
        return respond(200, R"({"tags":["a","b"]})", link("/v2/team/app/tags/list?token=2"));
    });
    const auto page = remote.repository->tags("", 1000);
    CHECK(page.names == std::vector<std::string>{"a", "b", "c"});
    CHECK_FALSE(page.next.has_value());
}

TEST_CASE("a page that ends at a link continues there in the next call") {
    Remote remote([](const SentRequest& request) {
        if (contains(request.url, "token=2")) return respond(200, R"({"tags":["c"]})");
        return respond(200, R"({"tags":["a","b"]})", link("/v2/team/app/tags/list?token=2"));
    });
    const auto first = remote.repository->tags("", 2);
    REQUIRE(first.next.has_value());
    const auto second = remote.repository->tags(*first.next, 2);
    CHECK(second.names == std::vector<std::string>{"c"});
    CHECK_FALSE(second.next.has_value());
}

TEST_CASE("without Link a full page is continued by its last name") {
    Remote remote([](const SentRequest& request) {
        if (contains(request.url, "last=b")) return respond(200, R"({"tags":["c"]})");
        return respond(200, R"({"tags":["a","b"]})");
    });
    const auto first = remote.repository->tags("", 2);
    CHECK(first.next == "b");
    CHECK(remote.repository->tags("b", 2).names == std::vector<std::string>{"c"});
}

TEST_CASE("a registry that knows neither n nor last is still listed to its end") {
    Remote remote(
        [](const SentRequest&) { return respond(200, R"({"tags":["a","b","c","d","e"]})"); });
    std::vector<std::string> all;
    std::string after;
    for (int calls = 0; calls < 10; ++calls) {
        const auto page = remote.repository->tags(after, 2);
        all.insert(all.end(), page.names.begin(), page.names.end());
        if (!page.next) break;
        after = *page.next;
    }
    CHECK(all == std::vector<std::string>{"a", "b", "c", "d", "e"});
}

TEST_CASE("links that circle, lead away or cannot be read are refused") {
    const auto linking = [](std::string target) {
        return [target](const SentRequest&) {
            return respond(200, R"({"tags":["a"]})", link(target));
        };
    };
    CHECK(code_of_tags(linking(std::string(list) + "?last=a")) == ErrorCode::response_invalid);
    CHECK(code_of_tags(linking("https://evil.example/v2/team/app/tags/list")) ==
          ErrorCode::response_invalid);
    CHECK(code_of_tags(linking("/v2/team/other/tags/list?last=a")) == ErrorCode::response_invalid);
    CHECK(code_of_tags(linking("file:///etc/passwd")) == ErrorCode::response_invalid);
    CHECK(code_of_tags([](const SentRequest&) {
              return respond(200, R"({"tags":["a"]})", {{"Link", "<<>>;;rel"}});
          }) == ErrorCode::response_invalid);
    CHECK(code_of_tags([](const SentRequest& request) {
              const char* next = contains(request.url, "x=1") ? "?x=2" : "?x=1";
              return respond(200, R"({"tags":["a"]})", link(std::string(list) + next));
          }) == ErrorCode::response_invalid);
}

TEST_CASE("endless pages end") {
    int count = 0;
    CHECK(code_of_tags([&](const SentRequest&) {
              return respond(200, R"({"tags":[]})",
                             link(std::string(list) + "?x=" + std::to_string(++count)));
          }) == ErrorCode::response_invalid);
    CHECK(count <= 10'001);
}

TEST_CASE("lists that are no lists are refused") {
    for (const char* body : {"<html>", "[]", R"({"tags":{"a":1}})", R"({"tags":[1]})",
                             R"({"tags":["\u001b[2Jowned"]})"}) {
        CAPTURE(body);
        CHECK(code_of_tags([&](const SentRequest&) { return respond(200, body); }) ==
              ErrorCode::response_invalid);
    }
    Remote null([](const SentRequest&) { return respond(200, R"({"tags":null})"); });
    CHECK(null.repository->tags("", 10).names.empty());
}

TEST_CASE("invalid names among valid ones are left out with one note") {
    Remote remote([](const SentRequest&) {
        return respond(200, R"({"tags":["ok","not ok","\u001b[2J","fine"]})");
    });
    CHECK(remote.repository->tags("", 10).names == std::vector<std::string>{"ok", "fine"});
    REQUIRE(remote.notes.size() == 1);
    CHECK_FALSE(contains(remote.notes[0], "\x1b"));
}

TEST_CASE("tags of a repository that is not there are name_unknown") {
    CHECK(code_of_tags([](const SentRequest&) { return respond(404, "{}"); }) ==
          ErrorCode::name_unknown);
}
