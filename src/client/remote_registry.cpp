#include "client/remote_registry.hpp"

#include "client/listing.hpp"
#include "client/remote_repository.hpp"
#include "client/response_body.hpp"
#include "client/session.hpp"
#include "oci/reference.hpp"

#include <fmt/format.h>

namespace berth::client {
namespace {

class RemoteRegistry final : public registry::Registry {
public:
    explicit RemoteRegistry(std::shared_ptr<Session> session) : session_(std::move(session)) {}

    std::string name() const override { return session_->endpoint().name; }

    void ping() override {
        Call call{.method = "GET", .url = session_->endpoint().url("")};
        call.what = "the registry's front door (/v2/)";
        Answer answer = session_->send(call);
        if (answer.status() == 200 && looks_like_registry(answer)) return;
        if (answer.status() != 200 && answer.status() != 404) throw session_->failure(answer, call);
        throw Error(ErrorCode::response_invalid,
                    fmt::format("{} answers, but not as a registry: {} for {}{}", name(),
                                answer.status(), answer.url.origin.text(), answer.url.path))
            .set_hint("check the host and port; a registry answers 200 or 401 at /v2/");
    }

    std::unique_ptr<registry::Repository> repository(std::string_view name) override {
        return std::make_unique<RemoteRepository>(session_, name);
    }

    registry::Page repositories(std::string_view after, std::size_t limit) override {
        const Listing listing{
            .path = "_catalog",
            .member = "repositories",
            .access = {"", Scopes::catalog()},
            .what = fmt::format("the list of repositories of {}", name()),
            .is_name =
                [](std::string_view each) { return oci::parse_repository_name(each).has_value(); },
            .refused = [this](Answer& answer, const Call&) { refuse_catalog(answer); }};
        return list_names(*session_, listing, after, limit);
    }

private:
    /// Some registries send no header that tells, so only what is clearly a web page is refused.
    static bool looks_like_registry(const Answer& answer) {
        if (answer.response.headers.find("Docker-Distribution-Api-Version")) return true;
        return media_type_of(answer.response.headers) != "text/html";
    }

    void refuse_catalog(const Answer& answer) const {
        const int status = answer.status();
        if (status != 403 && status != 404 && status != 405 && status != 501) return;
        throw Error(
            ErrorCode::unsupported,
            fmt::format("{} does not list its repositories (it answered {})", name(), status))
            .set_hint("name the repository: its tags can be listed all the same");
    }

    std::shared_ptr<Session> session_; // shared with the repositories, which may live longer
};

} // namespace

std::unique_ptr<registry::Registry> open_remote_registry(RemoteOptions options,
                                                         RemoteDependencies dependencies) {
    return std::make_unique<RemoteRegistry>(
        std::make_shared<Session>(std::move(options), dependencies));
}

} // namespace berth::client
