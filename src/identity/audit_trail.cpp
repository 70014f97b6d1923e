#include "identity/audit_trail.hpp"

#include "base/uid.hpp"

#include <algorithm>
#include <limits>

namespace berth::identity {
namespace {

constexpr std::size_t document_limit = 64 * 1024;

void bound(std::optional<std::string>& document) {
    if (document && document->size() > document_limit)
        document = R"({"omitted":"longer than 64 KiB"})";
}

AuditRecord read_record(const db::Statement& row) {
    return {.number = row.integer(0),
            .uid = row.text(1),
            .at = time_of(row.integer(2)),
            .tenant = row.text(3),
            .actor = row.text(4),
            .proof = row.text(5),
            .action = row.text(6),
            .object = row.text(7),
            .name = row.text(8),
            .outcome = row.text(9),
            .ref = row.text(10),
            .before = row.optional_text(11),
            .after = row.optional_text(12)};
}

} // namespace

std::string AuditTrail::add(AuditRecord record) {
    bound(record.before);
    bound(record.after);
    auto uid = random_uid();
    auto connection = database_.pool().lease();
    db::Transaction transaction(*connection);
    {
        db::Statement row = connection->prepare(
            "INSERT INTO audit (uid, tenant, at, actor, proof, action, object, name, outcome, "
            "ref, before, after) "
            "VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12) RETURNING id",
            std::string_view(uid), std::string_view(record.tenant), milliseconds(database_.now()),
            std::string_view(record.actor), std::string_view(record.proof),
            std::string_view(record.action), std::string_view(record.object),
            std::string_view(record.name), std::string_view(record.outcome),
            std::string_view(record.ref), record.before, record.after);
        row.next();
        record.number = row.integer(0);
    }
    // It costs a look at all rows.
    if (record.number % std::max<std::int64_t>(1, limit_ / 100) == 0)
        connection->run(
            "DELETE FROM audit WHERE id IN (SELECT id FROM (SELECT id, row_number() OVER "
            "(PARTITION BY tenant ORDER BY id DESC) AS place FROM audit) AS aged "
            "WHERE place > $1)",
            limit_);
    transaction.commit();
    return uid;
}

std::vector<AuditRecord> AuditTrail::list(std::string_view tenant, std::int64_t before,
                                          std::size_t limit) {
    const auto end = before > 0 ? before : std::numeric_limits<std::int64_t>::max();
    auto connection = database_.pool().lease();
    db::Statement rows = connection->prepare(
        "SELECT id, uid, at, tenant, actor, proof, action, object, name, outcome, ref, before, "
        "after FROM audit WHERE tenant = $1 AND id < $2 ORDER BY id DESC LIMIT $3",
        tenant, end, static_cast<std::int64_t>(limit));
    std::vector<AuditRecord> records;
    while (rows.next()) records.push_back(read_record(rows));
    return records;
}

std::int64_t AuditTrail::count(std::string_view tenant) {
    auto connection = database_.pool().lease();
    db::Statement row = connection->prepare("SELECT count(*) FROM audit WHERE tenant = $1", tenant);
    row.next();
    return row.integer(0);
}

} // namespace berth::identity
