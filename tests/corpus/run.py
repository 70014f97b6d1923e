"""run.py BERTH [PATTERN…]: runs the table of bad input, two cases at a time.

Prints each case that went wrong with its rule, and a summary; status 1 if any did. With --list it
prints the table. Folders of failed cases stay if BERTH_KEEP is set.
"""
import concurrent.futures
import fnmatch
import os
import sys
import tempfile
import time

import artifacts  # noqa: F401  (each of these fills the table)
import documents  # noqa: F401
import paths  # noqa: F401
import streams  # noqa: F401
from harness import CASES, MEMORY_LIMIT, run_case


def expectation(case):
    if case.status == 0:
        return "unpacked safely" + (" or refused" if case.may_refuse else "")
    return f"status {case.status}" + (f", {case.says!r}" if case.says else "")


def memory_limit(binary):
    """The sanitizers' own memory is not Berth's."""
    with open(binary, "rb") as file:
        content = file.read()
    return MEMORY_LIMIT * (8 if b"__asan_init" in content or b"__tsan_init" in content else 1)


def main():
    arguments = sys.argv[1:]
    if arguments[:1] == ["--list"]:
        for case in CASES:
            print(f"{case.name:36} {expectation(case):32} {case.rule}")
        return 0
    binary, patterns = os.path.abspath(arguments[0]), arguments[1:] or ["*"]
    chosen = [case for case in CASES if any(fnmatch.fnmatch(case.name, p) for p in patterns)]
    limit = memory_limit(binary)
    scratch = tempfile.mkdtemp(prefix="corpus.")
    started = time.monotonic()
    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        outcomes = list(pool.map(
            lambda case: run_case(case, binary, os.path.join(scratch, case.name), limit), chosen))
    wrong = [(case, outcome) for case, outcome in zip(chosen, outcomes) if outcome]
    for case, outcome in wrong:
        print(f"WRONG {case.name} ({case.rule})\n      {outcome}")
    slowest = max(chosen, key=lambda case: getattr(case, "seconds", 0))
    print(f"{len(chosen)} cases in {time.monotonic() - started:.1f} s, {len(wrong)} wrong; "
          f"slowest {slowest.name}, {getattr(slowest, 'seconds', 0):.1f} s")
    if wrong:
        print(f"folders of what went wrong: {scratch}")
    return 1 if wrong else 0


sys.exit(main())
