#include "aws/vector_files.hpp"
#include "base/json.hpp"

#include <doctest/doctest.h>
#include <boost/json/array.hpp>

#include <algorithm>

namespace berth::aws {
namespace {

namespace fs = std::filesystem;

// 2015-08-30T12:36:00Z, the time of all cases.
const std::chrono::system_clock::time_point vector_time{std::chrono::seconds(1440938160)};
const SigningScope vector_scope{.region = "us-east-1", .service = "service"};

Credentials vector_credentials(std::string token) {
    return {.access_key_id = "AKIDEXAMPLE",
            .secret_access_key = Secret("wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"),
            .session_token = Secret(std::move(token))};
}

std::vector<fs::path> folders_with(const fs::path& root, const std::string& extension_or_name) {
    std::vector<fs::path> found;
    for (const auto& entry : fs::recursive_directory_iterator(root))
        if (entry.path().filename() == extension_or_name ||
            entry.path().extension() == extension_or_name)
            found.push_back(entry.path());
    std::sort(found.begin(), found.end());
    return found;
}

struct AwsCase {
    VectorRequest parsed;
    Credentials credentials;
    SigningOptions options;
};

AwsCase read_case(const fs::path& folder) {
    const json::Value context = json::parse(text_of_file(folder / "context.json")).value();
    const json::Reader reader(context, "");
    AwsCase result{
        .parsed = parse_vector_request(text_of_file(folder / "request.txt")),
        .credentials = vector_credentials(reader.object("credentials")->text("token").value_or("")),
        .options = {}};
    CHECK(reader.required_text("timestamp") == "2015-08-30T12:36:00Z");
    CHECK(reader.required_text("region") == "us-east-1");
    CHECK(reader.required_text("service") == "service");
    result.parsed.request.body = result.parsed.body;
    result.options.normalize_path = reader.boolean("normalize").value();
    result.options.content_hash_header = reader.boolean("sign_body").value();
    result.options.sign_session_token = !reader.boolean("omit_session_token").value_or(false);
    return result;
}

TEST_CASE("every header signature of aws-c-auth comes out, with its intermediate texts") {
    const auto root = vectors("sigv4/aws-c-auth/v4");
    if (!root) return;
    const auto contexts = folders_with(*root, "context.json");
    CHECK(contexts.size() == 38);
    for (const fs::path& context : contexts) {
        const fs::path folder = context.parent_path();
        CAPTURE(folder.filename().string());
        AwsCase test = read_case(folder);
        test.parsed.request.body = test.parsed.body;
        const SignedHeaders made =
            sign(test.parsed.request, test.credentials, vector_scope, vector_time, test.options);
        CHECK(made.signature.canonical_request.reveal() ==
              text_of_file(folder / "header-canonical-request.txt"));
        CHECK(made.signature.string_to_sign == text_of_file(folder / "header-string-to-sign.txt"));
        CHECK(made.signature.hex == text_of_file(folder / "header-signature.txt"));
        CHECK(text_of_file(folder / "header-signed-request.txt")
                  .find("Authorization:" + made.authorization.reveal() + "\n") !=
              std::string::npos);
    }
}

TEST_CASE("every query signature of aws-c-auth comes out, with its intermediate texts") {
    const auto root = vectors("sigv4/aws-c-auth/v4");
    if (!root) return;
    for (const fs::path& context : folders_with(*root, "context.json")) {
        const fs::path folder = context.parent_path();
        CAPTURE(folder.filename().string());
        AwsCase test = read_case(folder);
        test.parsed.request.body = test.parsed.body;
        test.options.content_hash_header = false;
        const SignedQuery made = presign(test.parsed.request, test.credentials, vector_scope,
                                         vector_time, std::chrono::hours(1), test.options);
        CHECK(made.signature.canonical_request.reveal() ==
              text_of_file(folder / "query-canonical-request.txt"));
        CHECK(made.signature.string_to_sign == text_of_file(folder / "query-string-to-sign.txt"));
        CHECK(made.signature.hex == text_of_file(folder / "query-signature.txt"));
        CHECK(made.query.reveal().ends_with("&X-Amz-Signature=" + made.signature.hex));
    }
}

TEST_CASE("every signature of botocore's own suite comes out, with its intermediate texts") {
    const auto root = vectors("sigv4/botocore/v4");
    if (!root) return;
    const auto requests = folders_with(*root, ".req");
    CHECK(requests.size() == 34);
    for (const fs::path& file : requests) {
        CAPTURE(file.stem().string());
        VectorRequest parsed = parse_vector_request(text_of_file(file));
        parsed.request.body = parsed.body;
        const auto beside = [&file](const char* extension) {
            return text_of_file(fs::path(file).replace_extension(extension));
        };
        // The token is in the signed request; whether it was signed, the authorization says.
        const std::string token = parse_vector_request(beside(".sreq")).session_token;
        const SigningOptions options{.sign_session_token =
                                         beside(".authz").find("x-amz-security-token") !=
                                         std::string::npos};
        const SignedHeaders made =
            sign(parsed.request, vector_credentials(token), vector_scope, vector_time, options);
        CHECK(made.signature.canonical_request.reveal() == beside(".creq"));
        CHECK(made.signature.string_to_sign == beside(".sts"));
        CHECK(made.authorization.reveal() == beside(".authz"));
    }
}

SignableRequest request_of(const json::Reader& test, const std::string& body) {
    SignableRequest request{.method = test.required_text("method"),
                            .path = test.required_text("path"),
                            .query = test.required_text("query"),
                            .headers = {{"Host", test.required_text("host")}},
                            .body = body};
    for (const json::Value& field : test.find("headers")->as_array())
        request.headers.emplace_back(field.as_array()[0].as_string(),
                                     field.as_array()[1].as_string());
    return request;
}

/// S3 takes paths as they are, wants the body's hash in a header and does not hash it in a URL.
SigningOptions options_of(const json::Reader& test) {
    if (test.required_text("service") != "s3") return {};
    const bool in_query = test.required_integer("lifetime") != 0;
    return {.encode_path_twice = false,
            .normalize_path = false,
            .content_hash_header = !in_query,
            .payload_hash = in_query ? std::string(unsigned_payload) : ""};
}

Signature signature_of(const json::Reader& test) {
    std::string body;
    for (auto count = test.required_integer("repeat"); count > 0; --count)
        body += test.required_text("body");
    const SignableRequest request = request_of(test, body);
    const SigningScope scope{test.required_text("region"), test.required_text("service")};
    const std::chrono::system_clock::time_point time{
        std::chrono::seconds(test.required_integer("time"))};
    const std::chrono::seconds lifetime(test.required_integer("lifetime"));
    const Credentials credentials = vector_credentials(test.required_text("token"));
    if (lifetime.count() == 0)
        return sign(request, credentials, scope, time, options_of(test)).signature;
    return presign(request, credentials, scope, time, lifetime, options_of(test)).signature;
}

// What the public suites leave out; tests/aws/sigv4_foreign.py wrote the file with botocore.
TEST_CASE("cases that the public vectors lack come out as two signers of others have them") {
    const auto file = std::filesystem::path(BERTH_TESTDATA) / "sigv4_cases.json";
    const json::Value document = json::parse(text_of_file(file)).value();
    REQUIRE(document.as_array().size() > 150);
    for (const json::Value& value : document.as_array()) {
        const json::Reader test(value, "");
        CAPTURE(test.required_text("name"));
        const Signature made = signature_of(test);
        INFO(made.canonical_request.reveal());
        CHECK(made.string_to_sign == test.required_text("string_to_sign"));
        CHECK(made.hex == test.required_text("signature"));
    }
}

} // namespace
} // namespace berth::aws
