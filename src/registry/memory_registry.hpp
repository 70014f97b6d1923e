// MemoryRegistry: a whole registry in memory, for tests and as the model of the seam.
#pragma once

#include "base/synchronized.hpp"
#include "registry/repository.hpp"

#include <map>
#include <memory>
#include <string>

namespace berth::registry {

class MemoryRegistry final : public Registry {
public:
    MemoryRegistry();
    ~MemoryRegistry() override;
    std::string name() const override { return "memory"; }
    void ping() override {}
    /// Repositories come into being with their first content. They share this registry's state.
    std::unique_ptr<Repository> repository(std::string_view name) override;
    Page repositories(std::string_view after, std::size_t limit) override;

    struct State;

private:
    std::shared_ptr<Synchronized<State>> state_; // shared: repositories may outlive the registry
};

} // namespace berth::registry
