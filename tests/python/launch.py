"""launch.py REPORT SECONDS PROGRAM ARG…: runs PROGRAM and writes "STATUS PEAK_BYTES" to REPORT.

A process of its own, and a small one: the kernel counts what the parent of a program held in
memory at the start to the program's peak. STATUS is negative for a signal; after SECONDS that is
SIGKILL.
"""
import os
import signal
import sys

child = os.posix_spawn(sys.argv[3], sys.argv[3:], os.environ)
signal.signal(signal.SIGALRM, lambda *_: os.kill(child, signal.SIGKILL))
signal.setitimer(signal.ITIMER_REAL, float(sys.argv[2]))
_, status, usage = os.wait4(child, 0)
with open(sys.argv[1], "w") as report:
    report.write(f"{os.waitstatus_to_exitcode(status)} {usage.ru_maxrss * 1024}")
