// For tests: the distribution API over a registry in a temporary directory, without sockets.
#pragma once

#include "base/file.hpp"
#include "base/json.hpp"
#include "codec/hasher.hpp"
#include "server/distribution.hpp"

#include <doctest/doctest.h>
#include <fmt/format.h>
#include <stdlib.h>

#include <filesystem>
#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>

namespace berth::server {

struct ScratchDirectory {
    ScratchDirectory() {
        std::string pattern = std::filesystem::temp_directory_path() / "berth-server-XXXXXX";
        path = ::mkdtemp(pattern.data());
    }
    ~ScratchDirectory() { std::filesystem::remove_all(path); }
    std::filesystem::path path;
};

struct Answer {
    int status;
    net::Headers headers;
    std::string body; ///< also of a file

    std::string header(std::string_view name) const {
        return std::string(headers.find(name).value_or(""));
    }
    /// The first error's code, "" if the body is not an error of the specification's form.
    std::string code() const {
        const auto document = json::parse(body);
        if (!document || !document->is_object()) return "";
        const json::Reader reader(*document, "");
        const auto errors = reader.objects("errors");
        return errors.empty() ? "" : errors[0].text("code").value_or("");
    }
};

/// A body that breaks after its bytes, as that of a client that goes or stalls.
class BreakingSource final : public Source {
public:
    BreakingSource(std::string bytes, ErrorCode code) : bytes_(std::move(bytes)), code_(code) {}
    std::size_t read(std::span<std::byte> out) override {
        if (const auto got = bytes_.read(out)) return got;
        throw Error(code_, "the connection broke");
    }

private:
    MemorySource bytes_;
    ErrorCode code_;
};

using Fields = std::initializer_list<std::pair<const char*, std::string>>;

/// User admin with password "secret", user robot ("beep") who may pull and push below team/, and
/// public pulls below public/.
struct DistributionFixture {
    explicit DistributionFixture(const access::RateLimits& limits = {}) : limiter(limits, clock) {
        write_users();
    }

    ScratchDirectory scratch;
    ManualClock clock;
    hosting::HostedRegistry registry{{.directory = scratch.path / "data"}, clock};
    access::Users users{scratch.path / "users.json", clock};
    access::TokenIssuer tokens{Secret("0123456789abcdef0123456789abcdef"), "berth", clock};
    access::RateLimiter limiter;
    net::Handler handler = make_distribution(
        {.registry = registry,
         .users = users,
         .tokens = tokens,
         .clock = clock,
         .limiter = &limiter},
        [](net::Request&) { return net::Response{.body = std::string("other")}; });

    void write_users() const {
        // bcrypt at its lowest cost: these tests log in a thousand times.
        const std::string secret = "$2b$04$KDaNOWONwQRVzdqB8H821OyJSB4ilL4GY6jD6DVKHLGBetZSxRJUi";
        const std::string beep = "$2b$04$RB3FF7u2eGCtQgHMer3aHOpVV/iZgFcASWfsstHktogBGRfw80FoO";
        replace_file(scratch.path / "users.json",
                     fmt::format(R"({{"users":[
{{"name":"admin","password":"{}","admin":true,"grants":[]}},
{{"name":"robot","password":"{}","admin":false,
  "grants":[{{"prefix":"team","actions":["pull","push"]}}]}}],"public":["public"]}})",
                                 secret, beep),
                     0600);
    }

    /// `target` as on a request line. No Authorization field unless `fields` has one.
    Answer send(std::string method, std::string_view target, Fields fields = {},
                std::string body = "") {
        MemorySource source(body);
        return send_source(std::move(method), target, fields, source, body.size());
    }

    Answer send_source(std::string method, std::string_view target, Fields fields, Source& body,
                       std::optional<std::uint64_t> length) {
        net::Request request;
        request.method = std::move(method);
        request.peer = peer;
        const auto mark = std::min(target.find('?'), target.size());
        request.path = target.substr(0, mark);
        request.query = target.substr(std::min(mark + 1, target.size()));
        request.headers.add("Host", "registry.example");
        for (const auto& [name, value] : fields) request.headers.add(name, value);
        request.content_length = length;
        request.body = &body;
        return read_out(handler(request));
    }

    /// As admin.
    Answer ask(std::string method, std::string_view target, std::string body = "") {
        return send(std::move(method), target, {{"Authorization", admin}}, std::move(body));
    }

    std::string push_blob(std::string_view repository, const std::string& bytes) {
        const auto digest = codec::digest_of(bytes).text();
        const auto answer =
            ask("POST", fmt::format("/v2/{}/blobs/uploads/?digest={}", repository, digest), bytes);
        REQUIRE(answer.status == 201);
        return digest;
    }

    /// The session's address.
    std::string begin_upload(std::string_view repository) {
        const auto answer = ask("POST", fmt::format("/v2/{}/blobs/uploads/", repository));
        REQUIRE(answer.status == 202);
        return answer.header("Location");
    }

    static Answer read_out(net::Response response) {
        std::string body;
        if (auto* text = std::get_if<std::string>(&response.body)) {
            body = std::move(*text);
        } else if (auto* range = std::get_if<net::FileRange>(&response.body)) {
            FileSource source(std::move(range->file), range->offset, range->length);
            body = read_all(source, 1 << 20, "the body");
        } else {
            body =
                read_all(*std::get<net::StreamedBody>(response.body).source, 1 << 20, "a stream");
        }
        return {response.status, std::move(response.headers), std::move(body)};
    }

    std::string peer = "192.0.2.1";
    const std::string admin = "Basic YWRtaW46c2VjcmV0"; ///< admin:secret
    const std::string robot = "Basic cm9ib3Q6YmVlcA=="; ///< robot:beep
};

} // namespace berth::server
