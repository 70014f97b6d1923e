"""Fills the disk below a registry to its last byte, and frees it again.

    full_disk.py BERTH DIR      DIR is an empty file system of a few dozen MiB
"""
import os
import sys

import recount
import registry

PIECE = 2 * 1024 * 1024
RESERVE = 5 * PIECE # what somebody else has on that disk, until it is needed


def refused(reply):
    """507 or 503, in the specification's form, with something to read."""
    assert reply.status in (507, 503), reply
    assert reply.code() and b'"message":"' in reply.body, reply


class Disk:
    def __init__(self, folder):
        self.filler = os.path.join(folder, "filler")
        self.reserve = os.path.join(folder, "reserve")
        with open(self.reserve, "wb") as file:
            file.write(bytes(RESERVE))

    def fill(self):
        """Takes every byte that is left."""
        with open(self.filler, "ab", buffering=0) as file:
            for size in (1 << 20, 4096, 1):
                try:
                    while True:
                        file.write(b"\0" * size)
                except OSError:
                    pass

    def free(self):
        os.unlink(self.filler)


class Test:
    def __init__(self, berth, folder):
        self.berth, self.folder = berth, folder
        self.data = os.path.join(folder, "data")
        self.disk = Disk(folder)
        self.kept = {}
        self.count = 0
        self.password = None
        self.start()

    def start(self):
        self.server = registry.Server(self.berth, self.data, self.password,
                                      log=os.environ["HOME"] + "/berth.log")
        self.password = self.server.password
        self.client = self.server.client()

    def data_of(self, size=PIECE):
        self.count += 1
        return self.count.to_bytes(4, "big") * (size // 4)

    def push(self, form, data):
        reply = self.client.push(form, "team/app", data)
        if reply.status == 201:
            self.kept[registry.digest_of(data)] = data
        return reply

    def put(self, tag, blobs):
        return self.client.put_manifest("team/app", tag, registry.image(blobs[0], blobs[1:]))

    def read_everything(self):
        for digest, data in self.kept.items():
            reply = self.client.blob("team/app", digest)
            assert reply.status == 200 and reply.body == data, (digest, reply)
        reply = self.client.manifest("team/app", "v1")
        assert reply.status == 200 and reply.body == self.manifest, reply
        reply = self.client.ask("GET", "/v2/team/app/tags/list")
        assert reply.status == 200 and b"v1" in reply.body, reply
        reply = self.client.ask("GET", "/v2/_catalog")
        assert reply.status == 200 and b"team/app" in reply.body, reply

    def prepare(self):
        config, layer = b"{}", self.data_of()
        for data in (config, layer):
            assert self.push("push_post", data).status == 201
        self.manifest = registry.image(config, [layer])
        assert self.put("v1", [config, layer]).status == 201
        self.small = [config, b"pushed before the disk was full"]
        assert self.push("push_post", self.small[1]).status == 201

    def fill_by_pushing(self):
        for form in registry.Client.FORMS:
            reply = self.push(form, self.data_of())
            while reply.status == 201:
                reply = self.push(form, self.data_of())
            refused(reply)
            self.read_everything()

    def refuse_everything(self):
        """Not a byte is left: the database cannot grow either."""
        self.disk.fill()
        refused(self.put("v2", self.small))
        assert self.client.manifest("team/app", "v2").status == 404
        for form in registry.Client.FORMS:
            refused(self.push(form, self.data_of()))
        refused(self.client.mount("team/other", registry.digest_of(self.small[1]), "team/app"))
        reply = self.client.delete("team/app", "manifests", "v9")
        assert reply.status in (404, 503, 507), reply
        self.read_everything()
        assert self.server.alive()

    def start_on_full_disk(self):
        """Also a restart does not need a free byte to answer what is there."""
        self.server.kill()
        self.start()
        self.read_everything()

    def resume(self):
        """An upload that met the full disk half way goes on where it stopped."""
        self.disk.free()
        os.unlink(self.disk.reserve)
        whole = self.data_of(3 * PIECE)
        location = self.client.begin("team/app").headers["Location"]
        first = self.client.ask("PATCH", location, whole[:1000])
        assert first.status == 202, first
        # Room for a part of it.
        self.disk.fill()
        with open(self.disk.filler, "r+b") as file:
            file.truncate(os.path.getsize(self.disk.filler) - PIECE - 5000)
        refused(self.client.ask("PATCH", location, whole[1000:]))
        self.disk.free()
        status = self.client.ask("GET", location)
        assert status.status == 204, status
        received = int(status.headers["Range"].split("-")[1]) + 1
        assert 1000 <= received < len(whole), received
        reply = self.client.ask("PUT", f"{location}?digest={registry.digest_of(whole)}",
                                whole[received:])
        assert reply.status == 201, reply
        self.kept[registry.digest_of(whole)] = whole

    def recover(self):
        """Without a restart."""
        for form in registry.Client.FORMS:
            reply = self.push(form, self.data_of(100_000))
            assert reply.status == 201, reply
        assert self.put("v2", self.small).status == 201
        mounted = self.client.mount("team/other", registry.digest_of(self.small[1]), "team/app")
        assert mounted.status == 201, mounted

    def run(self):
        self.prepare()
        self.fill_by_pushing()
        self.refuse_everything()
        self.start_on_full_disk()
        self.resume()
        self.recover()
        self.restart()

    def restart(self):
        self.server.kill()
        problems = recount.Recount(self.data).problems
        assert not problems, problems
        self.start()
        self.read_everything()
        self.server.kill()


if __name__ == "__main__":
    Test(*sys.argv[1:3]).run()
