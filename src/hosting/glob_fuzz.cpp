// A pattern and a name, separated by a newline.
#include "hosting/glob.hpp"

#include <cstdint>
#include <cstdlib>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    const auto line = text.find('\n');
    const auto pattern = text.substr(0, line);
    const auto name = line == text.npos ? std::string_view() : text.substr(line + 1);
    const auto glob = berth::hosting::Glob::parse(pattern);
    if (glob.has_error()) return 0;
    if (glob->text() != pattern) std::abort();
    const bool matches = glob->matches(name);
    const bool plain = pattern.find_first_of("*?[\\") == pattern.npos;
    if (plain && matches != (pattern == name)) std::abort();
    // Whatever is put before and after is a run.
    if (matches && pattern.size() + 4 <= 1024) {
        const auto wider = berth::hosting::Glob::parse("**" + std::string(pattern));
        // A star at the front would grow, which is another pattern but not a narrower one.
        if (wider.has_error() || !wider->matches(name)) std::abort();
    }
    return 0;
}
