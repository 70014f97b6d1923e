"""A token server as docker-registry's token authentication expects it (RS256, x5c header).

Anonymous callers may pull public/*; the one user may do everything. Each request for a token
leaves a line in FOLDER/tokens.log: "USER SCOPE SCOPE…". The port is written to FOLDER/port.
"""
import argparse
import base64
import hmac
import http.server
import json
import os
import re
import subprocess
import time
import urllib.parse

from serving import serve


def base64url(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=")


def certificate_der(path):
    with open(path) as file:
        body = re.search("-----BEGIN CERTIFICATE-----(.*?)-----END", file.read(), re.S).group(1)
    return "".join(body.split())


class Issuer:
    def __init__(self, folder, life):
        self.key = os.path.join(folder, "token.key")
        self.header = {"typ": "JWT", "alg": "RS256",
                       "x5c": [certificate_der(os.path.join(folder, "token.pem"))]}
        self.life = life

    def sign(self, user, access):
        now = int(time.time())
        claims = {"iss": "berth-test-issuer", "sub": user, "aud": "berth-test",
                  "exp": now + self.life, "nbf": now - 10, "iat": now,
                  "jti": base64url(os.urandom(12)).decode(), "access": access}
        text = b".".join(base64url(json.dumps(part).encode()) for part in (self.header, claims))
        signature = subprocess.run(["openssl", "dgst", "-sha256", "-sign", self.key],
                                   input=text, capture_output=True, check=True).stdout
        return (text + b"." + base64url(signature)).decode()


def granted(user, scopes):
    """What `user` may do of what was asked: [{type, name, actions}]."""
    access = []
    for scope in scopes:
        kind, _, rest = scope.partition(":")
        name, _, actions = rest.rpartition(":")
        wanted = actions.split(",")
        if not user:
            wanted = [a for a in wanted if a == "pull" and name.startswith("public/")]
        if wanted:
            access.append({"type": kind, "name": name, "actions": wanted})
    return access


def make_handler(options, issuer):
    class Handler(http.server.BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True

        def user(self):
            """The caller's name, "" for nobody, None for bad credentials."""
            field = self.headers.get("Authorization")
            if field is None:
                return ""
            kind, _, value = field.partition(" ")
            wanted = f"{options.user}:{options.password}".encode()
            given = base64.b64decode(value) if kind.lower() == "basic" else b""
            return options.user if hmac.compare_digest(given, wanted) else None

        def answer(self, status, body):
            data = json.dumps(body).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        def do_GET(self):
            url = urllib.parse.urlsplit(self.path)
            query = urllib.parse.parse_qs(url.query)
            user = self.user()
            scopes = [s for value in query.get("scope", []) for s in value.split()]
            with open(os.path.join(options.folder, "tokens.log"), "a") as log:
                log.write(f"{'REFUSED' if user is None else user or '-'} {' '.join(scopes)}\n")
            if url.path != "/token":
                self.answer(404, {})
            elif user is None:
                self.answer(401, {"errors": [{"code": "UNAUTHORIZED", "message": "who are you?"}]})
            else:
                token = issuer.sign(user, granted(user, scopes))
                self.answer(200, {"token": token, "expires_in": issuer.life,
                                  "issued_at": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())})

        def do_POST(self):  # No OAuth2: clients fall back to GET.
            self.rfile.read(int(self.headers.get("Content-Length", 0)))
            self.answer(404, {})

        def log_message(self, *arguments):
            pass

    return Handler


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--folder", required=True)
    parser.add_argument("--user", required=True)
    parser.add_argument("--password", required=True)
    parser.add_argument("--life", type=int, default=300)
    options = parser.parse_args()
    handler = make_handler(options, Issuer(options.folder, options.life))
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
    serve(server, os.path.join(options.folder, "port"))


main()
