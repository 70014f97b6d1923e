#include "aws/error.hpp"
#include "aws/xml.hpp"

#include <doctest/doctest.h>

#include <vector>

namespace berth::aws {
namespace {

const Call list{.service = "ECR", .operation = "ListImages", .region = "eu-west-1"};

AwsError from_json(const std::string& type, const std::string& message, int status = 400) {
    return read_error({.status = status,
                       .body = R"({"__type":")" + type + R"(","message":")" + message + R"("})"},
                      list);
}

TEST_CASE("XML is read to its elements and text, and what could hide something is refused") {
    const auto parsed = parse_xml(
        "<?xml version=\"1.0\"?>\n<!-- c --><a:R xmlns=\"u\">\n"
        " <A>x &amp; &#65;&#x42; &lt;</A><B/><C><![CDATA[<raw>]]></C></a:R>");
    REQUIRE(parsed.has_value());
    CHECK(parsed->name == "R");
    CHECK(parsed->text_of("A") == "x & AB <");
    CHECK(parsed->find("B") != nullptr);
    CHECK(parsed->text_of("C") == "<raw>");
    CHECK(parsed->text_of("absent") == "");
    for (const std::string bad :
         {"", "text", "<a>", "<a></b>", "<a/><b/>", "<a>&evil;</a>", "<a>&#0;</a>",
          "<a>&#xD800;</a>", "<!DOCTYPE a [<!ENTITY e \"x\">]><a>&e;</a>", "<a b></a>",
          "<a b=c></a>", "<a", "<a>&amp</a>", "<a><!-- </a>"}) {
        CAPTURE(bad);
        CHECK(parse_xml(bad).has_error());
    }
    std::string deep;
    for (int i = 0; i < 100; ++i) deep += "<a>";
    CHECK(parse_xml(deep).error().message().find("deeply") != std::string::npos);
    std::string wide = "<a>";
    for (int i = 0; i < 5000; ++i) wide += "<b/>";
    CHECK(parse_xml(wide + "</a>").error().message().find("too many") != std::string::npos);
}

TEST_CASE("each type of error has its cause, code and hint") {
    struct Row {
        std::string type;
        std::string message;
        Cause cause;
        ErrorCode code;
    };
    const std::vector<Row> rows = {
        {"UnrecognizedClientException", "The security token included in the request is invalid.",
         Cause::unknown_key, ErrorCode::unauthorized},
        {"InvalidSignatureException", "The request signature we calculated does not match",
         Cause::wrong_secret, ErrorCode::unauthorized},
        {"InvalidSignatureException",
         "Signature expired: 20251127T114000Z is now earlier than 20251127T115000Z",
         Cause::clock_skew, ErrorCode::unauthorized},
        {"InvalidSignatureException", "Signature not yet current: 20251127T121000Z is still later",
         Cause::clock_skew, ErrorCode::unauthorized},
        {"ExpiredTokenException", "The security token included in the request is expired",
         Cause::expired, ErrorCode::unauthorized},
        {"MissingAuthenticationTokenException", "Missing Authentication Token",
         Cause::unsigned_call, ErrorCode::unauthorized},
        {"com.amazonaws.ecr#ThrottlingException", "Rate exceeded", Cause::throttled,
         ErrorCode::too_many_requests},
        {"OptInRequired", "The AWS Access Key Id needs a subscription", Cause::region_off,
         ErrorCode::denied},
        {"RepositoryNotFoundException", "The repository with name 'a' does not exist",
         Cause::absent, ErrorCode::name_unknown},
        {"ImageNotFoundException", "The image does not exist", Cause::absent,
         ErrorCode::manifest_unknown},
        {"LifecyclePolicyNotFoundException", "", Cause::absent, ErrorCode::not_found},
        {"InvalidParameterException:http://internal/", "Invalid parameter", Cause::bad_request,
         ErrorCode::usage},
        {"ServerException", "", Cause::failed, ErrorCode::upstream_failed},
        {"BrandNewException", "what", Cause::unknown, ErrorCode::response_invalid},
    };
    for (const Row& row : rows) {
        CAPTURE(row.type);
        const AwsError error = from_json(row.type, row.message);
        CHECK(error.cause == row.cause);
        CHECK(error.code() == row.code);
        CHECK(error.message().starts_with("ECR ListImages in eu-west-1: "));
        CHECK(error.text == row.message);
    }
    CHECK(from_json("AccessDeniedException", "x", 400).cause == Cause::denied);
    CHECK(from_json("AccessDeniedException", "x", 403).cause == Cause::denied);
}

TEST_CASE("STS's XML, a type in the header, and pages of proxies are understood") {
    const AwsError sts = read_error(
        {.status = 403,
         .body = "<ErrorResponse xmlns=\"https://sts.amazonaws.com/doc/2011-06-15/\"><Error>"
                 "<Type>Sender</Type><Code>InvalidClientTokenId</Code><Message>The security token "
                 "included in the request is invalid.</Message></Error>"
                 "<RequestId>abc-1</RequestId></ErrorResponse>"},
        {.service = "STS", .operation = "GetCallerIdentity", .region = "us-east-1"});
    CHECK(sts.cause == Cause::unknown_key);
    CHECK(sts.request_id == "abc-1");
    CHECK(sts.type == "InvalidClientTokenId");

    Answer answer{.status = 400, .body = "{}"};
    answer.headers.add("x-amzn-ErrorType", "ThrottlingException:");
    answer.headers.add("x-amzn-RequestId", "abc-2");
    CHECK(read_error(answer, list).cause == Cause::throttled);
    CHECK(read_error(answer, list).request_id == "abc-2");

    const AwsError page =
        read_error({.status = 502, .body = "<html><body>Bad Gateway</html>"}, list);
    CHECK(page.cause == Cause::failed);
    CHECK(page.message().find("HTTP status 502") != std::string::npos);
    CHECK(read_error({.status = 418, .body = std::string("\0\xff", 2)}, list).cause ==
          Cause::unknown);
}

TEST_CASE("a refusal says whose policy it is, and what helps") {
    const std::string head =
        "User: arn:aws:sts::123456789012:assumed-role/r/s is not authorized "
        "to perform: ecr:ListImages on resource: "
        "arn:aws:ecr:eu-west-1:123456789012:repository/team/app";
    struct Row {
        std::string reason;
        PolicyKind policy;
        bool explicit_deny;
        std::string in_hint;
    };
    const std::vector<Row> rows = {
        {"", PolicyKind::unnamed, false, "allow \"ecr:ListImages\" on"},
        {" because no identity-based policy allows the ecr:ListImages action", PolicyKind::identity,
         false, "allow \"ecr:ListImages\" on \"arn:aws:ecr"},
        {" because no resource-based policy allows the ecr:ListImages action", PolicyKind::resource,
         false, "allow"},
        {" because no session policy allows the ecr:ListImages action", PolicyKind::session, false,
         "allow"},
        {" because no permissions boundary allows the ecr:ListImages action", PolicyKind::boundary,
         false, "does not help"},
        {" because no VPC endpoint policy allows the ecr:ListImages action",
         PolicyKind::vpc_endpoint, false, "VPC endpoint"},
        {" with an explicit deny in a service control policy", PolicyKind::service_control, true,
         "does not help"},
        {" because no resource control policy allows the ecr:ListImages action",
         PolicyKind::resource_control, false, "does not help"},
        {" with an explicit deny in an identity-based policy", PolicyKind::identity, true,
         "Effect Deny"},
    };
    for (const Row& row : rows) {
        CAPTURE(row.reason);
        const AwsError error = from_json("AccessDeniedException", head + row.reason);
        CHECK(error.denial.principal == "arn:aws:sts::123456789012:assumed-role/r/s");
        CHECK(error.denial.action == "ecr:ListImages");
        CHECK(error.denial.resource == "arn:aws:ecr:eu-west-1:123456789012:repository/team/app");
        CHECK(error.denial.policy == row.policy);
        CHECK(error.denial.explicit_deny == row.explicit_deny);
        CHECK(error.hint().find(row.in_hint) != std::string::npos);
    }
    CHECK(from_json("AccessDeniedException",
                    "User: x is not authorized to perform: "
                    "sts:GetServiceBearerToken on resource: *")
              .hint()
              .find("ECR Public needs") != std::string::npos);
}

TEST_CASE("a wrong clock is told with its amount, a refused role with its four reasons") {
    const AwsError skew = read_error({.status = 403, .body = R"({"__type":"RequestExpired"})"},
                                     {.service = "STS",
                                      .operation = "AssumeRole",
                                      .region = "us-east-1",
                                      .clock_behind = std::chrono::seconds(605)});
    CHECK(skew.message().find("clock is 10 minutes behind AWS's") != std::string::npos);
    const AwsError role =
        read_error({.status = 403, .body = R"({"__type":"AccessDenied"})"},
                   {.service = "STS", .operation = "AssumeRole", .region = "us-east-1"});
    CHECK(role.hint().find("external id") != std::string::npos);
    CHECK(role.hint().find("trust policy") != std::string::npos);
    CHECK(role.hint().find("does not exist") != std::string::npos);
    CHECK(role.hint().find("sts:AssumeRole") != std::string::npos);
}

} // namespace
} // namespace berth::aws
