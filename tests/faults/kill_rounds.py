"""Kills berth with SIGKILL at random points while clients push, mount, tag and delete, while garbage
is collected and while retention rules are applied; after each restart everything that was acknowledged must be so, and what the
index counts must be what can be counted.

    kill_rounds.py BERTH DIR ROUNDS [SEED]

Each client has repositories of its own, so it knows what they hold: for each blob, manifest and
tag the set of states that it may be in. A request that was not answered leaves two.
"""
import os
import random
import sqlite3
import sys
import threading
import time

import recount
import registry

CLIENTS = 3
MOST_ACTIONS = 25 # before the kill
LONGEST_ROUND = 1.0 # seconds, on a machine that is too busy for as many
DAYS = 3 # that pass before a round that collects: more than the grace time
CHECKED = 12 # of each kind and client after each round, besides what the round touched


CONFIGURATION = """
policy:
  quotas: [{prefix: client0, bytes: 1TiB}, {prefix: "", objects: 1000000}]
"""
RETENTION = """
  retention: [{repositories: "client*/retained", keep_newest: 2}]
"""


class Model:
    """What one repository may hold. `True` and `False` stand for there and not there. Of a
    `retained` one anything may go at any time."""

    def __init__(self, name):
        self.name = name
        self.retained = name.endswith("/retained")
        self.blobs = {}     # digest: (bytes, states)
        self.manifests = {} # digest: (bytes, states, digests of blobs, media type)
        self.tags = {}      # name: digests it may point at, None for no tag
        self.touched = set()

    def certain(self):
        return [digest for digest, each in self.manifests.items() if each[1] == {True}]

    def is_used(self, digest):
        return any(digest in each[2] for each in self.manifests.values() if True in each[1])

    def may_lose(self):
        """Garbage is collected: a blob that no manifest surely uses may go."""
        for digest, (data, states) in self.blobs.items():
            used = any(digest in self.manifests[each][2] for each in self.certain())
            if self.retained or not used:
                self.blobs[digest] = (data, states | {False})
        if self.retained:
            for digest, (data, states, *rest) in self.manifests.items():
                self.manifests[digest] = (data, states | {False}, *rest)
            for tag, states in self.tags.items():
                self.tags[tag] = states | {None}


class Worker(threading.Thread):
    def __init__(self, server, models, seed, shared):
        super().__init__()
        self.client = server.client()
        self.models = models
        self.random = random.Random(seed)
        self.shared = shared # a blob of "shared/base", for mounts
        self.done = 0
        self.failure = None

    def run(self):
        actions = [self.push_image] * 5 + [self.push_index, self.push_referrer, self.retag,
                                           self.delete_tag, self.delete_manifest, self.delete_blob,
                                           self.mount, self.mount_anonymously, self.cancel,
                                           self.leave_open, self.read]
        try:
            while True:
                model = self.random.choice(self.models)
                action = self.push_image if model.retained else self.random.choice(actions)
                action(model)
                self.done += 1
        except registry.Gone:
            pass
        except Exception as error: # told by the main thread
            self.failure = error
        self.client.close()

    def expect(self, reply, *statuses):
        if reply.status not in statuses:
            raise AssertionError(f"expected {statuses}, was answered {reply}")
        return reply

    def some_bytes(self):
        size = self.random.choice([0, 1, 100, 5000, 70000, 300000])
        return self.random.randbytes(size)

    def push_blob(self, model, data):
        digest = registry.digest_of(data)
        states = model.blobs.get(digest, (data, {False}))[1]
        model.blobs[digest] = (data, states | {True})
        model.touched.add(digest)
        form = self.random.choice(registry.Client.FORMS)
        self.expect(self.client.push(form, model.name, data), 201)
        model.blobs[digest] = (data, {True})
        return data

    def put(self, model, data, blobs, media_type, tag):
        digest = registry.digest_of(data)
        states = model.manifests.get(digest, (data, {False}))[1]
        digests = {registry.digest_of(blob) for blob in blobs}
        model.manifests[digest] = (data, states | {True}, digests, media_type)
        model.touched.add(digest)
        if tag:
            model.tags[tag] = model.tags.get(tag, {None}) | {digest}
        self.expect(self.client.put_manifest(model.name, tag or digest, data, media_type), 201)
        model.manifests[digest] = (data, {True}, digests, media_type)
        if tag:
            model.tags[tag] = {digest}
        return digest

    def tag(self):
        return f"t{self.random.randrange(12)}"

    def push_image(self, model, **more):
        blobs = [self.push_blob(model, self.some_bytes())
                 for _ in range(self.random.randrange(1, 4))]
        data = registry.image(blobs[0], blobs[1:], **more)
        # Two rounds may make the same: what must differ is what is random.
        return self.put(model, data, blobs, registry.MANIFEST,
                        self.random.choice([self.tag(), None]))

    def push_referrer(self, model):
        known = model.certain()
        if known:
            self.push_image(model, subject=model.manifests[self.random.choice(known)][0],
                            artifact_type="example/sbom")

    def images(self, model):
        return [each for each in model.certain()
                if model.manifests[each][3] == registry.MANIFEST]

    def push_index(self, model):
        known = self.images(model)
        if len(known) >= 2:
            chosen = self.random.sample(known, 2)
            data = registry.image_index([model.manifests[each][0] for each in chosen])
            self.put(model, data, [], registry.INDEX, self.tag())

    def retag(self, model):
        known = self.images(model) # an index may have lost its images meanwhile
        if known:
            data, _, _, media_type = model.manifests[self.random.choice(known)]
            blobs = [model.blobs[each][0] for each in model.manifests[registry.digest_of(data)][2]]
            self.put(model, data, blobs, media_type, self.tag())

    def delete_tag(self, model):
        tags = [tag for tag, states in model.tags.items() if None not in states]
        if tags:
            tag = self.random.choice(tags)
            model.tags[tag] = model.tags[tag] | {None}
            self.expect(self.client.delete(model.name, "manifests", tag), 202)
            model.tags[tag] = {None}

    def delete_manifest(self, model):
        known = model.certain()
        if not known:
            return
        digest = self.random.choice(known)
        data, _, blobs, media_type = model.manifests[digest]
        model.manifests[digest] = (data, {True, False}, blobs, media_type)
        model.touched.add(digest)
        for tag, states in model.tags.items():
            if digest in states:
                model.tags[tag] = states | {None}
        self.expect(self.client.delete(model.name, "manifests", digest), 202)
        model.manifests[digest] = (data, {False}, blobs, media_type)
        for tag, states in model.tags.items():
            model.tags[tag] = {None if each == digest else each for each in states}

    def delete_blob(self, model):
        free = [digest for digest, (_, states) in model.blobs.items()
                if states == {True} and not model.is_used(digest)]
        if free:
            digest = self.random.choice(free)
            data = model.blobs[digest][0]
            model.blobs[digest] = (data, {True, False})
            model.touched.add(digest)
            self.expect(self.client.delete(model.name, "blobs", digest), 202, 404)
            model.blobs[digest] = (data, {False})

    def mount_from(self, model, digest, data, source):
        states = model.blobs.get(digest, (data, {False}))[1]
        model.blobs[digest] = (data, states | {True})
        model.touched.add(digest)
        if self.expect(self.client.mount(model.name, digest, source), 201, 202).status == 201:
            model.blobs[digest] = (data, {True})
        else:
            model.blobs[digest] = (data, states)

    def mount(self, model):
        other = self.random.choice(self.models)
        known = [each for each, (_, states) in other.blobs.items() if states == {True}]
        if known and other is not model and not other.retained:
            digest = self.random.choice(known)
            self.mount_from(model, digest, other.blobs[digest][0], other.name)

    def mount_anonymously(self, model):
        self.mount_from(model, registry.digest_of(self.shared), self.shared, None)

    def cancel(self, model):
        location = self.expect(self.client.begin(model.name), 202).headers["Location"]
        self.expect(self.client.ask("PATCH", location, self.some_bytes()), 202)
        self.expect(self.client.ask("DELETE", location), 204)

    def leave_open(self, model):
        location = self.expect(self.client.begin(model.name), 202).headers["Location"]
        self.expect(self.client.ask("PATCH", location, self.some_bytes()), 202)

    def read(self, model):
        known = model.certain()
        if known:
            digest = self.random.choice(known)
            reply = self.expect(self.client.manifest(model.name, digest), 200)
            assert reply.body == model.manifests[digest][0]


class Check:
    """Reads from a restarted server what a model says, and narrows the model to what is so."""

    def __init__(self, client, model):
        self.client = client
        self.model = model

    def fail(self, what, reply):
        raise AssertionError(f"{self.model.name}: {what} was acknowledged; now {reply}")

    def there(self, reply, data, states, what):
        if reply.status not in (200, 404):
            raise AssertionError(f"{self.model.name}: {what}: {reply}")
        is_there = reply.status == 200
        if is_there not in states or (is_there and reply.body != data):
            self.fail(f"{what} as {states}", reply)
        return {is_there}

    def blob(self, digest):
        data, states = self.model.blobs[digest]
        states = self.there(self.client.blob(self.model.name, digest), data, states, digest)
        self.model.blobs[digest] = (data, states)

    def manifest(self, digest):
        data, states, blobs, media_type = self.model.manifests[digest]
        reply = self.client.manifest(self.model.name, digest)
        states = self.there(reply, data, states, digest)
        self.model.manifests[digest] = (data, states, blobs, media_type)
        if True in states:
            for blob in blobs:
                reply = self.client.blob(self.model.name, blob)
                if self.model.retained and reply.status == 404:
                    # Right if the manifest has gone since.
                    assert self.client.manifest(self.model.name, digest).status == 404, digest
                    continue
                if reply.status != 200 or registry.digest_of(reply.body) != blob:
                    self.fail(f"{digest} with its blob {blob}", reply)

    def tag(self, tag):
        states = self.model.tags[tag]
        reply = self.client.manifest(self.model.name, tag)
        found = reply.headers["Docker-Content-Digest"] if reply.status == 200 else None
        if reply.status not in (200, 404) or found not in states:
            self.fail(f"tag {tag} as {states}", reply)
        self.model.tags[tag] = {found}

    def run(self, chance, everything):
        for kind, names in ((self.manifest, self.model.manifests), (self.blob, self.model.blobs)):
            names = list(names)
            chosen = names if everything else [
                *(self.model.touched.intersection(names)),
                *chance.sample(names, min(CHECKED, len(names)))]
            for name in chosen:
                kind(name)
        for tag in self.model.tags:
            self.tag(tag)
        self.model.touched.clear()


class Rounds:
    def __init__(self, berth, data, seed):
        self.berth, self.data = berth, data
        self.chance = random.Random(seed)
        self.password = None
        self.collecting = False
        for name, text in (("plain", CONFIGURATION), ("collecting", CONFIGURATION + RETENTION)):
            with open(f"{data}.{name}.yaml", "w", encoding="utf-8") as file:
                file.write(text)
        self.models = [[Model(f"client{number}/{name}") for name in ("a", "b", "retained")]
                       for number in range(CLIENTS)]
        self.shared = b"what everybody mounts" * 1000
        self.done = 0
        self.slowest = 0

    def start(self):
        if self.collecting:
            self.age()
        name = "collecting" if self.collecting else "plain"
        server = registry.Server(self.berth, self.data, self.password,
                                 flags=["--config", f"{self.data}.{name}.yaml"])
        self.password = server.password
        self.slowest = max(self.slowest, server.ready_after)
        return server

    def age(self):
        """Days pass, for the index."""
        connection = sqlite3.connect(os.path.join(self.data, "registry.sqlite"))
        with connection:
            for table, column in (("links", "unused_since"), ("blobs", "unused_since"),
                                  ("manifests", "pushed_at"), ("manifests", "untagged_at"),
                                  ("tags", "updated_at")):
                connection.execute(f"UPDATE {table} SET {column} = {column} - {DAYS * 86400}")
        connection.close()

    def prepare(self):
        server = self.start()
        client = server.client()
        assert client.push_post("shared/base", self.shared).status == 201
        manifest = registry.image(self.shared, [])
        assert client.put_manifest("shared/base", "v1", manifest).status == 201
        server.kill()

    def round(self, everything=False):
        server = self.start()
        client = server.client()
        for models in self.models:
            for model in models:
                if self.collecting:
                    model.may_lose()
                Check(client, model).run(self.chance, everything)
                if self.collecting: # it goes on
                    model.may_lose()
        client.close()
        workers = [Worker(server, models, self.chance.random(), self.shared)
                   for models in self.models]
        for worker in workers:
            worker.start()
        self.wait_for(self.chance.randrange(MOST_ACTIONS), workers)
        server.kill()
        for worker in workers:
            worker.join()
            if worker.failure:
                raise worker.failure
            self.done += worker.done
        if self.collecting:
            for models in self.models:
                for model in models:
                    model.may_lose()
        self.recount()

    def wait_for(self, actions, workers):
        end = time.monotonic() + LONGEST_ROUND
        while sum(each.done for each in workers) < actions and time.monotonic() < end:
            time.sleep(0.002)
        # Into the middle of what comes next.
        time.sleep(self.chance.random() * 0.02)

    def recount(self):
        counted = recount.Recount(self.data)
        if counted.problems:
            raise AssertionError("\n".join(counted.problems))
        self.orphans = len(counted.orphans)
        self.blobs = counted.blobs


def main():
    berth, data, number = sys.argv[1], sys.argv[2], int(sys.argv[3])
    seed = int(sys.argv[4]) if len(sys.argv) > 4 else random.SystemRandom().randrange(1 << 32)
    print(f"seed {seed}", flush=True)
    rounds = Rounds(berth, data, seed)
    rounds.prepare()
    begin = time.monotonic()
    for index in range(number):
        # Every third round collects: content is young in all others.
        rounds.collecting = index % 3 == 2
        try:
            rounds.round(everything=index % 50 == 49)
        except Exception:
            print(f"in round {index + 1} of seed {seed}:", flush=True)
            raise
    rounds.collecting = False
    rounds.round(everything=True)
    took = time.monotonic() - begin
    print(f"{number} kills in {took:.0f} s, {rounds.done} actions done before them, all there; "
          f"{rounds.blobs} blobs, {rounds.orphans} files that no row names; "
          f"slowest start {rounds.slowest:.2f} s")


if __name__ == "__main__":
    main()
