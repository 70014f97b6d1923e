// StatusLine: how far something at the server is, at the bottom of a terminal only: in a log it
// would be noise.
#pragma once

#include "cli/invocation.hpp"

#include <string>

namespace berth::cli {

/// Goes with this object.
class StatusLine {
public:
    explicit StatusLine(const Invocation& invocation)
        : console_(invocation.console()), shows_(invocation.progress == ProgressMode::tty) {}
    ~StatusLine() { console_.set_status({}); }
    StatusLine(const StatusLine&) = delete;
    StatusLine& operator=(const StatusLine&) = delete;

    void show(const std::string& text) {
        if (shows_) console_.set_status({text});
    }

private:
    Console& console_;
    bool shows_;
};

} // namespace berth::cli
