"""A registry that lies on demand: the repository's name says which lie.

Liar serves one good image under every repository name; a scenario's hook sees each request first
and may answer in its place. Foreign is another origin (127.0.0.2), to which no credential may
ever go. Both note what they were asked.
"""
import collections
import http.server
import json
import random
import socket
import socketserver
import ssl
import sys
import threading

sys.path.insert(0, __file__.rsplit("/", 2)[0] + "/python")
import rawtar as tar  # noqa: E402
from layout import OCI_CONFIG, OCI_LAYER, OCI_MANIFEST, digest_of  # noqa: E402

USER, PASSWORD = "robot", "s3cret"
TAG = "v1"


def descriptor(data, media_type):
    return {"mediaType": media_type, "digest": digest_of(data), "size": len(data)}


# 600 KB that do not compress, so that bodies can be cut in many places.
LAYER = tar.archive(tar.file("data", random.Random(7).randbytes(600_000)))
CONFIG = json.dumps({"os": "linux", "architecture": "amd64", "config": {"Cmd": ["/data"]},
                     "rootfs": {"type": "layers", "diff_ids": [digest_of(LAYER)]}}).encode()
MANIFEST = json.dumps({"schemaVersion": 2, "mediaType": OCI_MANIFEST,
                       "config": descriptor(CONFIG, OCI_CONFIG),
                       "layers": [descriptor(LAYER, OCI_LAYER)]}).encode()
BLOBS = {digest_of(data): data for data in (CONFIG, LAYER)}
MANIFEST_DIGEST = digest_of(MANIFEST)
LAYER_DIGEST = digest_of(LAYER)
CONFIG_DIGEST = digest_of(CONFIG)


class Exchange(http.server.BaseHTTPRequestHandler):
    """One request. Hooks use reply() for honest framing and raw() for anything else."""
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def reply(self, status, body=b"", headers=(), length=None):
        self.answered = True
        self.send_response(status)
        for name, value in (headers.items() if isinstance(headers, dict) else headers):
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body) if length is None else length))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def raw(self, data):
        """Bytes of our own in place of a response; the connection ends after them."""
        self.answered = True
        self.close_connection = True
        self.wfile.write(data)
        self.wfile.flush()

    def stream(self, status, headers, pieces):
        """A chunked body that may never end."""
        self.answered = True
        self.close_connection = True
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()
        for piece in pieces:
            self.wfile.write(b"%x\r\n%s\r\n" % (len(piece), piece))
        self.wfile.write(b"0\r\n\r\n")

    def cut(self):
        """Ends the connection in the middle of whatever was promised."""
        self.close_connection = True
        self.wfile.flush()
        try:
            self.connection.shutdown(socket.SHUT_RDWR)
        except OSError:
            pass

    @property
    def repository(self):
        parts = self.path.split("?")[0].split("/")
        return parts[2] if len(parts) > 2 else ""

    @property
    def last(self):
        return self.path.split("?")[0].rsplit("/", 1)[-1]

    @property
    def is_blob(self):
        return "/blobs/sha256:" in self.path

    @property
    def is_layer(self):
        return self.path.split("?")[0].endswith("/blobs/" + LAYER_DIGEST)

    @property
    def is_manifest(self):
        return "/manifests/" in self.path

    @property
    def authorization(self):
        return self.headers.get("Authorization", "")

    def count(self, what):
        """How often this scenario has come by here, from 1."""
        with self.server.lock:
            self.server.counters[self.repository, what] += 1
            return self.server.counters[self.repository, what]

    def read_body(self):
        if "chunked" in self.headers.get("Transfer-Encoding", ""):
            data = b""
            while size := int(self.rfile.readline().split(b";")[0], 16):
                data += self.rfile.read(size)
                self.rfile.readline()
            self.rfile.readline()
            return data
        return self.rfile.read(int(self.headers.get("Content-Length", 0)))

    def handle_any(self):
        self.answered = False
        note = (self.command, self.path, self.authorization, dict(self.headers))
        with self.server.lock:
            self.server.requests[self.scenario_name()].append(note)
        self.body = self.read_body()
        self.respond()

    do_GET = do_HEAD = do_POST = do_PUT = do_PATCH = do_DELETE = handle_any

    def scenario_name(self):
        return self.repository

    def respond(self):
        hook = self.server.hooks.get(self.repository)
        if hook:
            hook(self)
        if not self.answered:
            self.honest()

    def honest(self):
        if self.path in ("/v2/", "/v2"):
            self.reply(200, b"{}")
        elif self.command == "POST":
            self.reply(202, headers={"Location": f"/v2/{self.repository}/blobs/uploads/1"})
        elif self.command == "PUT":
            digest = self.path.split("digest=")[-1].replace("%3A", ":")
            if self.is_manifest:
                digest = digest_of(self.body)
            self.reply(201, headers={"Location": self.path, "Docker-Content-Digest": digest})
        elif self.is_manifest:
            known = self.last in (TAG, MANIFEST_DIGEST)
            self.reply(200, MANIFEST, {"Content-Type": OCI_MANIFEST,
                                       "Docker-Content-Digest": MANIFEST_DIGEST}) \
                if known else self.not_found("MANIFEST_UNKNOWN")
        elif self.is_blob and self.last in BLOBS:
            self.blob(BLOBS[self.last])
        elif self.path.split("?")[0].endswith("/tags/list"):
            self.reply(200, json.dumps({"name": self.repository, "tags": [TAG]}).encode(),
                       {"Content-Type": "application/json"})
        else:
            self.not_found("BLOB_UNKNOWN")

    def not_found(self, code):
        body = json.dumps({"errors": [{"code": code, "message": "not here"}]}).encode()
        self.reply(404, body, {"Content-Type": "application/json"})

    def wanted_range(self, data):
        """(first, last) asked for, or nothing."""
        field = self.headers.get("Range", "")
        if not field.startswith("bytes="):
            return None
        first, _, last = field[6:].partition("-")
        return int(first), min(int(last) if last else len(data) - 1, len(data) - 1)

    def blob(self, data):
        wanted = self.wanted_range(data)
        if wanted is None:
            self.reply(200, data, {"Accept-Ranges": "bytes"})
        else:
            first, last = wanted
            self.reply(206, data[first:last + 1],
                       {"Content-Range": f"bytes {first}-{last}/{len(data)}"})

    def handle(self):
        try:
            super().handle()
        except (ConnectionError, ssl.SSLError, ValueError, OSError):
            pass  # the client had enough, which is often the point

    def log_message(self, *arguments):
        pass


class Foreign(Exchange):
    """Another origin: answers like a registry, remembers who gave it a credential."""

    def scenario_name(self):
        for part in self.path.replace("?", "/").replace("=", "/").split("/"):
            if part in self.server.names:
                return part
        return "?"

    def respond(self):
        if self.path.startswith("/token"):
            self.reply(200, b'{"token": "foreign"}', {"Content-Type": "application/json"})
        else:
            self.honest()

    @property
    def repository(self):
        return self.scenario_name()


class Server(socketserver.ThreadingMixIn, http.server.HTTPServer):
    daemon_threads = True
    request_queue_size = 128

    def __init__(self, address, handler, hooks, tls=None):
        super().__init__((address, 0), handler)
        self.hooks, self.names, self.lock = hooks, set(hooks), threading.Lock()
        self.requests = collections.defaultdict(list)
        self.counters = collections.Counter()
        self.tls = tls
        self.origin = f"{address}:{self.server_address[1]}"
        threading.Thread(target=self.serve_forever, args=(0.05,), daemon=True).start()

    def finish_request(self, request, client_address):
        if self.tls:  # in the request's own thread: a bad handshake must not stop the others
            request = self.tls.wrap_socket(request, server_side=True)
        super().finish_request(request, client_address)

    def handle_error(self, request, client_address):
        pass


def tls_context(certificate, key):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    return context
