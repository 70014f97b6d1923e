// Upkeep: what a registry does for itself while it serves: collect garbage, apply retention rules,
// read its content again, and tell how large it is.
#pragma once

#include "app/configuration.hpp"
#include "app/observers.hpp"
#include "base/clock.hpp"
#include "hosting/hosted_registry.hpp"

#include <stop_token>

namespace berth::app {

/// Each member function is one work of Background. Any thread, but no two at once in the same
/// function.
class Upkeep {
public:
    /// All must outlive this.
    Upkeep(hosting::HostedRegistry& registry, const StorageConfiguration& storage,
           Observers observers, Clock& clock);

    /// Until there is nothing more to collect now.
    void collect(const std::stop_token& stop);
    /// One run through all repositories; what went is in the audit.
    void retain(const std::stop_token& stop);
    /// If a scrub is due: to its end, at the configured speed.
    void scrub(const std::stop_token& stop);

private:
    void add_metrics();
    void report(const hosting::Retired& retired);
    void report(const hosting::Finding& finding);

    hosting::HostedRegistry& registry_;
    const StorageConfiguration storage_;
    Observers observers_;
    Clock& clock_;
    observe::Counter& collected_;
    observe::Family<observe::Counter>& retired_;
    observe::Family<observe::Counter>& findings_;
    observe::Counter& scrubbed_;
};

} // namespace berth::app
