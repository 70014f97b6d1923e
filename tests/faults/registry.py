"""A registry under test: berth started, killed and started again; and a client that pushes in
every form that the specification knows and says what it was answered."""
import base64
import hashlib
import http.client
import json
import os
import select
import signal
import subprocess
import time

MANIFEST = "application/vnd.oci.image.manifest.v1+json"
INDEX = "application/vnd.oci.image.index.v1+json"
CONFIG = "application/vnd.oci.image.config.v1+json"
LAYER = "application/vnd.oci.image.layer.v1.tar"


def digest_of(data):
    return "sha256:" + hashlib.sha256(data).hexdigest()


class Gone(Exception):
    """The server did not answer: it was killed, or it fell over."""


class StartFailed(Exception):
    def __init__(self, status, said):
        super().__init__(f"status {status}: {said}")
        self.status = status
        self.said = said


class Server:
    """`berth serve` on a free port. `password` is known from the first start on."""

    def __init__(self, berth, data, password=None, flags=(), environment=None, log=None):
        self.log = log or data + ".log"
        begin = time.monotonic()
        with open(self.log, "ab") as errors:
            start = errors.tell()
            self.process = subprocess.Popen(
                ["setpriv", "--pdeathsig", "KILL", berth, "serve", "--listen", "127.0.0.1:0", "--data",
                 data, "-o", "json", *flags],
                stdout=subprocess.PIPE, stderr=errors, stdin=subprocess.DEVNULL,
                env={**os.environ, **(environment or {})})
        text = self.read_report(start)
        self.ready_after = time.monotonic() - begin
        report = json.loads(text)
        self.port = report["port"]
        self.password = report.get("password", password)

    def read_report(self, start):
        text, deadline = b"", time.monotonic() + 60
        while not text.rstrip().endswith(b"\n}"):
            left = deadline - time.monotonic()
            if left <= 0:
                self.kill()
                raise StartFailed(None, "it was not ready after 60 s")
            if not select.select([self.process.stdout], [], [], left)[0]:
                continue
            piece = os.read(self.process.stdout.fileno(), 65536)
            if not piece:
                status = self.process.wait()
                with open(self.log, "rb") as errors:
                    errors.seek(start)
                    said = errors.read().decode(errors="replace")
                raise StartFailed(status, said)
            text += piece
        return text

    def kill(self):
        """SIGKILL; returns once it is gone. A process that ended by itself is an error."""
        ended = self.process.poll()
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()
        self.process.stdout.close()
        if ended is not None:
            raise AssertionError(f"berth ended by itself with status {ended}; see {self.log}")

    def alive(self):
        return self.process.poll() is None

    def status_number(self, name):
        """A number of kB from /proc/PID/status."""
        with open(f"/proc/{self.process.pid}/status") as file:
            for line in file:
                if line.startswith(name + ":"):
                    return int(line.split()[1])
        raise KeyError(name)

    def bytes_read(self):
        with open(f"/proc/{self.process.pid}/io") as file:
            return int(next(line for line in file if line.startswith("rchar")).split()[1])

    def client(self):
        return Client(self.port, self.password)


class Reply:
    def __init__(self, response):
        self.status = response.status
        self.headers = response.headers
        self.body = response.read()

    def code(self):
        try:
            return json.loads(self.body)["errors"][0]["code"]
        except (ValueError, KeyError, IndexError, TypeError):
            return None

    def __repr__(self):
        return f"{self.status} {self.body[:200]!r}"


class Client:
    """One connection, opened again when needed. One thread at a time."""

    def __init__(self, port, password, user="admin"):
        self.port = port
        pair = base64.b64encode(f"{user}:{password}".encode()).decode()
        self.authorization = "Basic " + pair
        self.connection = None

    def ask(self, method, path, body=None, headers=None, chunked=False):
        fields = {"Authorization": self.authorization, **(headers or {})}
        try:
            if self.connection is None:
                self.connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
            self.connection.request(method, path, body, fields, encode_chunked=chunked)
            reply = Reply(self.connection.getresponse())
        except (OSError, http.client.HTTPException) as error:
            self.close()
            raise Gone(str(error)) from error
        if reply.headers.get("Connection", "").lower() == "close":
            self.close()
        return reply

    def close(self):
        if self.connection is not None:
            self.connection.close()
        self.connection = None

    # Each returns the reply of the first request that was not answered as it should be, or of
    # the last one: 201 is success.

    def push_post(self, repository, data):
        return self.ask("POST", f"/v2/{repository}/blobs/uploads/?digest={digest_of(data)}", data)

    def begin(self, repository):
        return self.ask("POST", f"/v2/{repository}/blobs/uploads/")

    def push_put(self, repository, data):
        begun = self.begin(repository)
        if begun.status != 202:
            return begun
        return self.ask("PUT", f"{begun.headers['Location']}?digest={digest_of(data)}", data)

    def push_chunks(self, repository, data, pieces=3):
        begun = self.begin(repository)
        if begun.status != 202:
            return begun
        location = begun.headers["Location"]
        size = max(1, -(-len(data) // pieces))
        for first in range(0, len(data), size):
            chunk = data[first:first + size]
            reply = self.ask("PATCH", location, chunk, {
                "Content-Type": "application/octet-stream",
                "Content-Range": f"{first}-{first + len(chunk) - 1}"})
            if reply.status != 202:
                return reply
        return self.ask("PUT", f"{location}?digest={digest_of(data)}")

    def push_stream(self, repository, data):
        begun = self.begin(repository)
        if begun.status != 202:
            return begun
        location = begun.headers["Location"]
        pieces = [data[first:first + 40000] for first in range(0, len(data), 40000)]
        reply = self.ask("PATCH", location, iter(pieces), {"Transfer-Encoding": "chunked"}, True)
        if reply.status != 202:
            return reply
        return self.ask("PUT", f"{location}?digest={digest_of(data)}")

    FORMS = ("push_post", "push_put", "push_chunks", "push_stream")

    def push(self, form, repository, data):
        return getattr(self, form)(repository, data)

    def mount(self, repository, digest, source=None):
        source = f"&from={source}" if source else ""
        return self.ask("POST", f"/v2/{repository}/blobs/uploads/?mount={digest}{source}")

    def put_manifest(self, repository, reference, data, media_type=MANIFEST):
        return self.ask("PUT", f"/v2/{repository}/manifests/{reference}", data,
                        {"Content-Type": media_type})

    def manifest(self, repository, reference):
        return self.ask("GET", f"/v2/{repository}/manifests/{reference}")

    def blob(self, repository, digest):
        return self.ask("GET", f"/v2/{repository}/blobs/{digest}")

    def delete(self, repository, kind, reference):
        return self.ask("DELETE", f"/v2/{repository}/{kind}/{reference}")


def descriptor(media_type, data):
    return {"mediaType": media_type, "digest": digest_of(data), "size": len(data)}


def image(config, layers, subject=None, artifact_type=None):
    """The bytes of a manifest of these blobs."""
    manifest = {"schemaVersion": 2, "mediaType": MANIFEST,
                "config": descriptor(CONFIG, config),
                "layers": [descriptor(LAYER, layer) for layer in layers]}
    if subject is not None:
        manifest["subject"] = descriptor(MANIFEST, subject)
    if artifact_type is not None:
        manifest["artifactType"] = artifact_type
    return json.dumps(manifest).encode()


def image_index(manifests):
    return json.dumps({"schemaVersion": 2, "mediaType": INDEX,
                       "manifests": [descriptor(MANIFEST, each) for each in manifests]}).encode()
