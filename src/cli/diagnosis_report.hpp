// What the doctor found out about rights at AWS, for a person and as an exit status.
#pragma once

#include "cli/report.hpp"

namespace berth::cli {

/// All of what the management API answers to an examination; each right with its verdict, and for
/// one that is missing what is lost, why, and the statement that grants it.
Report diagnosis_report(json::Value diagnosis);

/// 0 if all rights are there, 4 if one is denied, 7 if some could not be judged.
int diagnosis_status(const json::Value& diagnosis);

} // namespace berth::cli
