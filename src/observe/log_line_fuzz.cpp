// Whatever a client sends as its path, name or id: a line stays one line of valid JSON.
#include "base/json.hpp"
#include "observe/log.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstdlib>

using namespace berth;
using namespace berth::observe;

namespace {

void check(bool holds) {
    if (!holds) std::abort();
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    const std::array fields{Field{"path", text}, Field{"status", std::int64_t{200}}};
    for (const auto format : {LineFormat::json, LineFormat::text}) {
        const std::string line = format_line(format, {}, Level::info, text, fields);
        check(line.find('\n') == line.size() - 1);
        for (const char c : line.substr(0, line.size() - 1))
            check(static_cast<unsigned char>(c) >= 0x20 && c != 0x7f);
        if (format == LineFormat::json)
            check(json::parse(std::string_view(line).substr(0, line.size() - 1)).has_value());
    }
    return 0;
}
