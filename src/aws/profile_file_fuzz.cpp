#include "aws/profile_file.hpp"

#include <cstdint>
#include <cstdlib>
#include <string_view>

using namespace berth::aws;

// Whatever the bytes, there are profiles or an error that names its line; and a value never holds a
// line break, which would let it into a header field.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    for (const auto kind : {ProfileFileKind::config, ProfileFileKind::credentials}) {
        const auto parsed = parse_profiles(text, kind, "file");
        if (parsed.has_error()) {
            if (parsed.error().message().find("line") == std::string::npos) std::abort();
            continue;
        }
        for (const auto& [name, profile] : *parsed)
            for (const auto& [key, value] : profile)
                if (key.empty() || value.find('\n') != std::string::npos) std::abort();
    }
    return 0;
}
