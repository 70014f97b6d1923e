"""Serves OCI layouts as a read-only registry: slowly if wanted, with a log of every request.

layout_server.py --port-file FILE --log FILE [--rate BYTES] NAME=LAYOUT…: the layout's tags under
the repository NAME, with the referrers API. --rate bounds each response's bytes per second. A line of the log is
"METHOD PATH RANGE" with "-" for no range.
"""
import argparse
import http.server
import json
import os
import threading
import time

from serving import serve

INDEX = "application/vnd.oci.image.index.v1+json"
lock = threading.Lock()


def manifests_of(layout):
    """{tag or digest: (media type, digest)} of everything that the index reaches."""
    with open(os.path.join(layout, "index.json")) as file:
        waiting = json.load(file)["manifests"]
    found = {}
    while waiting:
        entry = waiting.pop()
        kind, digest = entry["mediaType"], entry["digest"]
        found[digest] = (kind, digest)
        tag = entry.get("annotations", {}).get("org.opencontainers.image.ref.name")
        if tag:
            found[tag] = (kind, digest)
        with open(path_of(layout, digest)) as file:
            waiting += json.load(file).get("manifests", [])
    return found


def path_of(layout, digest):
    return os.path.join(layout, "blobs", *digest.split(":", 1))


def referrers_of(layout, subject):
    """Descriptors of the manifests that name `subject`, as the referrers API gives them."""
    found = []
    for digest, (kind, _) in manifests_of(layout).items():
        if not digest.startswith("sha256:"):
            continue
        with open(path_of(layout, digest)) as file:
            text = file.read()
        document = json.loads(text)
        if document.get("subject", {}).get("digest") == subject:
            found.append({"mediaType": kind, "digest": digest, "size": len(text.encode()),
                          "artifactType": document.get("artifactType"),
                          "annotations": document.get("annotations", {})})
    return found


def make_handler(options, layouts):
    class Handler(http.server.BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True

        def do_GET(self):
            with lock, open(options.log, "a") as log:
                log.write(f"{self.command} {self.path} {self.headers.get('Range', '-')}\n")
            if self.path in ("/v2/", "/v2"):
                return self.send_bytes(200, b"{}", {})
            parts = self.path.split("/")
            layout = layouts.get("/".join(parts[2:-2]))
            if layout is None or len(parts) < 5:
                return self.send_bytes(404, b"{}", {})
            if parts[-2] == "referrers":
                index = {"schemaVersion": 2, "mediaType": INDEX,
                         "manifests": referrers_of(layout, parts[-1].split("?")[0])}
                return self.send_bytes(200, json.dumps(index).encode(), {"Content-Type": INDEX})
            if parts[-2] == "manifests":
                kind, digest = manifests_of(layout).get(parts[-1], (None, None))
                headers = {"Content-Type": kind, "Docker-Content-Digest": digest}
            else:
                digest, headers = parts[-1], {"Accept-Ranges": "bytes"}
            if digest is None or not os.path.exists(path_of(layout, digest)):
                return self.send_bytes(404, b"{}", {})
            with open(path_of(layout, digest), "rb") as file:
                self.send_content(file.read(), headers)

        do_HEAD = do_GET

        def send_content(self, data, headers):
            field = self.headers.get("Range", "")
            if not field.startswith("bytes="):
                return self.send_bytes(200, data, headers)
            first, _, last = field[6:].partition("-")
            first, last = int(first), min(int(last or len(data) - 1), len(data) - 1)
            if first > last:
                return self.send_bytes(416, b"", {"Content-Range": f"bytes */{len(data)}"})
            headers["Content-Range"] = f"bytes {first}-{last}/{len(data)}"
            self.send_bytes(206, data[first:last + 1], headers)

        def send_bytes(self, status, data, headers):
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            if self.command == "HEAD":
                return
            step = max(options.rate // 20, 1) if options.rate else 1 << 20
            for offset in range(0, len(data), step):
                self.wfile.write(data[offset:offset + step])
                if options.rate and len(data) > step:
                    time.sleep(0.05)

        def handle(self):
            try:
                super().handle()
            except ConnectionError:
                pass  # the client went away, which is what some tests are about

        def log_message(self, *arguments):
            pass

    return Handler


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--port-file", required=True)
    parser.add_argument("--log", required=True)
    parser.add_argument("--rate", type=int, default=0)
    parser.add_argument("layouts", nargs="+")
    options = parser.parse_args()
    layouts = dict(pair.split("=", 1) for pair in options.layouts)
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), make_handler(options, layouts))
    serve(server, options.port_file)


main()
