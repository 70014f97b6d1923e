#include "registration/validation.hpp"

#include "base/utf8.hpp"

#include <algorithm>

namespace berth::registration {

std::string_view text_of(StepResult result) noexcept {
    switch (result) {
        case StepResult::ok:
            return "ok";
        case StepResult::warning:
            return "warning";
        case StepResult::failed:
            return "failed";
        case StepResult::skipped:
            break;
    }
    return "skipped";
}

const Step* Validation::failed_step() const {
    const auto failed = std::find_if(steps.begin(), steps.end(), [](const Step& step) {
        return step.result == StepResult::failed;
    });
    return failed == steps.end() ? nullptr : &*failed;
}

StepResult Validation::result() const {
    if (failed_step() != nullptr) return StepResult::failed;
    const bool warns = std::any_of(steps.begin(), steps.end(), [](const Step& step) {
        return step.result == StepResult::warning;
    });
    return warns ? StepResult::warning : StepResult::ok;
}

Step finding(StepResult result, std::string cause, std::string message, std::string fix) {
    return {.name = {},
            .result = result,
            .cause = std::move(cause),
            .message = std::move(message),
            .fix = std::move(fix)};
}

json::Object write_step(const Step& step) {
    json::Object facts;
    // What a certificate says of itself may be any bytes.
    for (const auto& [key, value] : step.facts) facts[key] = utf8_text(value);
    return {{"name", step.name},
            {"result", text_of(step.result)},
            {"durationMs", step.duration.count()},
            {"cause", step.cause},
            {"message", utf8_text(step.message)},
            {"fix", utf8_text(step.fix)},
            {"facts", std::move(facts)}};
}

json::Object write_validation(const Validation& validation) {
    json::Array steps;
    for (const Step& step : validation.steps) steps.push_back(write_step(step));
    return {{"result", text_of(validation.result())}, {"steps", std::move(steps)}};
}

} // namespace berth::registration
