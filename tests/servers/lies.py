"""The table of lying servers: what each does, and the outcome that was fixed in advance.

Exit statuses: 0 all the same, 4 access, 5 network, 6 verification. `limit` bounds how many
requests one run may make, `seconds` how long it may take.
"""
import dataclasses
import gzip
import itertools
import json
import time
import typing

from lying_server import CONFIG_DIGEST, LAYER, MANIFEST, TAG

OCI_MANIFEST = "application/vnd.oci.image.manifest.v1+json"
OCI_INDEX = "application/vnd.oci.image.index.v1+json"
HTML = b"<html><body>Please log in to the wireless network</body></html>"


@dataclasses.dataclass
class Lie:
    name: str
    status: int
    says: str
    hook: typing.Callable
    command: str = "unpack"
    login: bool = False  # berth has credentials for the liar
    tls: bool = False
    limit: int = 40
    seconds: float = 25
    slow: bool = False  # in the long form only


LIES = []
FOREIGN = None  # the other origin, set before a run


def lie(name, status, says="", **options):
    def add(hook):
        LIES.append(Lie(name, status, says, hook, **options))
        return hook
    return add


def foreign():
    return FOREIGN


# Bodies.

@lie("wrong-digest", 6, "digest")
def _(x):
    if x.is_layer:
        x.reply(200, LAYER[:-1] + b"\xff")


@lie("wrong-digest-every-byte", 6, "digest")
def _(x):
    if x.is_layer:
        x.reply(200, bytes(len(LAYER)))


@lie("wrong-config", 6)
def _(x):
    if x.is_blob and not x.is_layer:
        x.reply(200, b"{" + b" " * 10_000 + b"}")


@lie("wrong-manifest-by-digest", 6, "digest", command="unpack-digest")
def _(x):
    if x.is_manifest:
        x.reply(200, MANIFEST + b" ", {"Content-Type": OCI_MANIFEST})


@lie("digest-header-lies", 6, "digest")
def _(x):
    if x.is_manifest:
        x.reply(200, MANIFEST, {"Content-Type": OCI_MANIFEST,
                                "Docker-Content-Digest": "sha256:" + "0" * 64})


@lie("digest-header-malformed", 0)
def _(x):  # only the bytes count: a header that is no digest says nothing
    if x.is_manifest:
        x.reply(200, MANIFEST, {"Content-Type": OCI_MANIFEST, "Docker-Content-Digest": "../../x"})


@lie("short-body", 6)
def _(x):
    if x.is_layer:
        x.reply(200, LAYER[:1000])


@lie("long-body", 6)
def _(x):
    if x.is_layer:
        x.reply(200, LAYER + b"and more")


@lie("endless-body", 6)
def _(x):
    if x.is_layer:
        x.stream(200, {}, itertools.chain([LAYER], itertools.repeat(bytes(65536))))


@lie("cut-body", 5)
def _(x):
    if x.is_layer:
        x.reply(200, LAYER[:0] if x.count("layer") > 1 else LAYER[:1000], length=len(LAYER))
        x.cut()


@lie("cut-often-but-honest", 0)
def _(x):  # each answer ends after 200 kB: ranges bring the rest
    if x.is_layer:
        first, last = x.wanted_range(LAYER) or (0, len(LAYER) - 1)
        whole = LAYER[first:last + 1]
        x.reply(206 if first else 200, whole[:200_000],
                {"Content-Range": f"bytes {first}-{last}/{len(LAYER)}"} if first else {},
                length=len(whole))
        x.cut()


@lie("cut-then-ranges-ignored", 0)
def _(x):
    if x.is_layer and x.count("layer") == 1:
        x.reply(200, LAYER[:200_000], length=len(LAYER))
        x.cut()
    elif x.is_layer:
        x.reply(200, LAYER)


def cut_first(x, then):
    """The first answer is cut short; `then` answers the request for the rest."""
    if not x.is_layer:
        return
    if x.count("layer") == 1:
        x.reply(200, LAYER[:200_000], {"Accept-Ranges": "bytes"}, length=len(LAYER))
        x.cut()
    elif x.wanted_range(LAYER):
        then(x, *x.wanted_range(LAYER))


@lie("content-range-other-offset", 5)
def _(x):
    cut_first(x, lambda x, first, last: x.reply(
        206, LAYER[first:], {"Content-Range": f"bytes {first - 7}-{last - 7}/{len(LAYER)}"}))


@lie("content-range-missing", 5)
def _(x):
    cut_first(x, lambda x, first, last: x.reply(206, LAYER[first:]))


@lie("content-range-other-total", 5)
def _(x):
    cut_first(x, lambda x, first, last: x.reply(
        206, LAYER[first:], {"Content-Range": f"bytes {first}-{last}/{len(LAYER) * 2}"}))


@lie("content-range-enormous", 5)
def _(x):
    cut_first(x, lambda x, first, last: x.reply(
        206, LAYER[first:], {"Content-Range": "bytes 99999999999999999999-1/7"}))


@lie("range-other-bytes", 6, "digest")
def _(x):
    cut_first(x, lambda x, first, last: x.reply(
        206, bytes(last + 1 - first), {"Content-Range": f"bytes {first}-{last}/{len(LAYER)}"}))


@lie("range-longer", 6)
def _(x):
    cut_first(x, lambda x, first, last: x.reply(
        206, LAYER[first:] + b"more", {"Content-Range": f"bytes {first}-{last}/{len(LAYER)}"}))


@lie("gzip-content-encoding", 6)
def _(x):
    if x.is_layer:
        x.reply(200, gzip.compress(LAYER, 1), {"Content-Encoding": "gzip"})


@lie("blob-is-a-web-page", 6)
def _(x):
    if x.is_layer:
        x.reply(200, HTML, {"Content-Type": "text/html"})


@lie("blob-204", 5)
def _(x):
    if x.is_layer:
        x.reply(204)


# Manifests.

def manifest_answer(name, status, says="", body=MANIFEST, kind=OCI_MANIFEST, **options):
    @lie(name, status, says, **options)
    def _(x):
        if x.is_manifest:
            x.reply(200, body, {"Content-Type": kind})


manifest_answer("manifest-not-json", 6, body=b"{oops")
manifest_answer("manifest-empty", 6, body=b"")
manifest_answer("manifest-huge", 6, "4", body=MANIFEST + b" " * (5 << 20))
manifest_answer("manifest-is-a-web-page", 6, body=HTML, kind="text/html")
manifest_answer("manifest-called-index", 6, kind=OCI_INDEX)
manifest_answer("manifest-both", 6, body=MANIFEST[:-1] + b', "manifests": []}')


@lie("manifest-endless", 6, "4")
def _(x):
    if x.is_manifest:
        x.stream(200, {"Content-Type": OCI_MANIFEST}, itertools.repeat(b" " * 65536))


@lie("manifest-length-enormous", 6, "4")
def _(x):
    if x.is_manifest:
        x.reply(200, MANIFEST, {"Content-Type": OCI_MANIFEST}, length=1 << 60)


@lie("manifest-gone", 3, TAG)
def _(x):
    if x.is_manifest:
        x.not_found("MANIFEST_UNKNOWN")


@lie("error-body-endless", 5)
def _(x):
    if x.is_manifest:
        x.stream(500, {"Content-Type": "application/json"}, itertools.repeat(b"e" * 65536))


@lie("error-body-with-escapes", 3)
def _(x):  # what a terminal would act on must not reach it
    if x.is_manifest:
        x.reply(404, json.dumps({"errors": [{"code": "MANIFEST_UNKNOWN",
                                             "message": "\x1b]0;owned\x07\x1b[2J"}]}).encode(),
                {"Content-Type": "application/json"})


# Framing.

def raw_answer(name, status, data, says="", **options):
    @lie(name, status, says, **options)
    def _(x):
        if x.is_manifest:
            x.raw(data)


raw_answer("not-http", 5, b"220 smtp.example.org ready\r\n" * 40)
raw_answer("empty-answer", 5, b"")
raw_answer("bad-status-line", 5, b"HTTP/1.1 abc OK\r\n\r\n")
raw_answer("two-lengths", 5, b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 900\r\n\r\n")
raw_answer("negative-length", 5, b"HTTP/1.1 200 OK\r\nContent-Length: -5\r\n\r\n")
raw_answer("huge-header", 6, b"HTTP/1.1 200 OK\r\nX: " + b"x" * (1 << 20) + b"\r\n\r\n")
raw_answer("many-headers", 6, b"HTTP/1.1 200 OK\r\n" + b"X-A: b\r\n" * 100_000 + b"\r\n")
raw_answer("bad-chunk", 5, b"HTTP/1.1 200 OK\r\nContent-Type: " + OCI_MANIFEST.encode() +
           b"\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\nhello\r\n0\r\n\r\n")
raw_answer("interim-storm", 6, b"HTTP/1.1 103 Early Hints\r\nX: y\r\n\r\n" * 20_000)


@lie("headers-endless", 6)
def _(x):
    if x.is_manifest:
        x.raw(b"HTTP/1.1 200 OK\r\n")
        while True:
            x.wfile.write(b"X-More: and more and more\r\n" * 1000)


# Redirects.

def redirect(name, status, target, says="", **options):
    @lie(name, status, says, **options)
    def _(x):
        if x.is_layer:
            where = target(x)
            x.reply(307, headers={"Location": where} if where is not None else {})


redirect("redirect-foreign", 0, lambda x: f"http://{foreign()}{x.path}", login=True)
redirect("redirect-loop", 5, lambda x: x.path, "redirect")
redirect("redirect-chain", 5, lambda x: x.path.split("?")[0] + f"?n={x.count('n')}", "redirect")
redirect("redirect-without-location", 5, lambda x: None)
redirect("redirect-to-file", 5, lambda x: "file:///etc/passwd")
redirect("redirect-to-gopher", 5, lambda x: f"gopher://{foreign()}/x")
redirect("redirect-to-nonsense", 5, lambda x: "http://:::bad")
redirect("redirect-with-password", 5, lambda x: f"http://a:b@{foreign()}{x.path}", login=True)
redirect("redirect-downgrade", 5, lambda x: f"http://{foreign()}{x.path}", tls=True, login=True)


@lie("redirect-manifest-foreign", 0, login=True)
def _(x):
    if x.is_manifest:
        x.reply(302, headers={"Location": f"http://{foreign()}{x.path}"})


@lie("redirect-wrong-bytes", 6)
def _(x):
    if x.is_layer:
        x.reply(307, headers={"Location": f"http://{foreign()}/v2/{x.repository}/blobs/" +
                              CONFIG_DIGEST})


# Challenges and tokens.


def challenged(name, status, challenge, says="", token=None, **options):
    """401 with this challenge until a bearer token comes; /token answers with `token`."""
    options.setdefault("login", True)

    @lie(name, status, says, **options)
    def _(x):
        if x.path.startswith("/token"):
            token(x)
        elif not x.authorization.startswith("Bearer "):
            x.reply(401, b"{}", {"WWW-Authenticate": challenge(x)})


def own_realm(x):
    scheme = "https" if x.server.tls else "http"
    return f'Bearer realm="{scheme}://{x.server.origin}/token/{x.repository}",service="s"'


def good_token(x):
    x.reply(200, b'{"token": "good", "expires_in": 300}', {"Content-Type": "application/json"})


challenged("realm-foreign", 4, lambda x: f'Bearer realm="http://{foreign()}/token/{x.repository}"',
           "realm")
challenged("realm-downgrade", 4,
           lambda x: f'Bearer realm="http://{foreign()}/token/{x.repository}"', tls=True)
challenged("realm-file", 4, lambda x: 'Bearer realm="file:///etc/passwd"')
challenged("realm-missing", 4, lambda x: 'Bearer service="s"')
challenged("realm-relative", 4, lambda x: 'Bearer realm="/token"')
challenged("realm-with-password", 4, lambda x: f'Bearer realm="http://a:b@{foreign()}/token"')
challenged("challenge-unknown", 4, lambda x: "Negotiate")
challenged("challenge-garbage", 4, lambda x: 'Bearer realm="unterminated, ,,=="')
challenged("challenge-huge", 4, lambda x: "Bearer " + ",".join(f'p{i}="v"' for i in range(4000)))
challenged("token-not-json", 5, own_realm, token=lambda x: x.reply(200, HTML))
challenged("token-missing", 5, own_realm, token=lambda x: x.reply(200, b"{}"))
challenged("token-too-large", 6, own_realm, token=lambda x: x.reply(
    200, json.dumps({"token": "t" * 200_000}).encode()))
challenged("token-endless", 6, own_realm, token=lambda x: x.stream(
    200, {}, itertools.repeat(b" " * 65536)))
challenged("token-with-newline", 5, own_realm, token=lambda x: x.reply(
    200, json.dumps({"token": "a\r\nX-Evil: 1"}).encode()))
challenged("token-server-refuses", 4, own_realm, token=lambda x: x.reply(401, b"{}"))
challenged("token-server-fails", 5, own_realm, token=lambda x: x.reply(500, b"{}"))
challenged("token-redirects-foreign", 4, own_realm, token=lambda x: x.reply(
    307, headers={"Location": f"http://{foreign()}/token/{x.repository}"}))
challenged("token-good", 0, own_realm, token=good_token)
challenged("token-life-enormous", 0, own_realm, token=lambda x: x.reply(
    200, b'{"token": "good", "expires_in": 99999999999999999999}'))


@lie("always-401-after-token", 4, login=True)
def _(x):
    if x.path.startswith("/token"):
        good_token(x)
    else:
        x.reply(401, b"{}", {"WWW-Authenticate": own_realm(x)})


@lie("always-401-basic", 4, login=True)
def _(x):
    x.reply(401, b"{}", {"WWW-Authenticate": 'Basic realm="x"'})


@lie("forbidden", 4, login=True)
def _(x):
    x.reply(403, b'{"errors": [{"code": "DENIED", "message": "no"}]}')


# Retries.

@lie("429-storm", 5, "too many", limit=12)
def _(x):
    x.reply(429, b"{}", {"Retry-After": "0"})


@lie("429-then-well", 0)
def _(x):
    if x.is_manifest and x.count("manifest") <= 2:
        x.reply(429, b"{}", {"Retry-After": "1"})


@lie("429-tomorrow", 5, limit=12, seconds=20)
def _(x):  # nobody waits a day without being asked
    if x.is_manifest:
        x.reply(429, b"{}", {"Retry-After": "86400"})


@lie("retry-after-nonsense", 5, limit=12)
def _(x):
    if x.is_manifest:
        x.reply(429, b"{}", {"Retry-After": "-99999999999999999999"})


@lie("503-then-well", 0)
def _(x):
    if x.is_layer and x.count("layer") <= 2:
        x.reply(503, b"")


@lie("500-storm", 5, limit=12)
def _(x):
    x.reply(500, b"oops")


@lie("reset-storm", 5, limit=12)
def _(x):
    x.answered = True
    x.cut()


# Lists.

def tags_answer(name, status, says="", **options):
    def add(page):
        @lie(name, status, says, command="tags", **options)
        def _(x):
            if "/tags/list" in x.path:
                page(x)
    return add


def page_of(x, tags, link=None):
    headers = {"Content-Type": "application/json"}
    if link:
        headers["Link"] = f'<{link}>; rel="next"'
    x.reply(200, json.dumps({"name": x.repository, "tags": tags}).encode(), headers)


tags_answer("link-honest", 0)(lambda x: page_of(
    x, [f"t{x.count('t')}"],
    f"/v2/{x.repository}/tags/list?last=t{x.count('n')}&n=1" if x.count("page") < 4 else None))
tags_answer("link-loop", 5, "page", limit=5000)(lambda x: page_of(x, ["a"], x.path))
tags_answer("link-loop-of-two", 5, "page", limit=5000)(lambda x: page_of(
    x, ["a"], f"/v2/{x.repository}/tags/list?last={'b' if x.path.endswith('a') else 'a'}"))
tags_answer("link-foreign", 5, login=True)(lambda x: page_of(
    x, ["a"], f"http://{foreign()}/v2/{x.repository}/tags/list?last=a"))
tags_answer("link-to-file", 5)(lambda x: page_of(x, ["a"], "file:///etc/passwd"))
tags_answer("link-endless", 5, limit=20_000, seconds=150, slow=True)(lambda x: page_of(
    x, ["t%d" % x.count("t")], f"/v2/{x.repository}/tags/list?last={x.count('page')}"))
tags_answer("link-garbage", 5)(lambda x: page_of(x, ["a"], "<<>>;;rel"))
tags_answer("tags-not-json", 5)(lambda x: x.reply(200, HTML))
tags_answer("tags-not-a-list", 5)(lambda x: page_of(x, {"a": 1}))
tags_answer("tags-null", 0)(lambda x: page_of(x, None))
tags_answer("tags-with-escapes", 5)(lambda x: page_of(x, ["\x1b[2Jowned"]))
tags_answer("tags-endless", 6)(lambda x: x.stream(
    200, {"Content-Type": "application/json"},
    itertools.chain([b'{"tags": ['], itertools.repeat(b'"aaaaaaaaaaaaaaa",' * 4000))))


# Uploads.

def upload_answer(name, status, says="", **options):
    def add(answer):
        @lie(name, status, says, command="push", **options)
        def _(x):
            if x.command == "HEAD":
                x.reply(404)
            elif x.command == "POST":
                answer(x)
    return add


upload_answer("upload-foreign", 5, login=True)(lambda x: x.reply(
    202, headers={"Location": f"http://{foreign()}/v2/{x.repository}/blobs/uploads/1"}))
upload_answer("upload-to-file", 5)(lambda x: x.reply(
    202, headers={"Location": "file:///tmp/berth-evil"}))
upload_answer("upload-without-location", 5)(lambda x: x.reply(202))
upload_answer("upload-denied", 4)(lambda x: x.reply(403, b"{}"))


@lie("upload-other-digest", 6, "digest", command="push")
def _(x):
    if x.command == "HEAD":
        x.reply(404)
    elif x.command == "PUT":
        x.reply(201, headers={"Location": x.path, "Docker-Content-Digest": "sha256:" + "0" * 64})


# Patience, in the long form only: what nobody should wait for in a quick test.

@lie("slow-drip", 5, slow=True, seconds=400)
def _(x):
    if x.is_layer:
        x.answered = True
        x.send_response(200)
        x.send_header("Content-Length", str(len(LAYER)))
        x.end_headers()
        for i in range(0, len(LAYER), 1):
            x.wfile.write(LAYER[i:i + 1])
            x.wfile.flush()
            time.sleep(1)


@lie("silence", 5, slow=True, seconds=500)
def _(x):
    if x.is_manifest:
        time.sleep(600)


@lie("silence-in-the-middle", 5, slow=True, seconds=500)
def _(x):
    if x.is_layer:
        x.answered = True
        x.send_response(200)
        x.send_header("Content-Length", str(len(LAYER)))
        x.end_headers()
        x.wfile.write(LAYER[:5000])
        x.wfile.flush()
        time.sleep(600)
