// The answer to a validation: one JSON object at the end; or, for who accepts
// application/x-ndjson, a line of JSON as each step ends, so that a slow registry shows which step
// waits.
//
//   {"step": {name, result, durationMs, cause, message, fix, facts}}   for each step
//   {"validation": {result, steps, notes, at}}                         the last line
//   {"error": V1Error}                                                 the last line if it breaks
#pragma once

#include "api/places.hpp"
#include "base/json.hpp"
#include "net/http_message.hpp"
#include "registration/validate.hpp"

#include <functional>
#include <memory>

namespace berth::api {

/// Called once, when all steps are over: keeps the outcome where that is asked for, and returns
/// what is shown of it.
using FinishValidation = std::function<json::Object(const registration::Validation&)>;

/// Runs the validation on the serving thread: now, or while the answer is sent, and holds `place`
/// until it is over. `request` and what `finish` refers to must outlive the answer. Errors: those
/// of ValidationRun::next() and of `finish`, unless they have become a line.
net::Response answer_validation(std::unique_ptr<registration::ValidationRun> run,
                                Places::Place place, net::Request& request,
                                FinishValidation finish);

} // namespace berth::api
