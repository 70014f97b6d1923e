// Observers: what everything that runs for long reports to.
#pragma once

#include "observe/audit.hpp"
#include "observe/log.hpp"
#include "observe/metrics.hpp"

namespace berth::app {

struct Observers {
    observe::Logger& log;
    observe::Audit& audit;
    observe::Metrics& metrics;
};

} // namespace berth::app
