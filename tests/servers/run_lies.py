"""run_lies.py BERTH CA CERTIFICATE KEY [PATTERN…]: runs berth against every lying server.

All of them at once, eight at a time: most of the time is waiting between attempts. For each: exit
status and words as the table says, bounded time, requests and memory, no credential at a foreign
origin, nothing half-made left. BERTH_LONG adds the ones that test patience.
"""
import base64
import concurrent.futures
import fnmatch
import json
import os
import subprocess
import sys
import tempfile
import time

import lies
import lying_server
from lying_server import MANIFEST_DIGEST, PASSWORD, TAG, USER

MEMORY_LIMIT = 256 << 20
LAUNCHER = os.path.join(os.path.dirname(lying_server.tar.__file__), "launch.py")
binary, authority, certificate, key = sys.argv[1:5]
patterns = sys.argv[5:] or ["*"]
with open(binary, "rb") as file:
    content = file.read()
sanitized = b"__asan_init" in content or b"__tsan_init" in content
del content

hooks = {row.name: row.hook for row in lies.LIES}
liar = lying_server.Server("127.0.0.1", lying_server.Exchange, hooks)
tls_liar = lying_server.Server("127.0.0.1", lying_server.Exchange, hooks,
                               lying_server.tls_context(certificate, key))
foreign = lying_server.Server("127.0.0.2", lying_server.Foreign, hooks)
lies.FOREIGN = foreign.origin


def arguments_of(row, server, folder):
    name = f"{server.origin}/{row.name}"
    access = ["--ca-file", authority] if row.tls else ["--plain-http"]
    bundle = os.path.join(folder, "results", "bundle")
    upload = os.path.join(folder, "upload")
    words = {"unpack": ["unpack", f"{name}:{TAG}", bundle],
             "unpack-digest": ["unpack", f"{name}@{MANIFEST_DIGEST}", bundle],
             "tags": ["tags", name],
             "push": ["push", f"{name}:{TAG}", upload]}[row.command]
    store = ["--store", os.path.join(folder, "store")] if row.command.startswith("unpack") else []
    return [*words, *access, *store]


def prepare(row, server, folder):
    for name in ("home", "results"):
        os.makedirs(os.path.join(folder, name))
    with open(os.path.join(folder, "upload"), "w") as file:
        file.write("to be uploaded")
    secret = base64.b64encode(f"{USER}:{PASSWORD}".encode()).decode()
    with open(os.path.join(folder, "auth.json"), "w") as file:
        json.dump({"auths": {server.origin: {"auth": secret}} if row.login else {}}, file)


def run_berth(row, server, folder):
    prepare(row, server, folder)
    report = os.path.join(folder, "report")
    environment = {"HOME": os.path.join(folder, "home"), "PATH": "/usr/bin:/bin",
                   "LC_ALL": "C.UTF-8",
                   "REGISTRY_AUTH_FILE": os.path.join(folder, "auth.json")}
    environment.update({name: value for name, value in os.environ.items()
                        if name.endswith("SAN_OPTIONS")})
    with open(os.path.join(folder, "stdout"), "wb") as out, \
            open(os.path.join(folder, "stderr"), "wb") as err:
        patience = row.seconds * (4 if sanitized else 2) + 20
        subprocess.run([sys.executable, "-ISE", LAUNCHER, report, str(patience), binary,
                        *arguments_of(row, server, folder)], stdout=out, stderr=err,
                       stdin=subprocess.DEVNULL, cwd=folder, env=environment, check=True)
    with open(report) as file:
        status, memory = file.read().split()
    with open(os.path.join(folder, "stderr"), errors="replace") as file:
        return int(status), file.read(), int(memory)


def complaints(row, server, folder, status, err, memory, seconds):
    told = f"status {status}, stderr: {err.strip()[-400:]}"
    if status != row.status:
        yield f"expected status {row.status}: {told}"
    elif row.says.lower() not in err.lower():
        yield f"should say {row.says!r}: {told}"
    if "\x1b" in err or "\x07" in err:
        yield "control characters of the server reached the terminal"
    if PASSWORD in err:
        yield "the password was printed"
    if seconds > row.seconds * (4 if sanitized else 1):
        yield f"took {seconds:.1f} s"
    if memory > MEMORY_LIMIT * (8 if sanitized else 1):
        yield f"used {memory >> 20} MiB"
    asked = len(server.requests[row.name])
    if asked > row.limit:
        yield f"made {asked} requests"
    for _, path, authorization, headers in foreign.requests[row.name]:
        if authorization or headers.get("Cookie"):
            yield f"a credential went to the foreign origin, {path}"
    if status != 0 and os.listdir(os.path.join(folder, "results")):
        yield f"left behind: {os.listdir(os.path.join(folder, 'results'))}"


def run(row, scratch):
    server = tls_liar if row.tls else liar
    folder = os.path.join(scratch, row.name)
    started = time.monotonic()
    result = run_berth(row, server, folder)
    row.took = time.monotonic() - started
    return list(complaints(row, server, folder, *result, row.took))


def main():
    long_form = bool(os.environ.get("BERTH_LONG"))
    chosen = [row for row in lies.LIES if any(fnmatch.fnmatch(row.name, p) for p in patterns)
              and (long_form or not row.slow)]
    started = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="lies.") as scratch:
        with concurrent.futures.ThreadPoolExecutor(8) as pool:
            outcomes = list(pool.map(lambda row: run(row, scratch), chosen))
    wrong = 0
    for row, found in zip(chosen, outcomes):
        wrong += bool(found)
        for text in found:
            print(f"WRONG {row.name}: {text}")
    slowest = sorted(chosen, key=lambda row: -row.took)[:3]
    print(f"{len(chosen)} lies in {time.monotonic() - started:.1f} s, {wrong} wrong; slowest " +
          ", ".join(f"{row.name} {row.took:.1f} s" for row in slowest))
    return 1 if wrong else 0


sys.exit(main())
