"""The memory of the programs under test.

    with memory.Watch("mcp") as watch:
        ... have it do something ...
    watch.grown()       by how many bytes it grew at most, meanwhile
    watch.kept()        and how many of these it has kept
"""
import glob
import os
import threading
import time

import postern

POLL_SECONDS = 0.005
SETTLE_SECONDS = 5


def is_sanitized():
    return "/san" in os.environ.get("BUILD", "")


class Watch:
    """The most memory that a process of one program of the server under test
    has had resident since this was made.  Plain CGI has none before it."""

    def __init__(self, program):
        if "TEST_POSTERN_CONF" not in os.environ:
            raise postern.Skip("whose processes are under test is not told")
        self._program = program
        self._home = os.path.dirname(os.environ["TEST_POSTERN_CONF"])
        for process in self._processes():
            try:
                with open(process + "/clear_refs", "w",
                          encoding="ascii") as file:
                    file.write("5")
            except OSError:
                continue
        self._before = self._most = self._largest("VmHWM")
        self._done = threading.Event()
        self._thread = threading.Thread(target=self._poll)

    def _processes(self):
        for process in glob.glob("/proc/[0-9]*"):
            try:
                path = os.readlink(process + "/exe")
            except OSError:
                continue
            if path.startswith(self._home) and \
                    path.endswith(("/" + self._program, "/postern.cgi")):
                yield process

    def _largest(self, name):
        sizes = [0]
        for process in self._processes():
            try:
                with open(process + "/status", encoding="utf-8") as file:
                    lines = file.readlines()
            except OSError:
                continue
            sizes += [int(line.split()[1]) * 1024 for line in lines
                      if line.startswith(name + ":")]
        return max(sizes)

    def _poll(self):
        while not self._done.wait(POLL_SECONDS):
            self._look()

    def _look(self):
        self._most = max(self._most, self._largest("VmHWM"))

    def __enter__(self):
        self._thread.start()
        return self

    def __exit__(self, *_):
        self._done.set()
        self._thread.join()
        self._look()

    def seen(self):
        """Whether there was one: as CGI it may have been too quick."""
        return self._most > 0

    def grown(self):
        assert self._most > 0, "no process of " + self._program
        return self._most - self._before

    def kept(self):
        """Once it has given back what it will, behind its answer."""
        until = time.monotonic() + SETTLE_SECONDS
        least = self._largest("VmRSS")
        while least > self._before and time.monotonic() < until:
            time.sleep(POLL_SECONDS)
            least = min(least, self._largest("VmRSS"))
        return least - self._before


def least(program, act):
    """By how much the smallest process of the program grew while it did what
    act() asks for: as CGI it may be too quick to be seen, then again."""
    for _ in range(50):
        with Watch(program) as watch:
            act()
        if watch.seen():
            return watch.grown()
    raise AssertionError("no process of " + program)
