"""Says things to berth that no client should: malformed heads and bodies, pipelined garbage,
connections that stay half open, floods. Each is refused as it should be; others are served
meanwhile, nothing is smuggled, and memory stays bounded.

    bad_requests.py BERTH DIR
"""
import os
import re
import resource
import socket
import sys
import time

import registry

LONG = bool(os.environ.get("BERTH_LONG"))
HALF_OPEN = 500
MOST_MEMORY_KB = 96 * 1024 # more than at rest, with everything below going on
HOST = b"Host: h\r\n"


class Raw:
    """A connection that sends what it is told."""

    def __init__(self, port):
        self.socket = socket.create_connection(("127.0.0.1", port), timeout=20)

    def send(self, data):
        try:
            self.socket.sendall(data)
        except OSError:
            pass # refused before it was all said
        return self

    def end(self):
        self.socket.shutdown(socket.SHUT_WR)
        return self

    def receive(self, enough=None):
        """All until the server closes, or until `enough` is in it."""
        data = b""
        try:
            while enough is None or enough not in data:
                piece = self.socket.recv(65536)
                if not piece:
                    break
                data += piece
        except ConnectionError:
            pass
        return data

    def close(self):
        self.socket.close()


def head(line, *fields, host=HOST):
    return line + b"\r\n" + host + b"".join(field + b"\r\n" for field in fields) + b"\r\n"


def answers(data):
    return len(re.findall(rb"HTTP/1\.1 \d{3} ", data))


GET = b"GET /v2/ HTTP/1.1"
PUT = b"PUT /token HTTP/1.1" # answered at once, whatever follows

# What is sent, and the statuses that are right; 0 is closing without a word.
REFUSED = [
    ("bytes that are no text", bytes(range(128, 256)) * 4, {400}),
    ("zeros", b"\0" * 1000, {400}),
    ("a TLS hello", b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + b"x" * 500, {400}),
    ("HTTP/2 without asking", b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", {400, 505}),
    ("HTTP/0.9", b"GET /v2/\r\n\r\n", {400, 505}),
    ("HTTP/1.2", head(b"GET /v2/ HTTP/1.2"), {400, 505}),
    ("HTTP/3.7", head(b"GET /v2/ HTTP/3.7"), {400, 505}),
    ("no version", head(b"GET /v2/ HTTP/"), {400, 505}),
    ("two spaces", head(b"GET  /v2/ HTTP/1.1"), {400}),
    ("a tab for a space", head(b"GET\t/v2/ HTTP/1.1"), {400}),
    ("no target", head(b"GET HTTP/1.1"), {400}),
    ("a target with a space", head(b"GET /v2/ x HTTP/1.1"), {400, 505}),
    ("absolute form without a host", head(b"GET http:///v2/ HTTP/1.1"), {400}),
    ("absolute form with a user", head(b"GET http://u@h/v2/ HTTP/1.1"), {400}),
    ("authority form", head(b"CONNECT h:443 HTTP/1.1"), {400}),
    ("asterisk form", head(b"OPTIONS * HTTP/1.1"), {400}),
    ("a fragment", head(b"GET /v2/#x HTTP/1.1"), {400}),
    ("a control character in the target", head(b"GET /v2/\x01 HTTP/1.1"), {400}),
    ("a byte above 127 in the target", head(b"GET /v2/\xc3\xa9 HTTP/1.1"), {400}),
    ("a target of 9 KiB", head(b"GET /" + b"a" * 9000 + b" HTTP/1.1"), {414}),
    ("a target of 70 KiB", head(b"GET /" + b"a" * 70000 + b" HTTP/1.1"), {414, 431}),
    ("a method of 9 KiB", head(b"G" * 9000 + b" / HTTP/1.1"), {400, 405, 414, 431}),
    ("no Host", head(GET, host=b""), {400}),
    ("two Hosts", head(GET, b"Host: i"), {400}),
    ("a Host with a quote", head(GET, host=b'Host: a"b\r\n'), {400}),
    ("a Host with a slash", head(GET, host=b"Host: a/b\r\n"), {400}),
    ("a folded field", head(GET, b"X: a\r\n b"), {400}),
    ("a field folded by a tab", head(GET, b"X: a\r\n\tb"), {400}),
    ("a space before the colon", head(GET, b"X : a"), {400}),
    ("a field without a colon", head(GET, b"X"), {400}),
    ("a field without a name", head(GET, b": a"), {400}),
    ("a zero in a field", head(GET, b"X: a\0b"), {400}),
    ("a lone CR in a field", head(GET, b"X: a\rb"), {400}),
    ("300 fields", head(GET, *[b"X: a"] * 300), {431}),
    ("a field of 100 KiB", head(GET, b"X: " + b"a" * 100_000), {431}),
    ("a head of 10 MiB", GET + b"\r\n" + HOST + b"X: a\r\n" * 1_700_000, {431}),
    ("length and chunks", head(PUT, b"Content-Length: 5", b"Transfer-Encoding: chunked")
     + b"0\r\n\r\n", {400}),
    ("chunks and length", head(PUT, b"Transfer-Encoding: chunked", b"Content-Length: 5")
     + b"0\r\n\r\n", {400}),
    ("two codings", head(PUT, b"Transfer-Encoding: chunked", b"Transfer-Encoding: chunked"),
     {400}),
    ("gzip as coding", head(PUT, b"Transfer-Encoding: gzip, chunked"), {400, 501}),
    ("identity as coding", head(PUT, b"Transfer-Encoding: identity"), {400, 501}),
    ("a coding with a strange space", head(PUT, b"Transfer-Encoding: \x0bchunked"), {400, 501}),
    ("chunks in HTTP/1.0", head(b"PUT /token HTTP/1.0", b"Transfer-Encoding: chunked"), {400}),
    ("two lengths", head(PUT, b"Content-Length: 5", b"Content-Length: 6"), {400}),
    ("two equal lengths in one field", head(PUT, b"Content-Length: 5, 5"), {400}),
    ("a negative length", head(PUT, b"Content-Length: -1"), {400}),
    ("a signed length", head(PUT, b"Content-Length: +5"), {400}),
    ("a length in hex", head(PUT, b"Content-Length: 0x5"), {400}),
    ("a length that overflows", head(PUT, b"Content-Length: 99999999999999999999999"), {400}),
    ("an unknown expectation", head(PUT, b"Content-Length: 5", b"Expect: wonders"), {417}),
]

BAD_CHUNKS = [b"x\r\n", b"-1\r\n", b"\r\n", b"5", b"1 2\r\nab\r\n", b"0x5\r\nhello\r\n",
              b"FFFFFFFFFFFFFFFF\r\n", b"10000000000000000\r\n", b"5\r\nhelloX\r\n",
              b"5\nhello\n", b"5;" + b"x" * 10_000 + b"\r\nhello\r\n",
              b"2\r\nhe\r\n0\r\n" + b"T: x\r\n" * 10_000]


class Test:
    def __init__(self, berth, data):
        self.server = registry.Server(berth, data)
        self.port = self.server.port
        self.client = self.server.client()
        self.authorization = b"Authorization: " + self.client.authorization.encode()
        assert self.client.push_post("team/app", b"bytes").status == 201

    def raw(self):
        return Raw(self.port)

    def served(self, what):
        """Others get their answers, and soon."""
        begin = time.monotonic()
        reply = self.client.blob("team/app", registry.digest_of(b"bytes"))
        took = time.monotonic() - begin
        assert reply.status == 200 and reply.body == b"bytes", (what, reply)
        assert took < 5, f"{what}: others waited {took:.1f} s"

    def refused(self):
        wrong = []
        for what, data, statuses in REFUSED:
            answer = self.raw().send(data).end().receive()
            status = int(answer.split(b" ", 2)[1]) if answer.startswith(b"HTTP/1.") else 0
            if status not in statuses:
                wrong.append(f"{what}: expected {statuses}, got {answer[:200]}")
            if answers(answer) != 1:
                wrong.append(f"{what}: more than one answer: {answer[:500]}")
        assert not wrong, "\n".join(wrong)
        self.served("malformed heads")

    def chunks(self):
        for data in BAD_CHUNKS:
            location = self.client.begin("team/app").headers["Location"]
            connection = self.raw().send(head(b"PATCH " + location.encode() + b" HTTP/1.1",
                                              self.authorization, b"Transfer-Encoding: chunked"))
            answer = connection.send(data).end().receive()
            # What ends in the middle has nobody left to be told, but may be.
            assert answer.startswith((b"HTTP/1.1 400 ", b"HTTP/1.1 499 ")) or not answer, \
                (data[:50], answer[:300])
            assert answers(answer) <= 1, (data[:50], answer)
            assert self.client.ask("DELETE", location).status == 204
        self.served("malformed chunks")

    def pipelined(self):
        """Requests that came together are answered in turn, up to the one that is none."""
        answer = self.raw().send(head(b"GET /healthz HTTP/1.1") * 3 + b"\x00\xffgarbage\r\n\r\n") \
            .receive()
        assert answer.count(b"HTTP/1.1 200 ") == 3, answer
        assert answer.count(b"HTTP/1.1 400 ") == 1, answer

    def smuggled(self):
        """A request in the body of another is a body."""
        inner = head(b"DELETE /v2/team/app/blobs/" + registry.digest_of(b"bytes").encode()
                     + b" HTTP/1.1", self.authorization)
        for fields, body in (([b"Content-Length: %d" % len(inner)], inner),
                             ([b"Transfer-Encoding: chunked"],
                              b"%x\r\n%s\r\n0\r\n\r\n" % (len(inner), inner))):
            for line in (GET, PUT, b"GET /healthz HTTP/1.1"):
                answer = self.raw().send(head(line, *fields) + body).end().receive()
                assert answers(answer) == 1, answer
        self.served("requests in bodies")

    def broken_upload(self):
        """What came before the connection broke is kept; the client goes on from there."""
        data = os.urandom(300_000)
        location = self.client.begin("team/app").headers["Location"]
        connection = self.raw().send(head(b"PATCH " + location.encode() + b" HTTP/1.1",
                                          self.authorization, b"Content-Length: 300000"))
        connection.send(data[:200_000])
        end = time.monotonic() + 10
        while self.client.ask("GET", location).headers["Range"] != "0-199999":
            assert time.monotonic() < end, "the bytes do not arrive"
            time.sleep(0.02)
        connection.close()
        end = time.monotonic() + 10
        while True:
            reply = self.client.ask("PATCH", location, data[200_000:250_000],
                                    {"Content-Range": "200000-249999"})
            if reply.status != 409: # until the server has seen that the other is gone
                break
            assert time.monotonic() < end, reply
            time.sleep(0.02)
        assert reply.status == 202, reply
        reply = self.client.ask("PUT", f"{location}?digest={registry.digest_of(data)}",
                                data[250_000:])
        assert reply.status == 201, reply
        assert self.client.blob("team/app", registry.digest_of(data)).body == data

    def patience(self):
        """Connections that say nothing, little by little, or half: they are let wait, others are
        served, and in the end they are told."""
        at_rest = self.server.status_number("VmRSS")
        silent = [self.raw() for _ in range(HALF_OPEN)]
        slow = [self.raw().send(GET + b"\r\nX: ") for _ in range(HALF_OPEN)]
        fat = [self.raw().send(GET + b"\r\n" + HOST + b"X: " + b"a" * 60_000) for _ in range(200)]
        location = self.client.begin("team/app").headers["Location"].encode()
        stalled = self.raw().send(head(b"PATCH " + location + b" HTTP/1.1", self.authorization,
                                       b"Content-Length: 1000") + b"some")
        for _ in range(3):
            self.served("half-open connections")
            for connection in slow:
                connection.send(b"y")
        used = self.server.status_number("VmRSS") - at_rest
        assert used < MOST_MEMORY_KB, f"{used} kB more than at rest"
        answer = slow[0].receive()
        assert answer.startswith(b"HTTP/1.1 408 "), answer
        for connection in [*silent, *fat]:
            connection.close()
        self.served("connections that were closed")
        if LONG:
            stalled.socket.settimeout(60)
            answer = stalled.receive(enough=b"errors")
            assert answer.startswith(b"HTTP/1.1 408 "), answer
            reply = self.client.ask("GET", location.decode())
            assert reply.status == 204 and reply.headers["Range"] == "0-3", reply
        return used

    def logins(self):
        """Whoever guesses passwords is stopped, and costs little."""
        guess = registry.Client(self.port, "wrong")
        statuses = [guess.ask("GET", "/v2/").status for _ in range(40)]
        assert set(statuses) <= {401, 429}, statuses
        return statuses.count(429)


def main():
    test = Test(*sys.argv[1:3])
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(hard, 4096), hard))
    test.refused()
    test.chunks()
    test.pipelined()
    test.smuggled()
    test.broken_upload()
    used = test.patience()
    refused = test.logins()
    assert test.server.alive()
    test.server.kill()
    print(f"{len(REFUSED)} heads and {len(BAD_CHUNKS)} bodies refused; {HALF_OPEN * 2 + 201} "
          f"connections held open cost {used} kB; {refused} of 40 guesses not even looked at")


if __name__ == "__main__":
    main()
