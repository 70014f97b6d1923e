#include "oci/descriptor.hpp"

#include <doctest/doctest.h>
#include <fmt/format.h>

using namespace berth;

namespace {

constexpr std::string_view digest =
    "sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

oci::Descriptor read(std::string_view text) {
    const auto value = json::parse(text).value();
    return oci::read_descriptor(json::Reader(value, "layers[2]"));
}

std::string fault_in(std::string_view text) {
    try {
        read(text);
    } catch (const Error& error) {
        CHECK(error.code() == ErrorCode::content_invalid);
        return error.message();
    }
    return "accepted";
}

std::string with(std::string_view type, std::string_view digest_text, std::string_view rest) {
    return fmt::format(R"({{"mediaType":"{}","digest":"{}",{}}})", type, digest_text, rest);
}

} // namespace

TEST_CASE("a descriptor is written as it was read") {
    const std::string text =
        with("a/b", digest,
             R"("size":9007199254740992,"annotations":{"k":"v"},"platform":{"architecture":"arm",)"
             R"("os":"linux","os.version":"1.2","variant":"v7"},"artifactType":"c/d")");
    const auto descriptor = read(text);
    CHECK(descriptor.size == 9007199254740992U);
    CHECK(descriptor.platform->variant == "v7");
    CHECK(json::write(oci::write_descriptor(descriptor)) == text);
}

TEST_CASE("absent and null members are nothing, unknown ones are ignored") {
    const auto descriptor = read(
        with("a/b", digest,
             R"("size":0,"annotations":null,"platform":null,"artifactType":null,"urls":["x"])"));
    CHECK(descriptor.annotations.empty());
    CHECK_FALSE(descriptor.platform.has_value());
    CHECK(json::write(oci::write_descriptor(descriptor)) == with("a/b", digest, R"("size":0)"));
}

TEST_CASE("a wrong member is named") {
    const std::pair<std::string, std::string_view> rows[] = {
        {R"({})", "layers[2].mediaType is missing"},
        {with("", digest, R"("size":1)"), "layers[2].mediaType is not a media type"},
        {with("a/b; c", digest, R"("size":1)"), "layers[2].mediaType is not a media type"},
        {with("a/b", "sha256:x", R"("size":1)"), "layers[2].digest"},
        {with("a/b", digest, R"("x":1)"), "layers[2].size is missing"},
        {with("a/b", digest, R"("size":-1)"), "layers[2].size is negative"},
        {with("a/b", digest, R"("size":9007199254740993)"), "layers[2].size is larger"},
        {with("a/b", digest, R"("size":18446744073709551615)"), "layers[2].size is too large"},
        {with("a/b", digest, R"("size":1.0)"), "layers[2].size must be a whole number"},
        {with("a/b", digest, R"("size":"1")"), "layers[2].size must be a whole number"},
        {with("a/b", digest, R"("size":1,"annotations":[])"), "layers[2].annotations"},
        {with("a/b", digest, R"("size":1,"annotations":{"k":1})"), "layers[2].annotations[\"k\"]"},
        {with("a/b", digest, R"("size":1,"platform":{"os":1})"), "layers[2].platform.os"},
        {with("a/b", digest, R"("size":1,"platform":{"os":"li\u001bnux"})"),
         "layers[2].platform.os"},
    };
    for (const auto& [text, why] : rows) {
        CAPTURE(text);
        CHECK(fault_in(text).find(why) != std::string::npos);
    }
}

TEST_CASE("the same content is digest and size, whatever else differs") {
    auto a = read(with("a/b", digest, R"("size":1)"));
    auto b = read(with("c/d", digest, R"("size":1,"annotations":{"k":"v"})"));
    CHECK(a.same_content(b));
    b.size = 2;
    CHECK_FALSE(a.same_content(b));
}
