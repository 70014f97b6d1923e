// The configuration's parser: whatever the file and the environment hold, it ends, and what it
// takes for right is shown as a text that it reads again as the same.
#include "app/configuration_keys.hpp"
#include "app/configuration_load.hpp"

#include <cstddef>
#include <cstdint>
#include <cstdlib>

using namespace berth;
using namespace berth::app;

namespace {

void check(bool holds) {
    if (!holds) std::abort();
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string text(reinterpret_cast<const char*>(data), size);
    const auto loaded = load_configuration({.file = {{"f", text}}});
    if (!loaded.problems.empty()) {
        for (const auto& problem : loaded.problems) check(!problem.text().empty());
        return 0;
    }
    ConfigurationSources again;
    for (const auto& key : configuration_keys()) {
        auto shown = field::initial_text(key.write(loaded.value));
        if (!shown.empty()) again.overrides.push_back({key.name, std::move(shown), "again"});
    }
    const auto reloaded = load_configuration(again);
    check(reloaded.problems.empty());
    for (const auto& key : configuration_keys())
        check(key.write(loaded.value) == key.write(reloaded.value));
    return 0;
}
