#include "observe/audit.hpp"

#include <vector>

namespace berth::observe {

void Audit::record(const AuditEvent& event) {
    std::vector<Field> fields{{"action", event.action},        {"outcome", event.outcome},
                              {"actor", event.actor},          {"repository", event.repository},
                              {"reference", event.reference},  {"digest", event.digest},
                              {"previous", event.previous},    {"from", event.from},
                              {"detail", event.detail},        {"peer", event.peer},
                              {"request_id", event.request_id}};
    if (event.status != 0) fields.push_back({"status", std::int64_t{event.status}});
    logger_.log(Level::info, "audit", fields);
}

} // namespace berth::observe
