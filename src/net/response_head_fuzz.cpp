// Whatever a server sends as its head is refused with an Error or gives fields within the bounds.
#include "base/error.hpp"
#include "net/field.hpp"
#include "net/response_head.hpp"

#include <cstdlib>

using namespace berth::net;

namespace {

void check(bool holds) {
    if (!holds) std::abort();
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
    std::string_view text(reinterpret_cast<const char*>(data), size);
    ResponseHead head;
    try {
        while (!text.empty() && !head.complete()) {
            const std::size_t end = std::min(text.find('\n'), text.size() - 1) + 1;
            head.line(text.substr(0, end));
            text.remove_prefix(end);
        }
    } catch (const berth::Error&) {
        return 0;
    }
    check(head.headers().fields().size() <= max_head_fields);
    for (const auto& [name, value] : head.headers().fields())
        check(is_field_name(name) && is_field_value(value));
    if (head.complete()) check(head.status() >= 200 && head.status() <= 599);
    return 0;
}
