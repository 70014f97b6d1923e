// What a chart says about itself: whatever is accepted can be a file name and a tag.
#include "base/json.hpp"
#include "chart/chart_yaml.hpp"
#include "chart/metadata.hpp"
#include "oci/reference.hpp"

#include <cstddef>
#include <cstdint>
#include <cstdlib>

namespace {

void require(bool condition) {
    if (!condition) std::abort();
}

bool is_harmless(const std::string& text) {
    return !text.empty() && text != "." && text != ".." &&
           text.find_first_of(std::string_view("/\\\0\n\x1b ", 6)) == std::string::npos;
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    if (const auto metadata = berth::chart::parse_metadata(text)) {
        require(is_harmless(metadata->name) && is_harmless(metadata->version));
        const auto tag = berth::chart::version_to_tag(metadata->version);
        require(berth::oci::parse_tag(tag).has_value());
        require(berth::chart::tag_to_version(tag) == metadata->version);
    }
    if (const auto identity = berth::chart::parse_chart_yaml(text))
        require(identity->name.size() + identity->version.size() <= size * 3);
    if (berth::chart::is_chart_version(text))
        require(berth::oci::parse_tag(berth::chart::version_to_tag(text)).has_value());
    return 0;
}
