// Validate: does this registry work, and if not, which step fails and why.
#pragma once

#include "registration/open.hpp"
#include "registration/validation.hpp"

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

namespace berth::registration {

struct ValidateOptions {
    std::chrono::milliseconds step_limit{10'000}; ///< for each step
    /// A certificate that ends sooner is worth a warning.
    std::chrono::hours expiry_warning{24 * 14};
    /// Of an ECR registry with a template: tried too, beside the default one.
    std::vector<std::string> regions = {};
    /// Told of each step when it is over; by the calling thread. May be empty.
    std::function<void(const Step&)> on_step = {};
};

/// How many steps a validation of that kind has, without those of further regions.
std::size_t step_count(Kind kind);

/// A validation under way: for who shows each step when it is over. One thread at a time.
class ValidationRun {
public:
    /// `outside` must outlive it. Nothing is tried yet. `stop` as for validate().
    ValidationRun(Access access, const Outside& outside, const ValidateOptions& options,
                  std::stop_token stop);
    ~ValidationRun();
    ValidationRun(const ValidationRun&) = delete;
    ValidationRun& operator=(const ValidationRun&) = delete;

    /// Tries the next step and returns it; nothing after the last. Good until the next call.
    /// Errors: as validate().
    const Step* next();
    /// The steps that are over; whole after next() returned nothing.
    const Validation& validation() const { return validation_; }

private:
    class Validator;
    const Access access_;
    const ValidateOptions options_;
    std::unique_ptr<Validator> validator_;
    Validation validation_;
    bool broken_ = false; ///< a step failed that those after it need
};

/// Tries the registry as a client would: resolve, connect, TLS, challenge, credential,
/// authenticated ping, listing, one manifest. For ECR the template comes first, and identity, role
/// and token stand in for credential; then each further region. The first step that fails ends it;
/// those after it are skipped. Regions do not depend on each other. Writes nothing anywhere. What
/// is wrong with the registry is in the result; thrown is only cancelled, when `stop` is requested,
/// and what is wrong with this machine.
Validation validate(const Access& access, const Outside& outside, const ValidateOptions& options,
                    std::stop_token stop);

/// Keeps the outcome of a validation in the book. `registration` is what was tried.
void record_validation(Book& book, const Registration& registration, const Validation& validation,
                       Clock& clock);

/// validate() of what is saved, and record_validation(). Errors: not_found, corrupt too.
Validation validate_registration(Book& book, std::string_view tenant, std::string_view uid,
                                 const Outside& outside, const ValidateOptions& options,
                                 std::stop_token stop);

} // namespace berth::registration
