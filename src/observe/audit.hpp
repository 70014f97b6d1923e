// Audit: who changed what, one line per write, kept apart from the chatter if wanted.
#pragma once

#include "observe/log.hpp"

#include <string>
#include <string_view>

namespace berth::observe {

/// One change, or an attempt at one. Empty members are left out of the line.
struct AuditEvent {
    std::string_view action; ///< "manifest.push", "tag.move", …: a word of docs/operations.md
    std::string_view outcome = "success"; ///< "success", "denied", "failed"
    std::string_view actor = {};          ///< a user's name
    std::string_view repository = {};
    std::string_view reference = {}; ///< the tag
    std::string_view digest = {};
    std::string_view previous = {}; ///< what the tag pointed at before
    std::string_view from = {};     ///< the repository that a blob was mounted from
    std::string_view detail = {};
    std::string_view peer = {};
    std::string_view request_id = {};
    int status = 0; ///< of the response; 0: not a request
};

/// Lines with "msg":"audit", at the level info whatever the log's level is. Any thread.
class Audit {
public:
    /// `file` must outlive this; it may be the log's.
    Audit(LineFile& file, LineFormat format, Clock& clock)
        : logger_(file, format, Level::info, clock) {}

    void record(const AuditEvent& event);

private:
    Logger logger_;
};

} // namespace berth::observe
