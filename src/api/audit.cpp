#include "api/identity_routes.hpp"
#include "api/registry_json.hpp"
#include "base/text.hpp"

#include <limits>

namespace berth::api {
namespace {

json::Object write(const identity::AuditRecord& record) {
    json::Object written{
        {"uid", record.uid},     {"time", time_text(record.at)}, {"actor", record.actor},
        {"proof", record.proof}, {"action", record.action},      {"object", record.object},
        {"name", record.name},   {"outcome", record.outcome},    {"ref", record.ref}};
    if (record.before) written["before"] = json::parse(*record.before).value();
    if (record.after) written["after"] = json::parse(*record.after).value();
    return written;
}

/// The number that the page before ended with; 0 for the first page.
std::int64_t last_number(const PageQuery& page) {
    if (page.after.empty()) return 0;
    const auto number = parse_number(page.after, std::numeric_limits<std::int64_t>::max());
    if (!number || *number == 0)
        throw Error(ErrorCode::usage, "continue is not of a page of the audit trail");
    return static_cast<std::int64_t>(*number);
}

net::Response list(Call& call, identity::AuditTrail& trail) {
    const auto page = page_of(call);
    auto records = trail.list(call.tenant(), last_number(page), page.limit + 1);
    const bool more = records.size() > page.limit;
    if (more) records.pop_back();
    json::Array items;
    for (const auto& record : records) items.push_back(write(record));
    const auto next = more ? std::to_string(records.back().number) : std::string();
    auto meta = list_meta(page, records.size(), trail.count(call.tenant()), next);
    return reply(200, {{"items", std::move(items)}, {"listmeta", std::move(meta)}});
}

} // namespace

Routes make_audit_routes(const IdentityParts& parts) {
    auto& trail = parts.realm.trail();
    return {{"GET", "/v1/audit", identity::Right::manage,
             [&trail](Call& call) { return list(call, trail); }}};
}

} // namespace berth::api
