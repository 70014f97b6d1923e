// HostedView: the registry in this server through the seam of all registries, for reading.
#pragma once

#include "hosting/hosted_registry.hpp"
#include "registry/repository.hpp"

#include <memory>
#include <string>

namespace berth::api {

/// What changes anything is Error unsupported. Whoever asks is let in elsewhere. Any thread;
/// `hosted` must outlive it and what it gives.
class HostedView final : public registry::Registry {
public:
    explicit HostedView(hosting::HostedRegistry& hosted) : hosted_(hosted) {}
    std::string name() const override { return "this server"; }
    void ping() override {}
    std::unique_ptr<registry::Repository> repository(std::string_view name) override;
    registry::Page repositories(std::string_view after, std::size_t limit) override {
        return hosted_.index().repositories(after, limit);
    }

private:
    hosting::HostedRegistry& hosted_;
};

} // namespace berth::api
