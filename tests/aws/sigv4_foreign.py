#!/usr/bin/env python3
"""Signs the cases of src/aws/testdata/sigv4_cases.json with botocore, AWS's own signer for Python,
and compares: the file, which our unit test trusts, says what botocore says.

    sigv4_foreign.py           compares every case
    sigv4_foreign.py --write   makes the file anew: fixed cases, and random ones from a fixed seed

The cases are those that the public vectors lack (aws-ecr.md 1.2): "%" in paths, ports, repeated
query keys, S3's rules, large bodies, long tokens, midnight. Exits with 77 where botocore is not
installed (Debian: python3-botocore)."""
import datetime
import json
import pathlib
import random
import sys

try:
    import botocore
    from botocore.auth import S3SigV4Auth, S3SigV4QueryAuth, SigV4Auth, SigV4QueryAuth
    from botocore.awsrequest import AWSRequest
    from botocore.credentials import Credentials
except ImportError:
    print("SKIPPED: botocore is not installed (apt-get install python3-botocore)")
    sys.exit(77)

FILE = pathlib.Path(__file__).resolve().parents[2] / "src/aws/testdata/sigv4_cases.json"
KEY_ID = "AKIDEXAMPLE"
SECRET = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"


def case(name, **fields):
    whole = {"name": name, "method": "GET", "host": "example.amazonaws.com", "path": "/",
             "query": "", "headers": [], "body": "", "repeat": 1, "token": "",
             "region": "us-east-1", "service": "service", "time": 1440938160, "lifetime": 0}
    unknown = set(fields) - set(whole)
    assert not unknown, unknown
    return whole | fields


def fixed_cases():
    ecr = "AmazonEC2ContainerRegistry_V20150921.GetAuthorizationToken"
    target = [["X-Amz-Target", ecr], ["Content-Type", "application/x-amz-json-1.1"]]
    form = [["Content-Type", "application/x-www-form-urlencoded; charset=utf-8"]]
    yield case("an ECR call", method="POST", host="api.ecr.eu-central-1.amazonaws.com", body="{}",
               headers=target, region="eu-central-1", service="ecr")
    yield case("an ECR Public call with a token", method="POST", body="{}", token="t" * 2048,
               host="api.ecr-public.us-east-1.amazonaws.com", headers=target, service="ecr-public")
    yield case("an STS call with a token", method="POST", host="sts.eu-west-1.amazonaws.com",
               body="Action=GetCallerIdentity&Version=2011-06-15", headers=form,
               token="FwoGZXIvYXdzE+/==", region="eu-west-1", service="sts")
    for path in ("/a%20b", "/a%2Fb", "/a=b", "/a:b", "/%E1%88%B4", "/a%25b/", "/100%", "/~user/-._",
                 "/a+b", "/a@b;c,d!e*f'g(h)", "/a/../b%20c/./d//e/"):
        yield case(f"path {path}", path=path)
    for path in ("/a%20b", "/a%2Fb", "/%E1%88%B4", "/a//b/./c/../d", "/key%3Dvalue"):
        yield case(f"S3 path {path}", path=path, service="s3", host="bucket.s3.amazonaws.com")
    yield case("port 8443", host="localhost:8443")
    yield case("plain port", host="127.0.0.1:4566")
    yield case("repeated query keys", query="b=2&a=3&a=1&b=1&a=20&c=")
    yield case("plus in query", query="a%2Bb=c%2Bd&e%20f=g%20h")
    yield case("prefix keys", query="a-b=1&a=2&a.b=3&ab=4&A=5")
    yield case("1 MiB body", method="POST", body="0123456789abcdef", repeat=65536)
    yield case("tabs in a header", headers=[["My-Header", "\ta \t b  c\t"]])
    yield case("prefix headers", headers=[["X-Amz-Meta-A-B", "2"], ["X-Amz-Meta-A", "1"]])
    yield case("repeated headers", headers=[["My-H", "z"], ["My-H", "a"], ["my-h", " m  m "]])
    yield case("a second before midnight", time=1764287999)
    yield case("midnight", time=1764288000)
    yield case("a signed URL", lifetime=3600, query="a=1")
    yield case("a signed URL with a token", lifetime=604800, token="FwoGZXIvYXdzE+/==")
    yield case("a signed URL of S3", lifetime=900, service="s3", path="/a%20b/c", token="tok/en==",
               host="prod-us-east-1-starport-layer-bucket.s3.us-east-1.amazonaws.com")


def random_cases(count):
    dice = random.Random(20261127)
    safe = "abcXYZ019-_.~"
    pieces = [*safe, "%20", "%2F", "%25", "%C3%A4", "%E2%82%AC", "%3D", "%2B", "%26"]

    def text(most, least=0):
        return "".join(dice.choice(pieces) for _ in range(dice.randint(least, most)))

    for number in range(count):
        segments = [dice.choice([text(8, 1), ".", "..", ""]) for _ in range(dice.randint(0, 5))]
        query = "&".join(f"{text(4, 1)}={text(6)}" for _ in range(dice.randint(0, 6)))
        names = dice.sample(["X-Amz-A", "X-Amz-B", "X-Amz-A-B", "Content-Type", "My-Header"],
                            dice.randint(0, 4))
        headers = [[name, "  ".join(dice.choice("abc =,;") for _ in range(dice.randint(1, 6))) + "."]
                   for name in names]
        # botocore moves a body into a signed URL's query and keeps one value of each key only.
        lifetime = dice.choice([0, 0, 0, 60])
        yield case(f"random {number}", method=dice.choice(["GET", "POST", "PUT", "DELETE", "HEAD"]),
                   path="/" + "/".join(segments), headers=headers,
                   query="" if lifetime else query, body="" if lifetime else text(40),
                   token=dice.choice(["", "", "token/+=="]), time=dice.randint(0, 4102444800),
                   region=dice.choice(["us-east-1", "cn-north-1", "eusc-de-east-1"]),
                   service=dice.choice(["ecr", "sts", "ecr-public", "s3"]),
                   lifetime=lifetime)


def sign(test):
    s3 = test["service"] == "s3"
    request = AWSRequest(method=test["method"], data=(test["body"] * test["repeat"]).encode(),
                         url="https://" + test["host"] + test["path"]
                         + ("?" + test["query"] if test["query"] else ""))
    request.headers["Host"] = test["host"]
    for name, value in test["headers"]:
        request.headers.add_header(name, value)
    when = datetime.datetime.fromtimestamp(test["time"], datetime.timezone.utc)
    request.context["timestamp"] = when.strftime("%Y%m%dT%H%M%SZ")
    request.context["payload_signing_enabled"] = True
    keys = Credentials(KEY_ID, SECRET, test["token"] or None)
    place = (keys, test["service"], test["region"])
    if test["lifetime"]:
        signer = (S3SigV4QueryAuth if s3 else SigV4QueryAuth)(*place, expires=test["lifetime"])
    else:
        signer = (S3SigV4Auth if s3 else SigV4Auth)(*place)
        request.headers["X-Amz-Date"] = request.context["timestamp"]
    signer._modify_request_before_signing(request)
    canonical = signer.canonical_request(request)
    text = signer.string_to_sign(request, canonical)
    return {"string_to_sign": text, "signature": signer.signature(text, request)}


def main():
    if "--write" in sys.argv:
        cases = [*fixed_cases(), *random_cases(150)]
        lines = [json.dumps(test | sign(test), ensure_ascii=True) for test in cases]
        FILE.write_text("[\n" + ",\n".join(lines) + "\n]\n")
        print(f"{len(cases)} cases signed by botocore {botocore.__version__}")
        return 0
    wrong = 0
    cases = json.loads(FILE.read_text())
    for test in cases:
        for key, value in sign(test).items():
            if value != test[key]:
                wrong += 1
                print(f"{test['name']}: {key}\n  file     {test[key]!r}\n  botocore {value!r}")
    print(f"botocore {botocore.__version__}: {len(cases)} cases, {wrong} differences")
    return 1 if wrong or not cases else 0


if __name__ == "__main__":
    sys.exit(main())
