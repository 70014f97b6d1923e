#include "hosting/recount.hpp"

#include <array>

namespace berth::hosting {

namespace {

enum class Over { blobs, repositories, everything };

/// `sql` gives subject and detail of each row that is wrong, among those with ids after $1 up to
/// $2 of the table that is gone over.
struct Check {
    Over over;
    std::string_view sql;
};

constexpr std::array checks{
    Check{Over::blobs, R"(
SELECT digest, 'repositories that show it: ' || counted || ', stored ' || links FROM
    (SELECT digest, links,
            (SELECT count(*) FROM links AS each WHERE each.blob = blobs.id) AS counted
     FROM blobs WHERE id > $1 AND id <= $2)
WHERE links <> counted)"},

    Check{Over::blobs, R"(
SELECT digest, CASE WHEN links > 0 THEN 'is shown and marked as unused'
                    ELSE 'is shown by nobody and not marked as unused' END
FROM blobs WHERE id > $1 AND id <= $2 AND
    CASE WHEN links > 0 THEN unused_since IS NOT NULL
         ELSE unused_since IS NULL AND NOT EXISTS (SELECT 1 FROM uses WHERE uses.blob = blobs.id)
    END)"},

    Check{Over::blobs, R"(
SELECT name || '@' || digest, 'manifests that use it: ' || counted || ', stored ' || uses FROM
    (SELECT repositories.name, blobs.digest, links.uses, links.unused_since,
            (SELECT count(*) FROM uses AS each
             WHERE each.blob = links.blob AND each.repository = links.repository) AS counted
     FROM blobs CROSS JOIN links ON links.blob = blobs.id
     CROSS JOIN repositories ON repositories.id = links.repository
     WHERE blobs.id > $1 AND blobs.id <= $2)
WHERE uses <> counted OR (uses = 0) <> (unused_since IS NOT NULL))"},

    Check{Over::blobs, R"(
SELECT repositories.name || '@' || uses.manifest, 'uses a blob, but is not there'
FROM blobs CROSS JOIN uses ON uses.blob = blobs.id
CROSS JOIN repositories ON repositories.id = uses.repository
WHERE blobs.id > $1 AND blobs.id <= $2 AND NOT EXISTS
    (SELECT 1 FROM manifests
     WHERE manifests.repository = uses.repository AND manifests.digest = uses.manifest))"},

    Check{Over::blobs, R"(
SELECT prefix || ': ' || digest,
       'repositories of the prefix that show it: ' || counted || ', stored ' || stored FROM
    (SELECT usage.prefix, blobs.digest,
            (SELECT count(*) FROM links
             JOIN repositories ON repositories.id = links.repository
             WHERE links.blob = blobs.id AND
                 (repositories.name = usage.prefix OR (repositories.name >= usage.prefix || '/'
                  AND repositories.name < usage.prefix || '0'))) AS counted,
            coalesce((SELECT each.links FROM usage_blobs AS each
                      WHERE each.usage = usage.id AND each.blob = blobs.id), 0) AS stored
     FROM usage CROSS JOIN blobs
     WHERE usage.prefix <> '' AND blobs.id > $1 AND blobs.id <= $2)
WHERE counted <> stored)"},

    Check{Over::repositories, R"(
SELECT name, 'manifests: ' || counted || ', stored ' || manifests FROM
    (SELECT name, manifests,
            (SELECT count(*) FROM manifests AS each
             WHERE each.repository = repositories.id) AS counted
     FROM repositories WHERE id > $1 AND id <= $2)
WHERE manifests <> counted)"},

    Check{Over::repositories, R"(
SELECT repositories.name || ':' || tags.name, 'names ' || tags.digest || ', which is not there'
FROM repositories CROSS JOIN tags ON tags.repository = repositories.id
WHERE repositories.id > $1 AND repositories.id <= $2 AND NOT EXISTS
    (SELECT 1 FROM manifests
     WHERE manifests.repository = tags.repository AND manifests.digest = tags.digest))"},

    Check{Over::everything, R"(
SELECT 'all blobs', 'are ' || counted || ' of ' || summed || ' bytes, stored '
                    || blobs || ' of ' || bytes FROM
    (SELECT blobs, bytes, (SELECT count(*) FROM blobs) AS counted,
            (SELECT coalesce(sum(size), 0) FROM blobs) AS summed FROM totals)
WHERE blobs <> counted OR bytes <> summed)"},

    Check{Over::everything, R"(
SELECT CASE WHEN prefix = '' THEN 'the registry' ELSE prefix END,
       'holds ' || (blob_bytes + manifest_bytes) || ' bytes in ' || (blobs + manifests)
           || ' objects, stored ' || bytes || ' in ' || objects FROM
    (SELECT prefix, bytes, objects,
            CASE WHEN prefix = '' THEN (SELECT count(*) FROM blobs WHERE links > 0)
                 ELSE (SELECT count(*) FROM usage_blobs WHERE usage_blobs.usage = usage.id)
            END AS blobs,
            CASE WHEN prefix = ''
                 THEN (SELECT coalesce(sum(size), 0) FROM blobs WHERE links > 0)
                 ELSE (SELECT coalesce(sum(blobs.size), 0) FROM usage_blobs
                       JOIN blobs ON blobs.id = usage_blobs.blob
                       WHERE usage_blobs.usage = usage.id)
            END AS blob_bytes,
            (SELECT count(*) FROM repositories
             CROSS JOIN manifests ON manifests.repository = repositories.id
             WHERE prefix = '' OR repositories.name = prefix OR
                 (repositories.name >= prefix || '/' AND repositories.name < prefix || '0')
            ) AS manifests,
            (SELECT coalesce(sum(length(manifests.bytes)), 0) FROM repositories
             CROSS JOIN manifests ON manifests.repository = repositories.id
             WHERE prefix = '' OR repositories.name = prefix OR
                 (repositories.name >= prefix || '/' AND repositories.name < prefix || '0')
            ) AS manifest_bytes
     FROM usage)
WHERE bytes <> blob_bytes + manifest_bytes OR objects <> blobs + manifests)"},
};

constexpr std::string_view next_blobs =
    "SELECT coalesce(max(id), 0) FROM (SELECT id FROM blobs WHERE id > $1 ORDER BY id LIMIT 500)";
constexpr std::string_view next_repositories =
    "SELECT coalesce(max(id), 0) FROM "
    "(SELECT id FROM repositories WHERE id > $1 ORDER BY id LIMIT 20)";

void take_findings(db::Statement&& wrong, std::vector<Finding>& findings) {
    while (wrong.next())
        findings.push_back({Finding::Kind::wrong_count, wrong.text(0), wrong.text(1)});
}

} // namespace

std::size_t recount_checks() {
    return checks.size();
}

std::int64_t recount_page(db::Connection& connection, std::size_t check, std::int64_t after,
                          std::vector<Finding>& findings) {
    const auto& [over, sql] = checks.at(check);
    if (over == Over::everything) {
        take_findings(connection.prepare(sql), findings);
        return 0;
    }
    auto page = connection.prepare(over == Over::blobs ? next_blobs : next_repositories, after);
    page.next();
    const auto last = page.integer(0);
    if (last != 0) take_findings(connection.prepare(sql, after, last), findings);
    return last;
}

std::vector<Finding> recount(db::Connection& connection) {
    std::vector<Finding> findings;
    for (std::size_t check = 0; check < checks.size(); ++check) {
        std::int64_t after = 0;
        do {
            after = recount_page(connection, check, after, findings);
        } while (after != 0);
    }
    return findings;
}

} // namespace berth::hosting
