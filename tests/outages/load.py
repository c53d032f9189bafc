"""Clients that ask without an end, and what became of each request.

    with Clients(asks, pause=0.05) as clients:
        time.sleep(10)
    clients.asked           [Asked], of all

LONG=1: as long, and by the clock, as the bars of the design have it; else a
few counts, that no slow machine changes.
"""
import http.client
import imaplib
import json
import os
import re
import sys
import threading
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.dirname(
    os.path.abspath(__file__))), "e2e"))
import postern                                                  # noqa: E402

LONG = os.environ.get("LONG") == "1"
HINT_SECONDS = 5			# where nothing else is told


class Asked:
    """One request: when, how it went ("ok", a tool's error code, or an HTTP
    status), and what was said."""

    def __init__(self, began, kind, said, retryable=False):
        self.began, self.ended = began, time.monotonic()
        self.kind, self.said, self.retryable = kind, said, retryable

    @property
    def seconds(self):
        return self.ended - self.began

    def wait(self):
        """How long it is to be waited, as was told."""
        found = re.search(r"again in (\d+) seconds", str(self.said))
        return int(found.group(1)) if found else HINT_SECONDS

    def __repr__(self):
        return "%s after %.2f s: %s" % (self.kind, self.seconds,
                                        str(self.said)[:300])


def ask(mcp, tool, **arguments):
    """A tool is called once."""
    began = time.monotonic()
    message, headers = mcp.message("tools/call", {
        "name": tool, "arguments": arguments})
    try:
        response = mcp.post(message, headers)
    except (OSError, http.client.HTTPException) as bad:
        return Asked(began, "broken", repr(bad))
    if response.status != 200:
        return Asked(began, response.status, response.text(),
                     response.status == 503 and
                     response.header("Retry-After") is not None)
    result = response.json().get("result")
    if result is None:
        return Asked(began, "rpc", response.text())
    told = result["structuredContent"]
    if result.get("isError"):
        error = told["error"]
        return Asked(began, error["code"], json.dumps(error),
                     error["retryable"])
    return Asked(began, "ok", told)


class Clients:
    """So many threads, each with something that it asks again and again."""

    def __init__(self, asks, pause=0.0, patient=False):
        self._asks, self._pause, self._patient = asks, pause, patient
        self._ending = threading.Event()
        self._each = [[] for _ in asks]
        self._threads = [threading.Thread(target=self._run, args=(n,))
                         for n in range(len(asks))]

    def __enter__(self):
        for one in self._threads:
            one.start()
        return self

    def __exit__(self, *_):
        self._ending.set()
        for one in self._threads:
            one.join()

    def _run(self, number):
        while not self._ending.is_set():
            asked = self._asks[number]()
            self._each[number].append(asked)
            # Who is told to come later does.
            later = self._patient and asked.kind != "ok"
            self._ending.wait(asked.wait() if later else self._pause)

    @property
    def asked(self):
        return [one for each in list(self._each) for one in list(each)]

    @property
    def each(self):
        return [list(one) for one in self._each]


def p95(asked):
    took = sorted(one.seconds for one in asked)
    return took[int(len(took) * 0.95)] if took else 0.0


def kinds(asked):
    """How often each happened."""
    told = {}
    for one in asked:
        told[str(one.kind)] = told.get(str(one.kind), 0) + 1
    return ", ".join("%s %d" % item for item in sorted(told.items()))


def mailbox(server, name):
    """A mailbox that is there before many come: of the first sessions in a
    new one Dovecot may turn one away."""
    told = server.ready["imap"]
    line = imaplib.IMAP4(told["host"], told["port"])
    line.login(name, server.password)
    line.select()
    line.logout()
    return name


def client(server, name, **more):
    """Signed in to a mailbox of its own."""
    token = server.sign_in(fields={"username": mailbox(server, name)}, **more)
    return postern.Mcp(server, token["access_token"])


def report(name, text):
    """The result of a long run, for people and for tests/threats/last."""
    print("# %s: %s" % (name, text))
    kept = os.environ.get("REPORTS")
    if kept:
        with open(os.path.join(kept, name), "a", encoding="utf-8") as file:
            file.write(text + "\n")
