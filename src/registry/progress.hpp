// Progress: what long work tells whoever watches.
#pragma once

#include <cstdint>
#include <string_view>

namespace berth::registry {

/// Receives events from any thread; must return quickly and not throw. Items are named by the
/// text that a person sees, e.g. "layer 5d0da3dc9764".
class Progress {
public:
    virtual ~Progress() = default;
    /// What is known to be done in sum: may grow.
    virtual void expect(std::uint64_t items, std::uint64_t bytes) = 0;
    virtual void started(std::string_view item, std::uint64_t bytes) = 0;
    /// `bytes` more were moved for `item`.
    virtual void moved(std::string_view item, std::uint64_t bytes) = 0;
    /// `outcome`: "copied", "present", "mounted", "resumed", "unpacked".
    virtual void finished(std::string_view item, std::string_view outcome) = 0;
    /// A word to the user that is not an error, e.g. "retrying in 2 s: …".
    virtual void note(std::string_view text) = 0;
};

class NoProgress final : public Progress {
public:
    void expect(std::uint64_t, std::uint64_t) override {}
    void started(std::string_view, std::uint64_t) override {}
    void moved(std::string_view, std::uint64_t) override {}
    void finished(std::string_view, std::string_view) override {}
    void note(std::string_view) override {}
};

} // namespace berth::registry
