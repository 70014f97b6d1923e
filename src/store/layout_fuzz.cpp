// index.json and oci-layout of a foreign layout: whatever parses can be changed, written and read
// again without loss.
#include "base/error.hpp"
#include "codec/hasher.hpp"
#include "store/layout_index.hpp"

#include <cstddef>
#include <cstdint>
#include <cstdlib>

using namespace berth;
using namespace berth::store;

namespace {

void require(bool condition) {
    if (!condition) std::abort();
}

void check_change(LayoutIndex index) {
    const std::size_t before = index.entries().size();
    const oci::Descriptor added{.media_type = "application/vnd.oci.image.manifest.v1+json",
                                .digest = codec::digest_of("fuzz"),
                                .size = 4};
    std::optional<oci::Descriptor> named;
    try {
        named = index.named("fuzz");
    } catch (const Error&) {
        return; // listed twice: refused
    }
    const bool changed = index.put(added, "fuzz");
    require(changed == !(named && named->same_content(added)));
    require(index.entries().size() <= before + 1);
    require(index.named("fuzz")->same_content(added));
    require(index.ref_names().count("fuzz") == 1);
    require(!index.put(added, "fuzz"));
    require(!index.put(added, ""));
    const LayoutIndex again = LayoutIndex::parse(index.text(), "fuzz");
    require(again.text() == index.text());
    require(again.entries().size() == index.entries().size());
    require(again.named("fuzz")->same_content(added));
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    try {
        check_layout_version(text, "fuzz");
        require(text.find("1.0.0") != std::string_view::npos ||
                text.find("\\u") != std::string_view::npos);
    } catch (const Error&) {
    }
    try {
        const LayoutIndex index = LayoutIndex::parse(text, "fuzz");
        require(LayoutIndex::parse(index.text(), "fuzz").entries().size() ==
                index.entries().size());
        check_change(index);
    } catch (const Error&) {
    }
    return 0;
}
