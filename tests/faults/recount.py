"""Counts again what the hosted registry's index says about itself, from its first principles:
the bytes of manifests, the links and the files. Reads a copy: the registry must not be running,
and finds its own data as it left it.

    recount.py DIR     prints what is wrong; status 1 if anything is
"""
import hashlib
import json
import os
import shutil
import sqlite3
import sys
import tempfile

INDEX_TYPES = ("application/vnd.oci.image.index.v1+json",
               "application/vnd.docker.distribution.manifest.list.v2+json")
NOT_KEPT = ("nondistributable", "foreign.diff")


class Recount:
    """`problems`: sentences. `orphans`: files of blobs that no row names; they cost space only."""

    def __init__(self, data):
        self.data = data
        self.problems = []
        with tempfile.TemporaryDirectory() as folder:
            for suffix in ("", "-wal"):
                source = os.path.join(data, "registry.sqlite" + suffix)
                if os.path.exists(source):
                    shutil.copy(source, os.path.join(folder, "registry.sqlite" + suffix))
            connection = sqlite3.connect(os.path.join(folder, "registry.sqlite"))
            connection.execute("PRAGMA busy_timeout = 1000")
            try:
                self.check(connection)
            finally:
                connection.close()

    def say(self, text):
        self.problems.append(text)

    def check(self, connection):
        self.connection = connection
        self.columns = {
            table: {row[1] for row in connection.execute(f"PRAGMA table_info({table})")}
            for (table,) in connection.execute("SELECT name FROM sqlite_master WHERE type='table'")}
        for (answer,) in connection.execute("PRAGMA integrity_check"):
            if answer != "ok":
                self.say(f"integrity: {answer}")
        for row in connection.execute("PRAGMA foreign_key_check"):
            self.say(f"foreign key: {row}")
        self.check_counts()
        self.check_manifests()
        self.check_files()
        if "usage" in self.columns:
            self.check_usage()

    def none(self, what, statement):
        """Each row that `statement` finds is wrong."""
        for row in self.connection.execute(statement):
            self.say(f"{what}: {row}")

    def check_counts(self):
        self.none("manifests of a repository (id, stored, counted)",
                  "SELECT id, manifests, (SELECT count(*) FROM manifests WHERE repository = r.id) n"
                  " FROM repositories r WHERE manifests <> n")
        self.none("links of a blob (digest, stored, counted)",
                  "SELECT digest, links, (SELECT count(*) FROM links WHERE blob = b.id) n"
                  " FROM blobs b WHERE links <> n")
        self.none("idle state of a blob (digest, links, unused_since)",
                  "SELECT digest, links, unused_since FROM blobs"
                  " WHERE (links = 0) <> (unused_since IS NOT NULL)")
        self.none("uses of a link (repository, blob, stored, counted)",
                  "SELECT repository, blob, uses, (SELECT count(*) FROM uses u WHERE"
                  " u.repository = l.repository AND u.blob = l.blob) n FROM links l"
                  " WHERE uses <> n")
        self.none("idle state of a link (repository, blob, uses, unused_since)",
                  "SELECT repository, blob, uses, unused_since FROM links"
                  " WHERE (uses = 0) <> (unused_since IS NOT NULL)")
        self.none("tag without its manifest",
                  "SELECT repository, name, digest FROM tags t WHERE NOT EXISTS"
                  " (SELECT 1 FROM manifests m WHERE m.repository = t.repository"
                  " AND m.digest = t.digest)")
        self.none("use by a manifest that is not there",
                  "SELECT * FROM uses u WHERE NOT EXISTS (SELECT 1 FROM manifests m"
                  " WHERE m.repository = u.repository AND m.digest = u.manifest)")
        if "dropped_blobs" in self.columns:
            self.none("dropped blob that has a row",
                      "SELECT digest FROM dropped_blobs JOIN blobs USING (digest)")

    def check_manifests(self):
        """Every manifest is what its digest says; its blobs are linked and counted as used."""
        digests = dict(self.connection.execute("SELECT id, digest FROM blobs"))
        links, uses, children = {}, {}, {}
        for repository, blob in self.connection.execute("SELECT repository, blob FROM links"):
            links.setdefault(repository, set()).add(digests.get(blob))
        for repository, manifest, blob in self.connection.execute(
                "SELECT repository, manifest, blob FROM uses"):
            uses.setdefault((repository, manifest), set()).add(digests.get(blob))
        if "children" in self.columns:
            for repository, parent, child in self.connection.execute(
                    "SELECT repository, parent, child FROM children"):
                children.setdefault((repository, parent), set()).add(child)
        known = set(self.connection.execute("SELECT repository, digest FROM manifests"))
        for key in [*uses, *children]:
            if key not in known:
                self.say(f"rows for a manifest that is not there: {key}")
        for repository, digest, media_type, data, subject in self.connection.execute(
                "SELECT repository, digest, media_type, bytes, subject FROM manifests"):
            self.check_manifest((repository, digest), media_type, data, subject,
                                links.get(repository, set()), uses, children)

    def check_manifest(self, key, media_type, data, subject, links, uses, children):
        algorithm, wanted = key[1].split(":")
        if hashlib.new(algorithm, data).hexdigest() != wanted:
            self.say(f"the bytes of manifest {key} have another digest")
        document = json.loads(data)
        if (document.get("subject") or {}).get("digest") != subject:
            self.say(f"subject of manifest {key}: {subject}")
        listed = set()
        if media_type in INDEX_TYPES:
            found = {each["digest"] for each in document.get("manifests") or []}
            if "children" in self.columns and children.get(key, set()) != found:
                self.say(f"children of index {key}: {children.get(key)} and not {found}")
        else:
            listed = {each["digest"] for each in [document["config"], *document["layers"]]
                      if not any(word in each["mediaType"] for word in NOT_KEPT)}
        if uses.get(key, set()) != listed:
            self.say(f"uses of manifest {key}: {uses.get(key)} and not {listed}")
        for digest in listed - links:
            self.say(f"manifest {key} without its blob {digest}")

    def check_files(self):
        """Every row has its file, of its size. What no row names is counted."""
        files = {}
        for folder, _, names in os.walk(os.path.join(self.data, "blobs")):
            for name in names:
                path = os.path.join(folder, name)
                algorithm = os.path.relpath(path, os.path.join(self.data, "blobs")).split("/")[0]
                files[f"{algorithm}:{name}"] = os.path.getsize(path)
        damaged = "damaged_at IS NOT NULL" if "damaged_at" in self.columns["blobs"] else "0"
        rows = {}
        for digest, size, is_damaged in self.connection.execute(
                f"SELECT digest, size, {damaged} FROM blobs"):
            rows[digest] = size
            if files.get(digest) != size and not is_damaged:
                self.say(f"blob {digest} has {files.get(digest)} bytes on disk and not {size}")
        self.blobs = len(rows)
        self.orphans = sorted(set(files) - set(rows))

    def check_usage(self):
        """What each prefix with a quota holds: each of its blobs once, and its manifests."""
        for usage, prefix, stored_bytes, stored_objects in self.connection.execute(
                "SELECT id, prefix, bytes, objects FROM usage").fetchall():
            inside = "('' = :p OR r.name = :p OR r.name GLOB :p || '/*')"
            blobs = self.connection.execute(
                "SELECT count(*), coalesce(sum(size), 0) FROM blobs WHERE id IN (SELECT blob FROM"
                f" links JOIN repositories r ON r.id = links.repository WHERE {inside})",
                {"p": prefix}).fetchone()
            manifests = self.connection.execute(
                "SELECT count(*), coalesce(sum(length(m.bytes)), 0) FROM manifests m"
                f" JOIN repositories r ON r.id = m.repository WHERE {inside}",
                {"p": prefix}).fetchone()
            counted = (blobs[1] + manifests[1], blobs[0] + manifests[0])
            if counted != (stored_bytes, stored_objects):
                self.say(f"usage of {prefix!r}: {(stored_bytes, stored_objects)} stored,"
                         f" {counted} counted")


if __name__ == "__main__":
    recount = Recount(sys.argv[1])
    for problem in recount.problems:
        print(problem)
    sys.exit(1 if recount.problems else 0)
