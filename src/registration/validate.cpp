#include "registration/validate.hpp"

#include "aws/error.hpp"
#include "base/error.hpp"
#include "base/text.hpp"
#include "client/endpoint.hpp"
#include "client/origin_rules.hpp"
#include "client/token_service.hpp"
#include "registration/cause.hpp"
#include "registration/content_trial.hpp"
#include "registration/ecr_trial.hpp"
#include "registration/front_door.hpp"
#include "registration/guarded_transport.hpp"
#include "registration/step_deadline.hpp"
#include "registration/with_secrets.hpp"

#include <fmt/format.h>

#include <array>
#include <ctime>
#include <functional>
#include <optional>
#include <vector>

namespace berth::registration {
namespace {

constexpr std::size_t addresses_tried = 16;

/// A day as people write it, and seconds as programs do.
std::string timestamp_text(Time time) {
    const std::time_t seconds = std::chrono::system_clock::to_time_t(time);
    std::tm parts{};
    ::gmtime_r(&seconds, &parts);
    return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}Z", parts.tm_year + 1900,
                       parts.tm_mon + 1, parts.tm_mday, parts.tm_hour, parts.tm_min, parts.tm_sec);
}

std::string joined(const std::vector<std::string>& parts) {
    std::string text;
    for (const std::string& part : parts) text += (text.empty() ? "" : ", ") + part;
    return text;
}

Step warning(std::string cause, std::string message, std::string fix) {
    return {.name = {},
            .result = StepResult::warning,
            .cause = std::move(cause),
            .message = std::move(message),
            .fix = std::move(fix)};
}

Step skipped(std::string cause, std::string message) {
    return {.name = {},
            .result = StepResult::skipped,
            .cause = std::move(cause),
            .message = std::move(message)};
}

Step ok(std::string message) {
    return {.name = {}, .message = std::move(message)};
}

} // namespace

class ValidationRun::Validator {
public:
    Validator(const Access& access, const Outside& outside, const ValidateOptions& options,
              std::stop_token stop)
        : access_(access),
          outside_(outside),
          options_(options),
          stop_(std::move(stop)),
          endpoint_(client::Endpoint::of(access.remote_options())) {
        proxied_ = outside.through_proxy && outside.through_proxy(endpoint_.origin);
        if (access.spec.kind == Kind::ecr && outside.aws != nullptr)
            ecr_.emplace(access, *outside.aws, options.regions);
        plan_ = ecr_ ? ecr_plan() : basic_plan();
        in_a_row_ = plan_.size();
        if (ecr_) add_regions();
    }

    struct Planned {
        std::string name;
        std::function<Step(std::stop_token)> act;
    };

    /// All steps in their order.
    const std::vector<Planned>& plan() const { return plan_; }
    /// How many at the beginning need those before them; those behind need only these.
    std::size_t in_a_row() const { return in_a_row_; }

    Step attempt(const Planned& planned) { return timed(planned.act); }

private:
    using Method = Step (Validator::*)(std::stop_token);
    using EcrMethod = Step (EcrTrial::*)(std::stop_token);

    Planned planned(const char* name, Method method) {
        return {name, [this, method](std::stop_token stop) { return (this->*method)(stop); }};
    }
    Planned planned(const char* name, EcrMethod method) {
        return {name, [this, method](std::stop_token stop) { return ((*ecr_).*method)(stop); }};
    }

    std::vector<Planned> basic_plan() {
        return {planned("resolve", &Validator::resolve_host),
                planned("connect", &Validator::connect),
                planned("tls", &Validator::tls),
                planned("challenge", &Validator::challenge),
                planned("credential", &Validator::credential),
                planned("ping", &Validator::ping),
                planned("listing", &Validator::listing),
                planned("manifest", &Validator::manifest)};
    }

    std::vector<Planned> ecr_plan() {
        return {{"template", [this](const std::stop_token&) { return ecr_->resolve_template(); }},
                planned("resolve", &Validator::resolve_host),
                planned("connect", &Validator::connect),
                planned("tls", &Validator::tls),
                planned("challenge", &Validator::challenge),
                planned("identity", &EcrTrial::identity),
                planned("role", &EcrTrial::role),
                planned("token", &EcrTrial::token),
                planned("ping", &Validator::ping),
                planned("listing", &Validator::listing),
                planned("manifest", &Validator::manifest)};
    }

    void add_regions() {
        for (const std::string& region : ecr_->other_regions())
            plan_.push_back({"region " + region, [this, region](std::stop_token stop) {
                                 return ecr_->region(region, with_trial(), std::move(stop));
                             }});
    }

    Outside with_trial() {
        Outside outside = outside_;
        if (ecr_) outside.ecr = ecr_->means();
        return outside;
    }

    template <class Act>
    Step timed(Act&& act) {
        const auto begin = outside_.clock.now();
        const StepDeadline deadline(outside_.clock, options_.step_limit, stop_);
        Step step = caught(act, deadline);
        step.duration =
            std::chrono::duration_cast<std::chrono::milliseconds>(outside_.clock.now() - begin);
        return step;
    }

    template <class Act>
    Step caught(Act& act, const StepDeadline& deadline) {
        Step failed{.name = {}, .result = StepResult::failed};
        try {
            return act(deadline.token());
        } catch (const CauseError& error) {
            failed.cause = error.cause();
            failed.message = error.message();
            failed.fix = error.hint();
        } catch (const aws::AwsError& error) {
            describe(error, failed);
        } catch (const Error& error) {
            if (error.code() == ErrorCode::cancelled && !deadline.passed()) throw;
            if (error.code() == ErrorCode::internal || error.code() == ErrorCode::corrupt) throw;
            failed.cause =
                error.code() == ErrorCode::timeout ? "slow" : std::string(cause_of(error.code()));
            failed.message = error.message();
            failed.fix = error.hint();
        }
        if (deadline.passed()) {
            failed.cause = "slow";
            failed.message =
                fmt::format("{} gave no answer within {:.1f} s", endpoint_.origin.text(),
                            static_cast<double>(options_.step_limit.count()) / 1000);
            failed.fix.clear();
        }
        if (failed.fix.empty()) failed.fix = fix_of(failed.cause);
        return failed;
    }

    static std::string_view cause_of(ErrorCode code) {
        switch (code) {
            case ErrorCode::unauthorized:
                return "credential_rejected";
            case ErrorCode::denied:
                return "denied";
            case ErrorCode::unreachable:
                return "unreachable";
            case ErrorCode::tls_invalid:
                return "tls_failed";
            case ErrorCode::too_many_requests:
                return "too_many_requests";
            case ErrorCode::upstream_failed:
                return "server_failing";
            case ErrorCode::unsupported:
                return "unsupported";
            default:
                return "answer_invalid";
        }
    }

    /// For failures that bring no advice of their own.
    static std::string_view fix_of(std::string_view cause) {
        struct Advice {
            std::string_view cause;
            std::string_view fix;
        };
        constexpr std::array all{
            Advice{"slow", "a firewall may drop the packets, or the registry is overloaded"},
            Advice{"credential_rejected", "check what is registered to log in with"},
            Advice{"denied", "this account needs more rights in the registry"},
            Advice{"unreachable", "look at the registry and at what stands before it"},
            Advice{"tls_failed", "look at the registry's certificate and TLS settings"},
            Advice{"too_many_requests", "try again later"},
            Advice{"server_failing", "look at the registry's log"},
            Advice{"unsupported", "register it another way: this is not offered here"}};
        for (const Advice& each : all) {
            if (each.cause == cause) return each.fix;
        }
        return "what answers may not be a registry: check host, port and base path";
    }

    Step resolve_host(std::stop_token stop) {
        const net::Origin& origin = endpoint_.origin;
        if (proxied_) return skipped("proxied", "a proxy resolves the name");
        addresses_ = resolve(origin.host, std::move(stop));
        for (const Address& address : addresses_)
            check_address(outside_.policy, origin.host, address);
        // All were to be checked; a few are enough to try and to show.
        if (addresses_.size() > addresses_tried) addresses_.resize(addresses_tried);
        Step step = ok(fmt::format("{} is at {}", origin.host, joined(addresses_)));
        step.facts.emplace_back("addresses", joined(addresses_));
        return step;
    }

    Step connect(std::stop_token stop) {
        if (proxied_) return skipped("proxied", "a proxy makes the connection");
        connected_ = connect_to(addresses_, endpoint_.origin.port, std::move(stop));
        Step step = ok(fmt::format("{} takes connections at port {}", connected_.address,
                                   endpoint_.origin.port));
        step.facts.emplace_back("address", connected_.address);
        return step;
    }

    Step tls(std::stop_token stop) {
        if (endpoint_.origin.scheme == "http") {
            connected_.socket.reset();
            return warning("plain_http", "plain HTTP: passwords and content travel unprotected",
                           "give the registry a certificate");
        }
        if (proxied_) return skipped("proxied", "the certificate is checked with the next step");
        const TlsFacts facts =
            shake_hands(connected_.socket.get(), endpoint_.origin, access_.trust(),
                        outside_.clock.wall_now(), std::move(stop));
        connected_.socket.reset();
        Step step = judged(facts);
        const CertificateFacts& seen = facts.certificate;
        step.facts = {{"protocol", facts.protocol},
                      {"subject", seen.subject},
                      {"issuer", seen.issuer},
                      {"names", joined(seen.names)},
                      {"not_before", timestamp_text(seen.not_before)},
                      {"not_after", timestamp_text(seen.not_after)}};
        return step;
    }

    Step judged(const TlsFacts& facts) const {
        if (access_.spec.tls.skip_verify)
            return warning(
                "certificate_not_checked",
                facts.trouble
                    ? fmt::format("{}; it is not checked, as registered", facts.trouble->message)
                    : "the certificate is not checked, as registered, though "
                      "it would pass",
                facts.trouble ? facts.trouble->fix : "check it: nothing speaks against it");
        if (facts.trouble) {
            Step failed = warning(facts.trouble->cause, facts.trouble->message, facts.trouble->fix);
            failed.result = StepResult::failed;
            return failed;
        }
        const auto left = facts.certificate.not_after - outside_.clock.wall_now();
        if (left < options_.expiry_warning)
            return warning("certificate_expires_soon",
                           fmt::format("the certificate ends on {}",
                                       timestamp_text(facts.certificate.not_after)),
                           "have it renewed");
        return ok(fmt::format("{}, issued by {}", facts.protocol,
                              berth::quoted(facts.certificate.issuer)));
    }

    /// The client as it is used later, but one attempt: a person waits for the answer.
    Opened& opened(std::stop_token stop) {
        client::RemoteOptions options = access_.remote_options();
        options.attempts = 1;
        opened_.emplace(access_, with_trial(), std::move(options), std::move(stop));
        return *opened_;
    }

    Step challenge(std::stop_token stop) {
        Opened& with = opened(stop);
        door_ = knock(with.transport(), endpoint_.url(""), with.tls(), stop);
        if (door_.status == 200) return ok("the registry lets anybody in");
        std::string schemes;
        for (const client::Challenge& each : door_.challenges)
            schemes += (schemes.empty() ? "" : ", ") + each.scheme;
        Step step = ok(door_.challenges.empty()
                           ? "the registry asks for a login and does not say how"
                           : "the registry asks for a login by " + berth::quoted(schemes));
        step.facts.emplace_back("schemes", schemes);
        if (const auto bearer = client::find_challenge(door_.challenges, "bearer"))
            step.facts.emplace_back("realm", bearer->parameter("realm"));
        return step;
    }

    Step credential(std::stop_token stop) {
        Opened& with = opened(stop);
        const auto mine = with.credentials().credential_for(endpoint_.name, "");
        if (door_.status == 200) return credential_unasked(mine.has_value());
        if (mine && !mine->registry_token.empty()) return ok("a ready token is given");
        if (const auto bearer = client::find_challenge(door_.challenges, "bearer"))
            return token(with, *bearer, mine, std::move(stop));
        const bool basic = client::find_challenge(door_.challenges, "basic").has_value();
        if (!basic && !door_.challenges.empty())
            throw CauseError(ErrorCode::unauthorized, "unknown_scheme",
                             "the registry asks for a way to log in that Berth does not know",
                             "Berth knows Basic and Bearer");
        if (!mine)
            throw CauseError(ErrorCode::unauthorized, "credential_needed",
                             "the registry asks for a user name and password",
                             "give them with the registry");
        return ok(fmt::format("user {} by name and password", berth::quoted(mine->user)));
    }

    static Step credential_unasked(bool given) {
        if (!given) return ok("none is needed");
        return warning("credential_unused", "the registry lets anybody in and asks for no password",
                       "register it without a login, or look at the registry's own settings");
    }

    Step token(Opened& with, const client::Challenge& challenge,
               const std::optional<registry::Credential>& mine, std::stop_token stop) {
        const std::string text = challenge.parameter("realm");
        const auto url = net::Url::parse(text);
        const bool leads = url.has_value() && client::may_lead_to(endpoint_.origin, url->origin);
        if (!leads || (mine && !client::credentials_may_go_to(endpoint_.origin, url->origin)))
            throw CauseError(ErrorCode::unauthorized, "realm_untrusted",
                             fmt::format("the registry names {} as its token service, which is not "
                                         "to be trusted with our password; it was not sent",
                                         berth::quoted(text)),
                             "a token service is of the same site as its registry, and has TLS if "
                             "the registry has");
        try {
            client::Endpoint endpoint = endpoint_;
            endpoint.tls = with.tls();
            client::fetch_token(with.transport(), endpoint, {*url, challenge.parameter("service")},
                                {}, mine, outside_.clock, std::move(stop));
        } catch (const CauseError&) {
            throw;
        } catch (const Error& error) {
            if (error.code() == ErrorCode::unauthorized || error.code() == ErrorCode::denied)
                throw rejected(error, mine.has_value());
            if (error.code() != ErrorCode::unreachable && error.code() != ErrorCode::tls_invalid)
                throw;
            throw CauseError(
                error.code(), "token_service_unreachable",
                fmt::format("the token service cannot be reached: {}", error.message()),
                "this machine needs a way to the token service as well");
        }
        return ok(fmt::format("{} has a token from {}",
                              mine ? "user " + berth::quoted(mine->user) : "anonymous access",
                              url->origin.text()));
    }

    static CauseError rejected(const Error& error, bool given) {
        if (!given)
            return {error.code(), "credential_needed", error.message(),
                    "give a user name and password with the registry"};
        return {error.code(), "credential_rejected", error.message(),
                "check user name and password; some registries want a token in its place"};
    }

    Step ping(std::stop_token stop) {
        try {
            opened(std::move(stop)).registry().ping();
        } catch (const CauseError&) {
            throw;
        } catch (const Error& error) {
            if (error.code() == ErrorCode::denied)
                throw CauseError(error.code(), "denied", error.message(),
                                 "the login is right, but this account may not use the registry; "
                                 "ask whoever runs it for the right to");
            if (error.code() != ErrorCode::unauthorized) throw;
            throw rejected(error, access_.credential().has_value() || access_.spec.is_private);
        }
        return ok("the registry accepts us");
    }

    Step listing(std::stop_token stop) {
        Opened& with = opened(std::move(stop));
        trial_.emplace(with.registry(), access_.content_paths);
        return trial_->list();
    }

    Step manifest(std::stop_token stop) {
        Opened& with = opened(std::move(stop));
        return trial_->read_one(with.registry());
    }

    const Access& access_;
    const Outside& outside_;
    const ValidateOptions& options_;
    std::stop_token stop_;
    client::Endpoint endpoint_;
    bool proxied_ = false;
    std::vector<Address> addresses_;
    Connected connected_;
    FrontDoor door_;
    std::optional<Opened> opened_;
    std::optional<ContentTrial> trial_;
    std::optional<EcrTrial> ecr_;
    std::vector<Planned> plan_;
    std::size_t in_a_row_ = 0;
};

ValidationRun::ValidationRun(Access access, const Outside& outside, const ValidateOptions& options,
                             std::stop_token stop)
    : access_(std::move(access)),
      options_(options),
      validator_(std::make_unique<Validator>(access_, outside, options_, std::move(stop))) {}

ValidationRun::~ValidationRun() = default;

const Step* ValidationRun::next() {
    const std::size_t at = validation_.steps.size();
    if (at == validator_->plan().size()) return nullptr;
    const Validator::Planned& planned = validator_->plan()[at];
    if (at <= validator_->in_a_row()) broken_ = validation_.failed_step() != nullptr;
    Step step = broken_ ? skipped("earlier_step_failed", "") : validator_->attempt(planned);
    step.name = planned.name;
    if (options_.on_step) options_.on_step(step);
    return &validation_.steps.emplace_back(std::move(step));
}

std::size_t step_count(Kind kind) {
    return kind == Kind::ecr ? 11 : 8;
}

Validation validate(const Access& access, const Outside& outside, const ValidateOptions& options,
                    std::stop_token stop) {
    ValidationRun run(access, outside, options, std::move(stop));
    while (run.next() != nullptr) {
    }
    return run.validation();
}

void record_validation(Book& book, const Registration& registration, const Validation& validation,
                       Clock& clock) {
    book.record_validation(registration, {.at = clock.wall_now(),
                                          .result = std::string(text_of(validation.result())),
                                          .report = json::write(write_validation(validation))});
}

Validation validate_registration(Book& book, std::string_view tenant, std::string_view uid,
                                 const Outside& outside, const ValidateOptions& options,
                                 std::stop_token stop) {
    auto found = find_with_secrets(book, tenant, uid);
    if (!found)
        throw Error(ErrorCode::not_found,
                    fmt::format("there is no registry {}", berth::quoted(uid)));
    const Access access = access_of(found->registration, std::move(found->secrets));
    Validation validation = validate(access, outside, options, std::move(stop));
    record_validation(book, found->registration, validation, outside.clock);
    return validation;
}

} // namespace berth::registration
