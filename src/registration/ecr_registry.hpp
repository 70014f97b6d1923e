// EcrRegistry: a private ECR registry. All is the distribution API's but the list of repositories,
// which ECR's own API gives whole, with the reason where it refuses.
#pragma once

#include "aws/ecr_client.hpp"
#include "base/synchronized.hpp"
#include "registry/repository.hpp"

#include <memory>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

namespace berth::registration {

/// Any thread.
class EcrRegistry final : public registry::Registry {
public:
    EcrRegistry(std::unique_ptr<registry::Registry> remote, aws::EcrClient client,
                std::stop_token stop);

    std::string name() const override { return remote_->name(); }
    void ping() override { remote_->ping(); }
    std::unique_ptr<registry::Repository> repository(std::string_view name) override {
        return remote_->repository(name);
    }
    /// In order of name. A list that starts from the beginning asks anew; its later pages come from
    /// what was heard then. Errors: those of EcrClient.
    registry::Page repositories(std::string_view after, std::size_t limit) override;

private:
    std::vector<std::string> ask();

    std::unique_ptr<registry::Registry> remote_;
    aws::EcrClient client_;
    std::stop_token stop_;
    Synchronized<std::vector<std::string>> names_;
};

} // namespace berth::registration
