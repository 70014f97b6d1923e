#include "cli/validation_report.hpp"

#include "base/error.hpp"
#include "cli/management.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace berth::cli {
namespace {

/// Causes first: a login may fail because a token service does not answer.
ErrorCode code_of(std::string_view step, std::string_view cause) {
    struct Row {
        std::string_view step_or_cause;
        ErrorCode code;
    };
    static constexpr std::array<Row, 12> rows{{
        {"slow", ErrorCode::timeout},
        {"credential_needed", ErrorCode::unauthorized},
        {"credential_rejected", ErrorCode::unauthorized},
        {"denied", ErrorCode::denied},
        {"pull_denied", ErrorCode::denied},
        {"forbidden", ErrorCode::denied},
        {"address_forbidden", ErrorCode::denied},
        {"token_service_unreachable", ErrorCode::unreachable},
        {"unreachable", ErrorCode::unreachable},
        {"resolve", ErrorCode::unreachable},
        {"connect", ErrorCode::unreachable},
        {"tls", ErrorCode::tls_invalid},
    }};
    const auto row = std::find_if(rows.begin(), rows.end(), [&](const Row& each) {
        return each.step_or_cause == cause || each.step_or_cause == step;
    });
    return row == rows.end() ? ErrorCode::upstream_failed : row->code;
}

/// The flags by which a cause is mended, "" where there are none.
std::string_view flags_for(std::string_view cause) {
    struct Row {
        std::string_view cause;
        std::string_view flags;
    };
    static constexpr std::array<Row, 6> rows{{
        {"certificate_unknown_authority", "--ca-file FILE"},
        {"certificate_self_signed", "--ca-file FILE"},
        {"certificate_wrong_authority", "--ca-file FILE"},
        {"client_certificate_refused", "--cert-file FILE --key-file FILE"},
        {"credential_needed", "--username USER --password-stdin"},
        {"credential_rejected", "--username USER --password-stdin"},
    }};
    const auto row = std::find_if(rows.begin(), rows.end(),
                                  [&](const Row& each) { return each.cause == cause; });
    return row == rows.end() ? "" : row->flags;
}

} // namespace

Report validation_report(json::Value validation) {
    return {std::move(validation),
            {{Section::Shape::rows,
              "steps",
              {{"STEP", "name"},
               {"RESULT", "result"},
               {"TIME", "durationMs", Column::Kind::milliseconds},
               {"CAUSE", "cause"},
               {"", "message", Column::Kind::below},
               {"fix", "fix", Column::Kind::below}}},
             {Section::Shape::rows, "notes", {{"NOTE", "code"}, {"MESSAGE", "message"}}},
             {Section::Shape::card, "", {{"Result", "result"}, {"At", "at"}}}},
            "result"};
}

void tell_steps(Console& console, const json::Value& validation) {
    for (const auto& step : list_at(validation, "steps")) {
        const auto result = text_at(step, "result");
        auto line = fmt::format("{:<11} {:<8} {:>6} ms", text_at(step, "name"), result,
                                text_at(step, "durationMs"));
        const bool said = result == "warning" || result == "failed";
        if (said) line += fmt::format("  {}", text_at(step, "message"));
        console.inform(line);
    }
}

std::optional<Error> validation_error(const json::Value& validation, std::string_view outcome) {
    for (const auto& step : list_at(validation, "steps")) {
        if (text_at(step, "result") != "failed") continue;
        const auto name = text_at(step, "name");
        const auto cause = text_at(step, "cause");
        Error error(code_of(name, cause), fmt::format("{}: the step {} failed with {}: {}", outcome,
                                                      name, cause, text_at(step, "message")));
        const auto flags = flags_for(cause);
        error.set_hint(
            fmt::format("{}{}{}", text_at(step, "fix"), flags.empty() ? "" : ": ", flags));
        return error;
    }
    return std::nullopt;
}

int validation_status(const json::Value& validation) {
    const auto error = validation_error(validation, "");
    return error ? traits(error->code()).exit_status : 0;
}

} // namespace berth::cli
