// Foreign bytes are never taken for sealed ones: only what seal() made opens.
#include "base/error.hpp"
#include "seal/sealer.hpp"

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

namespace {
const berth::seal::Sealer& sealer() {
    static const berth::seal::Sealer made{berth::seal::Keyring::generate()};
    return made;
}
bool opens(std::string_view bytes, const berth::seal::Binding& binding) {
    try {
        sealer().open(bytes, binding);
        return true;
    } catch (const berth::Error&) {
        return false;
    }
}
} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string text(reinterpret_cast<const char*>(data), size);
    const berth::seal::Binding binding{"owner", "https://registry.test", "password"};
    if (opens(text, binding)) std::abort();
    // The same bytes laid over a genuine one: it opens only if nothing was changed.
    const std::string genuine = sealer().seal(berth::Secret("harbour"), binding);
    std::string edited = genuine;
    for (std::size_t at = 0; at < size && at < edited.size(); ++at)
        edited[at] = static_cast<char>(edited[at] ^ text[at]);
    if (opens(edited, binding) != (edited == genuine)) std::abort();
    try {
        berth::seal::Keyring::parse(berth::Secret(text), "the fuzzer's input");
    } catch (const berth::Error&) {
    }
    return 0;
}
