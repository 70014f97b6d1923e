// Any text in X-Forwarded-For gives an address, or the peer's; any text may be given as a range.
#include "net/forwarded.hpp"

#include <cstdlib>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace berth::net;
    const std::string text(reinterpret_cast<const char*>(data), size);
    const auto half = text.substr(0, size / 2);
    std::vector<AddressRange> trusted{AddressRange::parse("10.0.0.0/8").value()};
    if (const auto range = AddressRange::parse(half)) trusted.push_back(*range);
    Headers headers;
    headers.add("X-Forwarded-For", text.substr(size / 2));
    const auto client = forwarded("10.0.0.1", false, headers, trusted).client;
    if (AddressRange::parse(client).has_error()) std::abort();
    return 0;
}
