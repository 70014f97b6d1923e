"""Lets each file operation of berth fail once in turn (fault.c) while a client pushes, mounts, tags
and deletes.

    fault_rounds.py BERTH LIBRARY DIR SHARE [SEED]

SHARE is the part of all operations that is tried, 1 for each. Checked each time: berth does not
fall over; a request is answered as always or with 5xx, the specification's body and a message; the
same request succeeds when it is repeated, without a restart; after a kill and a restart everything
acknowledged is there and the counts are right.
"""
import errno
import os
import random
import shutil
import sys

import recount
import registry

FAULTS = [(errno.EIO, 0), (errno.ENOSPC, 0), (errno.ENOSPC, 1)]


class Script:
    """What the client does. Each step may be repeated from its start."""

    def __init__(self, client):
        self.client = client
        self.failed = [] # answers of 5xx
        self.blobs = {}  # (repository, digest): bytes that were acknowledged
        self.manifests = {} # (repository, reference): bytes, or None if acknowledged as deleted

    def step(self, wanted, attempt):
        """Repeats once what fails: the fault is over then."""
        reply = attempt()
        if reply.status != wanted:
            self.check_failure(reply)
            self.failed.append(reply)
            reply = attempt()
        # What failed may have been done all the same: then a delete finds nothing.
        done_before = wanted == 202 and reply.status == 404 and self.failed
        if reply.status != wanted and not done_before:
            raise AssertionError(f"{wanted} expected at the second attempt, not {reply}; "
                                 f"failed before: {self.failed}")
        return reply

    @staticmethod
    def check_failure(reply):
        if reply.status < 500 or not reply.code() or b'"message"' not in reply.body:
            raise AssertionError(f"a failure inside is answered {reply}")
        if reply.status == 504:
            raise AssertionError(f"a failure inside is answered as a timeout: {reply}")

    def push(self, form, repository, data):
        self.step(201, lambda: self.client.push(form, repository, data))
        self.blobs[repository, registry.digest_of(data)] = data

    def put(self, repository, reference, data, media_type=registry.MANIFEST):
        self.step(201, lambda: self.client.put_manifest(repository, reference, data, media_type))
        self.manifests[repository, reference] = data

    def run(self):
        for number, form in enumerate(registry.Client.FORMS):
            self.push(form, "team/app", f"layer {number} ".encode() * 30000)
        self.push("push_post", "team/app", b"{}")
        self.push("push_post", "team/app", b"")
        layers = [data for (_, _), data in self.blobs.items()]
        first = registry.image(b"{}", layers[:2])
        second = registry.image(b"{}", layers[2:4], subject=first)
        self.put("team/app", "v1", first)
        self.put("team/app", registry.digest_of(second), second)
        self.put("team/app", "all", registry.image_index([first, second]), registry.INDEX)
        self.put("team/app", "v1", second)
        for data in layers[:2] + [b"{}"]:
            digest = registry.digest_of(data)
            self.step(201, lambda: self.client.mount("team/copy", digest, "team/app"))
            self.blobs["team/copy", digest] = data
        self.put("team/copy", "v1", first)
        for reference in ("v1", registry.digest_of(first)):
            self.read("team/copy", reference, first)
        self.step(200, lambda: self.client.ask("GET", "/v2/team/app/tags/list"))
        self.delete()

    def read(self, repository, reference, data):
        reply = self.step(200, lambda: self.client.manifest(repository, reference))
        if reply.body != data:
            raise AssertionError(f"{repository}:{reference} is {reply}")

    def delete(self):
        self.step(202, lambda: self.client.delete("base/app", "manifests", "old"))
        self.manifests["base/app", "old"] = None
        digest = registry.digest_of(b"free")
        self.step(202, lambda: self.client.delete("base/app", "blobs", digest))
        begun = self.step(202, lambda: self.client.begin("team/app"))
        self.step(202, lambda: self.client.ask("PATCH", begun.headers["Location"], b"x" * 1000))
        base = registry.digest_of(BASE)
        self.step(202, lambda: self.client.delete("base/app", "manifests", base))
        self.manifests["base/app", "v1"] = None
        self.manifests["base/app", base] = None

    def check(self, client):
        """Everything acknowledged, as another process finds it."""
        for (repository, digest), data in self.blobs.items():
            reply = client.blob(repository, digest)
            if reply.status != 200 or reply.body != data:
                raise AssertionError(f"{repository} {digest} was acknowledged; now {reply}")
        for (repository, reference), data in self.manifests.items():
            reply = client.manifest(repository, reference)
            if reply.status != (404 if data is None else 200) or (data and reply.body != data):
                raise AssertionError(f"{repository}:{reference} was acknowledged; now {reply}")


BASE = registry.image(b"config of the base", [b"layer of the base"])


class Faults:
    def __init__(self, berth, library, folder):
        self.berth, self.library, self.folder = berth, library, folder
        self.template = os.path.join(folder, "template")
        self.data = os.path.join(folder, "data")
        self.log = os.path.join(folder, "operations")
        self.starts_refused = self.answers = 0

    def prepare(self):
        """A registry that has seen use, so that tables and folders are there."""
        server = registry.Server(self.berth, self.template)
        self.password = server.password
        client = server.client()
        for data in (b"config of the base", b"layer of the base", b"free"):
            assert client.push_post("base/app", data).status == 201
        for tag in ("v1", "old"):
            assert client.put_manifest("base/app", tag, BASE).status == 201
        server.kill()

    def start(self, environment=None):
        log = os.path.join(self.folder, "berth.log")
        return registry.Server(self.berth, self.data, self.password, environment=environment,
                               log=log)

    def environment(self, at, number, short):
        if os.path.exists(self.log):
            os.unlink(self.log)
        return {"LD_PRELOAD": self.library, "BERTH_FAULT_DIR": self.data,
                "BERTH_FAULT_AT": str(at), "BERTH_FAULT_ERRNO": str(number),
                "BERTH_FAULT_SHORT": str(short), "BERTH_FAULT_LOG": self.log}

    def operations(self):
        if not os.path.exists(self.log):
            return []
        with open(self.log) as file:
            return file.read().splitlines()

    def fresh(self):
        shutil.rmtree(self.data, ignore_errors=True)
        shutil.copytree(self.template, self.data)

    def run(self, at, number, short):
        """Whether the fault was met: there may be fewer operations than `at`."""
        self.fresh()
        script = None
        try:
            server = self.start(self.environment(at, number, short))
        except registry.StartFailed as failure:
            # To refuse to start is right; to fall over is not.
            if failure.status is None or failure.status <= 0 or not failure.said.strip() or \
                    "terminate called" in failure.said:
                raise
            self.starts_refused += 1
        else:
            script = Script(server.client())
            try:
                script.run()
            except registry.Gone as gone:
                raise AssertionError(f"berth fell over, alive: {server.alive()}") from gone
            server.kill()
            self.answers += len(script.failed)
        met = bool(self.operations())
        self.recount()
        server = self.start()
        if script:
            script.check(server.client())
        reply = server.client().manifest("base/app", "v1")
        assert reply.status == (404 if script else 200), reply
        server.kill()
        self.recount()
        return met

    def recount(self):
        problems = recount.Recount(self.data).problems
        if problems:
            raise AssertionError("\n".join(problems))

    def listed(self):
        """The operations without a fault."""
        self.fresh()
        server = self.start(self.environment(0, 0, 0))
        script = Script(server.client())
        script.run()
        server.kill()
        if script.failed:
            raise AssertionError(f"without a fault: {script.failed}")
        return self.operations()


def main():
    berth, library, folder, share = *sys.argv[1:4], float(sys.argv[4])
    seed = int(sys.argv[5]) if len(sys.argv) > 5 else random.SystemRandom().randrange(1 << 32)
    print(f"seed {seed}", flush=True)
    chance = random.Random(seed)
    faults = Faults(berth, library, folder)
    faults.prepare()
    operations = faults.listed()
    # Threads make the order differ from run to run, so a few more than were counted.
    cases = [(at, *fault) for at in range(1, len(operations) + 5) for fault in FAULTS]
    if share < 1:
        cases = chance.sample(cases, max(1, int(len(cases) * share)))
    met = 0
    for at, number, short in cases:
        try:
            met += faults.run(at, number, short)
        except Exception:
            print(f"with {errno.errorcode[number]}{' after half a write' if short else ''} for "
                  f"operation {at}: {faults.operations()}", flush=True)
            raise
    print(f"{met} faults in {len(cases)} runs of about {len(operations)} operations: "
          f"{faults.answers} answers of 5xx, {faults.starts_refused} starts refused, nothing lost")
    if share >= 1 and met < len(operations):
        raise AssertionError("fewer faults than operations: does the library work?")


if __name__ == "__main__":
    main()
