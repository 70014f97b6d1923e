#!/usr/bin/python3
"""Sends one request to a management API and checks the answer against Palette's public API and ours.

    check_schema.py [-H "Field: value"]… [--head FILE] STATUS METHOD URL [BODY]
    check_schema.py --many

STATUS is what is expected. BODY is JSON text, or @FILE. The answer's body is printed, its head is
written to FILE. What is checked:

  - an operation that palette-swagger-subset.json has answers with exactly the success status that
    it lists there, and with a body of its schema; members that Palette always sends are there;
  - src/api/openapi.json, from which the console's types are made, has the operation, the status and
    a schema that the body fits;
  - a refusal is a V1Error with code, message and ref; 401 to 404 and all others alike;
  - JSON is said to be JSON; 204 and 202 have no body; 201 has a uid.

--many, for scripts with many calls: loading jsonschema and both documents takes longer than a call.
It prints "ready"; then on standard input each call is the number of its arguments, the file for the
answer's body, the file for what is wrong, and the arguments above, each ended by NUL; its exit status
is printed on a line of its own.
"""

import argparse
import functools
import http.client
import json
import pathlib
import re
import sys
import traceback
import urllib.parse

import jsonschema

SPEC = pathlib.Path(__file__).with_name("palette-swagger-subset.json")
OUR_SPEC = pathlib.Path(__file__).parents[2] / "src/api/openapi.json"
OURS = {"/v1/users/me"}  # a literal of ours where Palette has a {variable}


def strict(node):
    """Swagger 2 as JSON Schema: x-nullable, and members that are never left out."""
    if isinstance(node, list):
        return [strict(each) for each in node]
    if not isinstance(node, dict):
        return node
    made = {key: strict(value) for key, value in node.items()}
    members = node.get("properties")
    if isinstance(members, dict):
        always = [
            name
            for name, member in members.items()
            if isinstance(member, dict) and member.get("x-omitempty") is False
        ]
        made["required"] = sorted(set(node.get("required", [])) | set(always))
    if node.get("x-nullable") and isinstance(node.get("type"), str):
        made["type"] = [node["type"], "null"]
    return made


def operation_of(spec, method, path):
    """The operation for a path: literal segments win over {variables}."""
    given = path.split("/")
    best = None
    for pattern, operations in spec["paths"].items():
        parts = pattern.split("/")
        if len(parts) != len(given) or method.lower() not in operations:
            continue
        if all(part.startswith("{") or part == got for part, got in zip(parts, given)):
            rank = [part.startswith("{") for part in parts]
            if best is None or rank < best[0]:
                best = (rank, operations[method.lower()])
    return best and best[1]


def is_date_time(value):
    return not isinstance(value, str) or bool(
        re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)", value)
    )


def check_refusal(value):
    """A V1Error."""
    for member in ("code", "message", "ref"):
        if not isinstance(value.get(member), str) or not value[member]:
            raise SystemExit(f"a refusal without {member}")
    if not re.fullmatch("[A-Za-z]+", value["code"]):
        raise SystemExit(f"the code {value['code']!r}")
    if not isinstance(value.get("details", {}), dict):
        raise SystemExit("details that are no object")


@functools.cache
def palette():
    return strict(json.loads(SPEC.read_text()))


@functools.cache
def ours():
    return json.loads(OUR_SPEC.read_text())


@functools.cache
def validator(draft, document):
    """Makes validators for schemas of what `document` returns."""
    formats = jsonschema.FormatChecker(formats=[])
    formats.checks("date-time")(is_date_time)
    resolver = jsonschema.RefResolver.from_schema(document())
    return functools.partial(
        getattr(jsonschema, draft), resolver=resolver, format_checker=formats
    )


def check(draft, document, schema, value):
    if schema.get("format") == "binary":
        return
    checker = validator(draft, document)(schema)
    problems = sorted(checker.iter_errors(value), key=lambda problem: list(problem.path))
    if problems:
        raise SystemExit(
            "\n".join(f"/{'/'.join(map(str, p.path))}: {p.message[:300]}" for p in problems)
        )


def check_answer(method, path, status, headers, body):
    kind = headers.get("Content-Type", "").split(";")[0].strip()
    if status in (202, 204):
        if body:
            raise SystemExit(f"{status} has a body: {body[:100]!r}")
    elif kind != "application/json" and status >= 400:
        raise SystemExit(f"a refusal of the type {kind!r}")
    if status >= 400:
        if method != "HEAD":
            check_refusal(json.loads(body))
        return
    if status == 201 and not json.loads(body).get("uid"):
        raise SystemExit("201 without a uid")
    check_palette(method, path, status, body)
    check_ours(method, path, status, body)


def check_palette(method, path, status, body):
    operation = None if path in OURS else operation_of(palette(), method, path)
    if operation is None:
        return
    if str(status) not in operation["responses"]:
        raise SystemExit(f"{status}, where {operation['operationId']} has "
                         f"{', '.join(operation['responses'])}")
    schema = operation["responses"][str(status)].get("schema")
    if schema is not None and method != "HEAD":
        check("Draft4Validator", palette, schema, json.loads(body))


def check_ours(method, path, status, body):
    operation = operation_of(ours(), "GET" if method == "HEAD" else method, path)
    if operation is None:
        raise SystemExit("openapi.json does not have this operation")
    if str(status) not in operation["responses"]:
        raise SystemExit(f"{status} is not in openapi.json")
    content = operation["responses"][str(status)].get("content", {})
    if "application/json" in content and method != "HEAD":
        schema = content["application/json"]["schema"]
        check("Draft202012Validator", ours, schema, json.loads(body))


def send(method, url, fields, body):
    parts = urllib.parse.urlsplit(url)
    connect = http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
    connection = connect(parts.netloc, timeout=30)
    target = parts.path + ("?" + parts.query if parts.query else "")
    headers = {}
    if body is not None:
        headers["Content-Type"] = "application/json"
    for field in fields:
        name, _, value = field.partition(":")
        headers[name.strip()] = value.strip()
    connection.request(method, target, body, headers)
    answer = connection.getresponse()
    return answer.status, answer.headers, answer.read(), parts.path


def one_call(arguments, out):
    parser = argparse.ArgumentParser()
    parser.add_argument("-H", dest="fields", action="append", default=[])
    parser.add_argument("--head")
    parser.add_argument("status", type=int)
    parser.add_argument("method")
    parser.add_argument("url")
    parser.add_argument("body", nargs="?")
    given = parser.parse_args(arguments)
    body = given.body.encode() if given.body is not None else None
    if given.body is not None and given.body.startswith("@"):
        body = pathlib.Path(given.body[1:]).read_bytes()
    status, headers, answer, path = send(given.method, given.url, given.fields, body)
    if given.head:
        pathlib.Path(given.head).write_text(
            f"{status}\n" + "".join(f"{name}: {value}\n" for name, value in headers.items())
        )
    out.write(answer)
    out.flush()
    if status != given.status:
        raise SystemExit(f"\n{given.method} {given.url}: expected {given.status}, got {status}")
    try:
        check_answer(given.method, path, status, headers, answer)
    except (SystemExit, ValueError) as problem:
        raise SystemExit(f"\n{given.method} {given.url}, {status}: {problem}") from None


def texts(stream):
    """What NUL ends, as it comes."""
    rest = b""
    while piece := stream.read1(65536):
        *whole, rest = (rest + piece).split(b"\0")
        yield from (each.decode(errors="surrogateescape") for each in whole)


def many_calls():
    print("ready", flush=True)
    coming = texts(sys.stdin.buffer)
    for count in coming:
        out, err, *arguments = [next(coming) for _ in range(int(count) + 2)]
        wrong = ""
        with open(out, "wb") as file:
            try:
                one_call(arguments, file)
            except SystemExit as problem:
                wrong = str(problem)
            except Exception:  # whatever it is, it is about this call
                wrong = traceback.format_exc()
        pathlib.Path(err).write_text(wrong)
        print(1 if wrong else 0, flush=True)


def main():
    if sys.argv[1:] == ["--many"]:
        many_calls()
    else:
        one_call(sys.argv[1:], sys.stdout.buffer)


if __name__ == "__main__":
    main()
