"""The table of bad input, and how a case is run.

A case makes its input in a folder of its own and runs berth on it. Beside the input lies a tree
of canaries, which nothing may change. Then either the input was refused, with the status and
words that the case names, and nothing is left where the result would be; or it was unpacked, and
the case's checks hold.
"""
import dataclasses
import hashlib
import os
import shutil
import stat
import subprocess
import sys
import time
import typing

import rawtar as tar
from layout import Layout

LAUNCHER = os.path.join(os.path.dirname(tar.__file__), "launch.py")
VERIFICATION_FAILED = 6
MEMORY_LIMIT = 256 << 20
SECONDS = 60


class Wrong(Exception):
    """A case did not go as its row says."""


@dataclasses.dataclass
class Place:
    """Where one case happens."""
    folder: str

    def path(self, *names):
        return os.path.join(self.folder, *names)

    @property
    def layout(self):
        return self.path("layout")

    @property
    def outside(self):
        """The canaries: whoever reaches them has left the root."""
        return self.path("outside")

    @property
    def results(self):
        return self.path("results")

    @property
    def rootfs(self):
        return self.path("results", "bundle", "rootfs")


@dataclasses.dataclass
class Case:
    name: str
    rule: str
    make: typing.Callable  # Place -> None
    arguments: typing.Callable  # Place -> [argument]
    status: int
    says: str = ""
    check: typing.Callable = None  # Place -> None, of what was unpacked
    may_refuse: bool = False  # unpacked safely, or refused: both are right


CASES = []


def add(case):
    if any(case.name == other.name for other in CASES):
        raise ValueError(f"two cases are called {case.name}")
    CASES.append(case)


def unpack_arguments(place):
    return ["unpack", f"oci:{place.layout}:v1", place.path("results", "bundle")]


def pull_arguments(*more):
    return lambda place: ["pull", f"oci:{place.layout}:v1", "-d", place.results, *more]


def image_maker(layers, config=None, **options):
    """Makes an image of `layers`: tar bytes, or a function of the place that gives a list."""
    def make(place):
        tars = layers(place) if callable(layers) else layers
        layout = Layout(place.layout)
        layout.tag(layout.image(tars, config, **options))
    return make


def refused(name, rule, make, says="", arguments=unpack_arguments, status=VERIFICATION_FAILED):
    add(Case(name, rule, make, arguments, status, says))


def unpacked(name, rule, make, check=None, arguments=unpack_arguments, may_refuse=False):
    add(Case(name, rule, make, arguments, 0, check=check, may_refuse=may_refuse))


def layer_refused(name, rule, *entries, says=""):
    """A layer of these entries is refused; a function among them is given the place."""
    refused(name, rule, image_maker(lambda place: [layer_of(entries, place)]), says)


def layer_unpacked(name, rule, *entries, check=None, may_refuse=False):
    make = image_maker(lambda place: [layer_of(entries, place)])
    unpacked(name, rule, make, check, may_refuse=may_refuse)


def layer_of(entries, place):
    return tar.archive(*(entry(place) if callable(entry) else entry for entry in entries))


# What a case may ask of a result.

def require(condition, text):
    if not condition:
        raise Wrong(text)


def holds(path, content):
    """The file at `path` in the root is a regular file with this content."""
    def check(place):
        full = os.path.join(place.rootfs, path)
        require(os.path.lexists(full) and stat.S_ISREG(os.lstat(full).st_mode),
                f"{path} should be a file in the root")
        with open(full, "rb") as file:
            require(file.read() == tar.as_bytes(content), f"{path} has the wrong content")
    return check


def is_kind(path, test, what):
    def check(place):
        full = os.path.join(place.rootfs, path)
        require(os.path.lexists(full) and test(os.lstat(full).st_mode), f"{path} is no {what}")
    return check


def is_directory(path):
    return is_kind(path, stat.S_ISDIR, "directory")


def is_symlink(path):
    return is_kind(path, stat.S_ISLNK, "symlink")


def lacks(path):
    return lambda place: require(not os.path.lexists(os.path.join(place.rootfs, path)),
                                 f"{path} should not be in the root")


def no_whiteouts(place):
    for _, folders, files in os.walk(place.rootfs):
        for name in folders + files:
            require(not name.startswith(".wh."), f"the whiteout {name} shows up in the result")


def every(*checks):
    return lambda place: [check(place) for check in checks] and None


# Running.

def snapshot(folder):
    """Everything about a tree but access times."""
    facts = {}
    for here, folders, files in os.walk(folder):
        for path in [here] + [os.path.join(here, name) for name in folders + files]:
            info = os.lstat(path)
            content = b""
            if stat.S_ISREG(info.st_mode):
                with open(path, "rb") as file:
                    content = file.read()
            facts[path] = (info.st_mode, info.st_uid, info.st_gid, info.st_nlink, info.st_size,
                           info.st_mtime_ns, hashlib.sha256(content).hexdigest())
    return facts


def prepare(folder):
    place = Place(folder)
    for path in (place.outside, place.path("outside", "folder"), place.results,
                 place.path("home"), place.path("tmp")):
        os.makedirs(path)
    for name in ("file", "folder/inner"):
        with open(os.path.join(place.outside, name), "w") as file:
            file.write("canary\n")
    with open(os.path.join(place.outside, "passwd"), "w") as file:
        file.write("evil:x:0:0::/:/bin/sh\n")  # nobody inside an image may become this user
    return place


def run_berth(binary, place, arguments):
    """(status, standard output, standard error, peak memory in bytes)."""
    environment = {"HOME": place.path("home"), "TMPDIR": place.path("tmp"), "PATH": "/usr/bin:/bin",
                   "LC_ALL": "C.UTF-8"}
    for name in ("ASAN_OPTIONS", "UBSAN_OPTIONS", "TSAN_OPTIONS"):
        if name in os.environ:
            environment[name] = os.environ[name]
    paths = place.path("stdout"), place.path("stderr")
    report = place.path("report")
    store = ["--store", place.path("store")] if arguments[0] in ("unpack", "pull") else []
    with open(paths[0], "wb") as out, open(paths[1], "wb") as err:
        subprocess.run([sys.executable, "-ISE", LAUNCHER, report, str(SECONDS), binary, *arguments,
                        *store], stdin=subprocess.DEVNULL, stdout=out,
                       stderr=err, cwd=place.path("home"), env=environment, check=True)
    texts = []
    for path in paths:
        with open(path, "rb") as file:
            texts.append(file.read().decode(errors="replace"))
    with open(report) as file:
        status, memory = file.read().split()
    return int(status), *texts, int(memory)


def judge(case, place, status, out, err, memory, memory_limit):
    told = f"status {status}, stderr: {err.strip()[-500:]}"
    require(status != -9, f"still running after {SECONDS} s")
    allowed = {case.status, VERIFICATION_FAILED} if case.may_refuse else {case.status}
    require(status in allowed, f"expected status {case.status}: {told}")
    require(memory <= memory_limit, f"used {memory >> 20} MiB")
    if status == 0:
        if case.check:
            case.check(place)
        return
    require(not case.says or case.says.lower() in err.lower(), f"should say {case.says!r}: {told}")
    require(len(err.strip()) > 0, "refused without a word")
    require("internal" not in err.lower().split(":")[0], f"an internal error: {told}")
    left = os.listdir(place.results)
    require(left == case_leftovers(case, place), f"left behind: {left}")


def case_leftovers(case, place):
    """What the case itself put where results go."""
    marker = place.path("results.expected")
    return sorted(os.listdir(marker)) if os.path.isdir(marker) else []


def run_case(case, binary, folder, memory_limit=MEMORY_LIMIT):
    """Nothing if all is well, else what is wrong. Takes its folder away if all is well."""
    place = prepare(folder)
    try:
        case.make(place)
        if os.listdir(place.results):
            shutil.copytree(place.results, place.path("results.expected"), symlinks=True)
        before = snapshot(place.outside)
        started = time.monotonic()
        result = run_berth(binary, place, case.arguments(place))
        case.seconds = time.monotonic() - started
        require(snapshot(place.outside) == before, "something outside the root changed")
        judge(case, place, *result, memory_limit)
    except Wrong as wrong:
        return str(wrong)
    subprocess.run(["rm", "-rf", folder], check=False)  # Python gives up on deep folders
    return None
