#include "bundle/rootless_owner.hpp"

namespace berth::bundle {
namespace {

void add_field(std::string& out, char tag, std::uint32_t value) {
    out += tag;
    for (value = value == 0 ? 0xffffffff : value; value >= 0x80; value >>= 7)
        out += static_cast<char>((value & 0x7f) | 0x80);
    out += static_cast<char>(value);
}

} // namespace

std::string rootless_owner(std::uint32_t uid, std::uint32_t gid) {
    std::string out;
    add_field(out, '\x08', uid);
    add_field(out, '\x10', gid);
    return out;
}

} // namespace berth::bundle
