// Titles: what is accepted stays inside, is its own normal form, and can be shown.
#include "artifact/file_title.hpp"

#include "base/text.hpp"

#include <cstddef>
#include <cstdint>
#include <cstdlib>

namespace {

void require(bool condition) {
    if (!condition) std::abort();
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    const auto path = berth::artifact::file_title(text);
    if (!path) return 0;
    require(!path->empty() && path->front() != '/' && path->back() != '/');
    for (const auto part : berth::split(*path, '/')) {
        require(!part.empty() && part != "." && part != ".." && part.size() <= 255);
        for (const char c : part) require(static_cast<unsigned char>(c) >= 0x20 && c != 0x7f);
    }
    const auto again = berth::artifact::file_title(*path);
    require(again.has_value() && *again == *path);
    return 0;
}
