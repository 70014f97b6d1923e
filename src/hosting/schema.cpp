#include "hosting/schema.hpp"

namespace berth::hosting {

namespace {

// `unused_since` is null while something needs the row: the partial indexes hold garbage only, so
// looking for it costs what there is of it.
constexpr db::Migration steps[] = {
    {1, R"(
CREATE TABLE repositories (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL UNIQUE,
    manifests INTEGER NOT NULL DEFAULT 0
);
CREATE INDEX listed_repositories ON repositories (name) WHERE manifests > 0;

CREATE TABLE blobs (
    id INTEGER PRIMARY KEY,
    digest TEXT NOT NULL UNIQUE,
    size INTEGER NOT NULL,
    links INTEGER NOT NULL DEFAULT 0,
    unused_since INTEGER
);
CREATE INDEX idle_blobs ON blobs (unused_since) WHERE unused_since IS NOT NULL;

CREATE TABLE links (
    repository INTEGER NOT NULL REFERENCES repositories (id),
    blob INTEGER NOT NULL REFERENCES blobs (id),
    uses INTEGER NOT NULL DEFAULT 0,
    unused_since INTEGER,
    PRIMARY KEY (repository, blob)
) WITHOUT ROWID;
CREATE INDEX links_of_blob ON links (blob, repository);
CREATE INDEX idle_links ON links (unused_since) WHERE unused_since IS NOT NULL;

CREATE TABLE manifests (
    repository INTEGER NOT NULL REFERENCES repositories (id),
    digest TEXT NOT NULL,
    media_type TEXT NOT NULL,
    artifact_type TEXT NOT NULL,
    annotations TEXT NOT NULL,
    subject TEXT,
    pushed_at INTEGER NOT NULL,
    bytes BLOB NOT NULL,
    PRIMARY KEY (repository, digest)
);
CREATE INDEX referrers ON manifests (repository, subject, digest) WHERE subject IS NOT NULL;

CREATE TABLE uses (
    repository INTEGER NOT NULL,
    manifest TEXT NOT NULL,
    blob INTEGER NOT NULL,
    PRIMARY KEY (repository, manifest, blob)
) WITHOUT ROWID;
CREATE INDEX uses_of_blob ON uses (repository, blob);

CREATE TABLE tags (
    repository INTEGER NOT NULL REFERENCES repositories (id),
    name TEXT NOT NULL,
    digest TEXT NOT NULL,
    updated_at INTEGER NOT NULL,
    PRIMARY KEY (repository, name)
) WITHOUT ROWID;
CREATE INDEX tags_of_manifest ON tags (repository, digest);
)"},
    // What policies, retention and scrubbing need. `untagged_at`: when a client took a tag away
    // from a manifest, so that a pull that has just resolved the tag can end.
    {2, R"(
ALTER TABLE blobs ADD COLUMN damaged_at INTEGER;
ALTER TABLE manifests ADD COLUMN untagged_at INTEGER NOT NULL DEFAULT 0;
CREATE INDEX tags_by_age ON tags (repository, updated_at, name);

CREATE TABLE children (
    repository INTEGER NOT NULL,
    parent TEXT NOT NULL,
    child TEXT NOT NULL,
    PRIMARY KEY (repository, parent, child)
) WITHOUT ROWID;
CREATE INDEX parents ON children (repository, child);
INSERT OR IGNORE INTO children (repository, parent, child)
    SELECT manifests.repository, manifests.digest, json_extract(listed.value, '$.digest')
    FROM manifests, json_each(CAST(manifests.bytes AS TEXT), '$.manifests') AS listed
    WHERE manifests.media_type IN ('application/vnd.oci.image.index.v1+json',
                                   'application/vnd.docker.distribution.manifest.list.v2+json');

DROP INDEX uses_of_blob;
CREATE INDEX uses_of_blob ON uses (blob, repository);

CREATE TABLE usage (
    id INTEGER PRIMARY KEY,
    prefix TEXT NOT NULL UNIQUE,
    bytes INTEGER NOT NULL,
    objects INTEGER NOT NULL
);
CREATE TABLE usage_blobs (
    usage INTEGER NOT NULL REFERENCES usage (id),
    blob INTEGER NOT NULL,
    links INTEGER NOT NULL,
    PRIMARY KEY (usage, blob)
) WITHOUT ROWID;

CREATE TABLE dropped_blobs (digest TEXT PRIMARY KEY) WITHOUT ROWID;

CREATE TABLE scrub (
    id INTEGER PRIMARY KEY CHECK (id = 1),
    phase INTEGER NOT NULL,
    number INTEGER NOT NULL,
    name TEXT NOT NULL,
    finished_at INTEGER
);
)"},
    // Sums of all blobs, and which of them are damaged, without going through all of them.
    {3, R"(
CREATE TABLE totals (
    id INTEGER PRIMARY KEY CHECK (id = 1),
    blobs INTEGER NOT NULL,
    bytes INTEGER NOT NULL
);
INSERT INTO totals (id, blobs, bytes) SELECT 1, count(*), coalesce(sum(size), 0) FROM blobs;
CREATE INDEX damaged_blobs ON blobs (id) WHERE damaged_at IS NOT NULL;
)"},
    // Which repositories hold charts, without looking into each. "" for what has no config.
    {4, R"(
ALTER TABLE manifests ADD COLUMN config_type TEXT NOT NULL DEFAULT '';
UPDATE manifests
    SET config_type = coalesce(json_extract(CAST(bytes AS TEXT), '$.config.mediaType'), '')
    WHERE json_valid(CAST(bytes AS TEXT));
CREATE INDEX config_types ON manifests (repository, config_type);
)"},
};

} // namespace

std::span<const db::Migration> migrations() {
    return steps;
}

} // namespace berth::hosting
