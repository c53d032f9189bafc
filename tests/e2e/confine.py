#!/usr/bin/env python3
"""What a program that was taken over could still do: each tries by itself, by
a library that is loaded into it, when it has served a request."""
import ctypes
import os
import re
import tempfile

import postern
import program

LIBRARY = os.path.abspath(os.path.join(os.environ.get("BUILD", "build"),
                                       "tests/e2e/forbidden.so"))
SITE = os.path.dirname(os.path.dirname(os.environ["TEST_POSTERN"]))
CREATE_RULESET, VERSION = 444, 1	# landlock_create_ruleset(2)
PORTS, FILTERED = 4, 2			# ABI; of /proc/PID/status
MAIL = {"read", "connect", "divide"}
# What it is asked for, and what it may do then.
PROGRAMS = {
    "well-known": ("/.well-known/oauth-authorization-server", set()),
    "register": ("/oauth/register", {"read"}),
    "token": ("/oauth/token", MAIL), "revoke": ("/oauth/revoke", MAIL),
    "authorize": ("/oauth/authorize", MAIL),
    "connections": ("/connections", MAIL), "mcp": ("/mcp", MAIL),
    "attachment": ("/attachment/nothing", MAIL)
}
server = postern.Server()
case = postern.Cases()


def landlock():
    """What the kernel knows of it; 0: nothing."""
    return max(0, ctypes.CDLL(None).syscall(CREATE_RULESET, None, 0, VERSION))


def sanitized():
    """With keys of its own, what is called is a script of the tests."""
    path = os.path.join(SITE, "programs", "mcp")
    whole = os.path.join(SITE, "whole", "mcp")
    with open(whole if os.path.exists(whole) else path, "rb") as file:
        return b"__asan_init" in file.read()


def readable(folder, path):
    """A copy that whoever runs the programs can read."""
    copy = os.path.join(folder, os.path.basename(path))
    with open(path, "rb") as file, open(copy, "wb") as to:
        to.write(file.read())
    os.chmod(copy, 0o755)
    return copy


def tries(name, path):
    """{what: whether it was done} of a program that serves a request and
    ends."""
    with tempfile.TemporaryDirectory(prefix="postern-") as folder:
        os.chmod(folder, 0o755)
        secret = os.path.join(folder, "secret")
        with open(secret, "w", encoding="utf-8") as file:
            file.write("secret")
        os.chmod(secret, 0o644)
        response = program.run(name, "GET", path, settings={
            "LD_PRELOAD": readable(folder, LIBRARY),
            "FORBIDDEN_FILE": secret})
    assert response.status in (200, 400, 401, 404, 405), response
    return {what: done == "done" for what, done in
            re.findall(r"^tried (\w+) (\w+)$", response.log, re.M)}


def statuses():
    """Of each worker there is now: (program, /proc/PID/status)."""
    for pid in filter(str.isdigit, os.listdir("/proc")):
        try:
            path = os.readlink("/proc/%s/exe" % pid)
            with open("/proc/%s/status" % pid, encoding="utf-8") as file:
                status = dict(line.rstrip("\n").split(":\t", 1)
                              for line in file if ":\t" in line)
        except (FileNotFoundError, PermissionError, ProcessLookupError):
            continue
        name = os.path.basename(path)
        if path.startswith(SITE + "/") and name in PROGRAMS:
            yield name, status


@case("a program can do what it is for, and nothing else")
def _():
    if sanitized():
        raise postern.Skip("sanitizers have needs of their own")
    for name, (path, may) in PROGRAMS.items():
        done = tries(name, path)
        assert len(done) == 10, (name, done)
        if landlock() == 0:
            # Then files are as their rights say.
            for what in {"key", "others", "write"} if may else ():
                done.pop(what)
        if landlock() < PORTS and "connect" in may:
            done.pop("listen", None)
        assert {what for what in done if done[what]} == may, (name, done)
    # Those that are at work; of plain CGI there are none.
    for name, status in statuses():
        assert int(status["NoNewPrivs"]) == 1, (name, status)
        assert int(status["Seccomp"]) == FILTERED, (name, status)


case.run()
