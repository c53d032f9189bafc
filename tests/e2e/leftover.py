#!/usr/bin/env python3
"""What a web server sends of a body that no program reads: it is read by
libfcgi, so that the connection can be closed, and is not kept."""
import os
import re
import time

import fastcgi
import memory
import postern

WORD = b"leftover-canary"
BODY = WORD * 4000                      # more than is read at once
SECONDS, STAY_SECONDS = 5, 0.1

case = postern.Cases()


def holds(worker):
    """Whether the word is in what the worker can write to."""
    path = "/proc/%d/" % worker.process.pid
    with open(path + "maps", encoding="ascii") as file:
        places = re.findall(r"(?m)^([0-9a-f]+)-([0-9a-f]+) .w", file.read())
    with open(path + "mem", "rb", 0) as file:
        for start, end in places:
            file.seek(int(start, 16))
            try:
                if WORD in file.read(int(end, 16) - int(start, 16)):
                    return True
            except OSError:
                continue                # the kernel's own
    return False


def comes(wanted):
    """Whether it comes to that, and stays so."""
    until = time.monotonic() + SECONDS
    while not wanted() and time.monotonic() < until:
        time.sleep(0.01)
    time.sleep(STAY_SECONDS)
    return wanted()


def ready():
    if os.getuid() != 0:
        raise postern.Skip("only root reads their memory")
    if memory.is_sanitized():
        raise postern.Skip("sanitizers keep what was freed")


@case("what is being read is in the worker's memory, and then no more")
def _():
    ready()
    sent = fastcgi.records("POST", "/oauth/token", {
        "Content-Type": "application/x-www-form-urlencoded"}, b"x=" + WORD)
    with fastcgi.Worker("token") as worker:
        worker.ask("GET", "/oauth/token")
        with worker.connect() as line:
            line.sendall(sent[:-1])
            assert comes(lambda: holds(worker)), "never there"
            line.sendall(sent[-1:])
            told, whole = fastcgi.read(line)
        assert whole and fastcgi.parse(told).status == 400, told
        assert comes(lambda: not holds(worker)), "still there"


@case("what nobody reads is not in the worker's memory")
def _():
    ready()
    sent = fastcgi.records("POST", "/.well-known/nothing", {}, BODY)
    with fastcgi.Worker("well-known") as worker, worker.connect() as line:
        line.sendall(sent)
        told, whole = fastcgi.read(line)
        assert whole and fastcgi.parse(told).status in (404, 405), told
        assert comes(lambda: not holds(worker)), "still there"


case.run()
