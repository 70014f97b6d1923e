// Any template: refused with an Error of usage, or rendered, or an absent field is named. Text
// without braces and backslashes comes out as it went in.
#include "cli/template.hpp"

#include <cstdint>
#include <cstdlib>

using namespace berth;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    const auto parsed = cli::Template::parse(text);
    if (parsed.has_error()) {
        if (parsed.error().code() != ErrorCode::usage) std::abort();
        return 0;
    }
    const json::Value value = json::Object{
        {"a", "x"}, {"b", json::Object{{"c", 1}}}, {"d", json::Array{"p", "q"}}, {"e", nullptr}};
    try {
        const auto rendered = parsed->render(value);
        if (!rendered.ends_with('\n')) std::abort();
        const bool plain = text.find_first_of("{\\") == text.npos;
        const auto expected = std::string(text) + (text.ends_with('\n') ? "" : "\n");
        if (plain && rendered != expected) std::abort();
    } catch (const Error& error) {
        if (error.code() != ErrorCode::usage) std::abort();
    }
    return 0;
}
