#include "base/error.hpp"

#include <doctest/doctest.h>

#include <cerrno>
#include <set>
#include <string>

using namespace berth;

TEST_CASE("every code has its own row, wire name and sentence") {
    std::set<std::string_view> names;
    for (int i = 0; i <= static_cast<int>(ErrorCode::internal); ++i) {
        const auto code = static_cast<ErrorCode>(i);
        const ErrorTraits& row = traits(code);
        CHECK(row.code == code);
        CHECK_FALSE(row.sentence.empty());
        CHECK(names.insert(row.wire_name).second);
        CHECK(error_code_from_wire(row.wire_name, ErrorCode::usage) == code);
    }
}

TEST_CASE("the codes of the specification have its names and statuses") {
    struct Row {
        ErrorCode code;
        std::string_view wire_name;
        int http_status;
    };
    const Row rows[] = {
        {ErrorCode::blob_unknown, "BLOB_UNKNOWN", 404},
        {ErrorCode::blob_upload_unknown, "BLOB_UPLOAD_UNKNOWN", 404},
        {ErrorCode::digest_invalid, "DIGEST_INVALID", 400},
        {ErrorCode::manifest_invalid, "MANIFEST_INVALID", 400},
        {ErrorCode::manifest_unknown, "MANIFEST_UNKNOWN", 404},
        {ErrorCode::name_invalid, "NAME_INVALID", 400},
        {ErrorCode::name_unknown, "NAME_UNKNOWN", 404},
        {ErrorCode::size_invalid, "SIZE_INVALID", 400},
        {ErrorCode::unauthorized, "UNAUTHORIZED", 401},
        {ErrorCode::denied, "DENIED", 403},
        {ErrorCode::unsupported, "UNSUPPORTED", 405},
        {ErrorCode::too_many_requests, "TOOMANYREQUESTS", 429},
    };
    for (const Row& row : rows) {
        CAPTURE(row.wire_name);
        CHECK(traits(row.code).wire_name == row.wire_name);
        CHECK(traits(row.code).http_status == row.http_status);
    }
}

TEST_CASE("exit statuses are those that the help page promises") {
    CHECK(traits(ErrorCode::internal).exit_status == 1);
    CHECK(traits(ErrorCode::usage).exit_status == 2);
    CHECK(traits(ErrorCode::manifest_unknown).exit_status == 3);
    CHECK(traits(ErrorCode::not_found).exit_status == 3);
    CHECK(traits(ErrorCode::unauthorized).exit_status == 4);
    CHECK(traits(ErrorCode::denied).exit_status == 4);
    CHECK(traits(ErrorCode::unreachable).exit_status == 5);
    CHECK(traits(ErrorCode::tls_invalid).exit_status == 5);
    CHECK(traits(ErrorCode::timeout).exit_status == 5);
    CHECK(traits(ErrorCode::digest_invalid).exit_status == 6);
    CHECK(traits(ErrorCode::content_invalid).exit_status == 6);
    CHECK(traits(ErrorCode::limit_exceeded).exit_status == 6);
    CHECK(traits(ErrorCode::partial).exit_status == 7);
    CHECK(traits(ErrorCode::conflict).exit_status == 8);
    CHECK(traits(ErrorCode::cancelled).exit_status == 130);
}

TEST_CASE("a wire name that is not in the table gives the fallback") {
    CHECK(error_code_from_wire("TAG_INVALID", ErrorCode::response_invalid) ==
          ErrorCode::response_invalid);
    CHECK(error_code_from_wire("", ErrorCode::denied) == ErrorCode::denied);
}

TEST_CASE("context is put before the message, outermost first") {
    Error error(ErrorCode::timeout, "no byte for 30 s");
    CHECK(std::string(error.what()) == "no byte for 30 s");
    error.add_context("layer 2 of 4").add_context("copying app:1");
    CHECK(std::string(error.what()) == "copying app:1: layer 2 of 4: no byte for 30 s");
    CHECK(error.message() == "no byte for 30 s");
    CHECK(error.context().size() == 2);
    error.set_hint("try again").set_retry_after(-4);
    CHECK(error.hint() == "try again");
    CHECK(error.retry_after_seconds() == 0);
}

TEST_CASE("a system error keeps what matters about the reason") {
    CHECK(system_error("opening x", ENOENT).code() == ErrorCode::not_found);
    CHECK(system_error("writing x", ENOSPC).code() == ErrorCode::no_space);
    CHECK(system_error("writing x", EDQUOT).code() == ErrorCode::no_space);
    CHECK(system_error("opening x", EACCES).code() == ErrorCode::internal);
    CHECK(system_error("opening x", EACCES).message() == "opening x: Permission denied");
}
