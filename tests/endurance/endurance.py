#!/usr/bin/env python3
"""One worker of each program, that is never replaced, is asked again and again
over its own socket: then it has no descriptor more than after the first of
these, and no memory.

REQUESTS (5000) is how often each program is asked what needs no mail server,
SESSIONS (100) how many IMAP sessions are opened and closed, MAILS (30) how
often a large message is read, and its attachment fetched."""
import base64
import json
import os
import re
import statistics
import subprocess
import sys
import tempfile
import time

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "..", "e2e"))
import fastcgi                                                  # noqa: E402
import postern                                                  # noqa: E402

REQUESTS = int(os.environ.get("REQUESTS", "5000"))
SESSIONS = int(os.environ.get("SESSIONS", "100"))
MAILS = int(os.environ.get("MAILS", "30"))
WARM_MOST = 10000       # requests, before which anything may still grow
ROUNDS = 5              # in which the others come
# What they may add, by what the middle one of these rounds does: some pages of
# what malloc keeps, less than a leak of one byte a request were.
GROWTH_BYTES = 1 << 20 if REQUESTS >= 1000000 else 64 << 10
# What they may add in all: a round or two may find the heap in pieces, and
# malloc take more of the system for good; a leak does so in each.
STEP_BYTES = 1 << 20
SETTLE_SECONDS = 20
SETTLE_LOOKS = 5        # that find the same, a hundredth of a second apart
LINK_TIMES = 1000       # a link to a file lasts for 15 minutes
TEXT_BYTES, FILE_BYTES = 1 << 20, 1 << 20
DRIVE = os.path.join(os.environ.get("BUILD", "build"), "endurance", "drive")
JSON = {"Content-Type": "application/json",
        "Accept": "application/json, text/event-stream"}
FORM = {"Content-Type": "application/x-www-form-urlencoded"}
FOLDER = "Endurance"
CHALLENGE = base64.urlsafe_b64encode(bytes(32)).rstrip(b"=").decode()

server = postern.Server()
case = postern.Cases()


def rpc(method, params=None):
    """Headers and body of a call, with a token."""
    return {**JSON, "Authorization": "Bearer " + server.token()}, json.dumps(
        {"jsonrpc": "2.0", "id": 1, "method": method,
         "params": params or {}}).encode()


def tool(name, **arguments):
    return ("POST", "/mcp", *rpc("tools/call", {
        "name": name, "arguments": arguments}))


def times(worker, count, asked):
    """Asks a worker so often, for each of these in turn: a request, and what
    its answer holds."""
    with tempfile.TemporaryDirectory(prefix="postern-") as folder:
        words = []
        for i, (request, text) in enumerate(asked):
            path = os.path.join(folder, str(i))
            with open(path, "wb") as file:
                file.write(fastcgi.records(*request))
            words += [path, text]
        done = subprocess.run(
            [DRIVE, worker.path, str(count), *words], check=False,
            capture_output=True, text=True, errors="replace")
    assert done.returncode == 0, (done.stderr[:2000], worker.said())


def settled(worker):
    """Its descriptors and memory when it waits for the next request.  Whoever
    asked has the end of an answer before the worker has closed the connection
    and given back what the answer took, much later where others compute."""
    until, seen = time.monotonic() + SETTLE_SECONDS, []
    while len(seen) < SETTLE_LOOKS or len(set(seen)) > 1:
        assert worker.lives(), worker.said()
        assert time.monotonic() < until, ("it comes to no rest", seen)
        time.sleep(0.01)
        now = worker.descriptors(), worker.resident()
        seen = [*seen, now][-SETTLE_LOOKS:] if worker.waits() else []
    return seen[0]


def measure(worker, count, ask):
    """What it has more after it was asked so often; ask(n) asks n times."""
    warm = min(WARM_MOST, count // 2)
    ask(warm)
    seen = [settled(worker)]
    began = time.monotonic()
    for i in range(ROUNDS):
        ask((count - warm + i) // ROUNDS)
        seen.append(settled(worker))
    took = time.monotonic() - began
    files, memory = zip(*seen)
    steps = [after - before for before, after in zip(memory, memory[1:])]
    more, grown = files[-1] - files[0], memory[-1] - memory[0]
    print("# %s: %d times, %.0f a second; %d KiB more than %d KiB, %d more "
          "than %d descriptors" % (
              worker.name, count, (count - warm) / took, grown >> 10,
              memory[0] >> 10, more, files[0]))
    sys.stdout.flush()
    assert more == 0, os.listdir("/proc/%d/fd" % worker.pid)
    # Who leaks has more in most rounds, and more in the end.
    assert min(statistics.median(steps) * ROUNDS, grown) <= GROWTH_BYTES, steps
    assert grown <= STEP_BYTES, steps


def endure(name, count, asked, settings=None):
    with fastcgi.Worker(name, settings) as worker:
        measure(worker, count, lambda n: times(worker, n, asked))


@case("well-known: documents, and what is not there")
def _():
    endure("well-known", REQUESTS, [
        (("GET", "/.well-known/oauth-authorization-server"),
         "Status: 200"),
        (("GET", "/.well-known/oauth-protected-resource/mcp"),
         "Status: 200"),
        (("GET", "/.well-known/nothing"), "Status: 404"),
        (("POST", "/.well-known/oauth-authorization-server", FORM, b"x=1"),
         "Status: 405")])


@case("authorize: pages to sign in, and to say why not")
def _():
    good = ("GET", "/oauth/authorize?response_type=code&client_id=%s&"
            "redirect_uri=http%%3A%%2F%%2F127.0.0.1%%3A9%%2Fcallback&"
            "code_challenge=%s&code_challenge_method=S256&state=s" % (
                server.register()["client_id"], CHALLENGE))
    endure("authorize", REQUESTS, [
        (good, "Status: 200"),
        (("GET", "/oauth/authorize?client_id=x"), "Status: 400")])


@case("token: grants that are refused")
def _():
    client = server.register()["client_id"]
    endure("token", REQUESTS, [
        (("POST", "/oauth/token", FORM,
          b"grant_type=refresh_token&client_id=%s&refresh_token=x.y.z" %
          client.encode()), "invalid_grant"),
        (("POST", "/oauth/token", FORM,
          b"grant_type=refresh_token&client_id=%s&refresh_token=%s" % (
              client.encode(), server.token().encode())), "invalid_grant"),
        (("POST", "/oauth/token", FORM, b"grant_type=x"), "Status: 400")])


@case("mcp: calls that open no mailbox")
def _():
    endure("mcp", REQUESTS, [
        (("POST", "/mcp", *rpc("initialize", {
            "protocolVersion": postern.LEGACY, "capabilities": {},
            "clientInfo": {"name": "x", "version": "1"}})), "Status: 200"),
        (("POST", "/mcp", *rpc("ping")), "Status: 200"),
        (("POST", "/mcp", *rpc("tools/list")), "Status: 200"),
        (("POST", "/mcp", *rpc("none")), "-32601"),
        (("POST", "/mcp", rpc("ping")[0], b"{"), "-32700"),
        (("POST", "/mcp", JSON, b"{}"), "Status: 401")])


@case("attachment: links that are none")
def _():
    endure("attachment", REQUESTS, [
        (("GET", "/attachment/nothing"), "Status: 4"),
        (("GET", "/attachment/" + server.token()), "Status: 4")])


@case("mcp: IMAP sessions, each opened and closed")
def _():
    uid = server.deliver(FOLDER, "From: a@postern.test\nSubject: x\n\nx\n")
    endure("mcp", SESSIONS, [
        (tool("list_mailboxes"), '"INBOX"'),
        (tool("list_mail_messages", folder=FOLDER), '"messages"'),
        (tool("get_mail_message", folder=FOLDER, uid=uid), '"subject"'),
        (tool("list_mail_messages", folder="None"), "folder_not_found")],
           {"KEEP_SESSIONS": "0"})


def large():
    """The UID of a message with much text and a file."""
    lines = base64.encodebytes(os.urandom(FILE_BYTES)).decode()
    return server.deliver(FOLDER, "\n".join([
        "From: a@postern.test", "Subject: large", "MIME-Version: 1.0",
        'Content-Type: multipart/mixed; boundary="b"', "", "--b",
        "Content-Type: text/html; charset=utf-8", "",
        "<p>text of a <b>large</b> message</p>\n" * (TEXT_BYTES // 38),
        "--b", "Content-Type: application/octet-stream",
        'Content-Disposition: attachment; filename="x"',
        "Content-Transfer-Encoding: base64", "", lines, "--b--", ""]))


@case("mcp: large messages read")
def _():
    uid = large()
    endure("mcp", MAILS, [
        (tool("get_mail_message", folder=FOLDER, uid=uid), "large"),
        (tool("get_mail_attachment", folder=FOLDER, uid=uid), '"url"'),
        (tool("search_mail_messages", folder=FOLDER, body="large"),
         '"messages"')])


@case("attachment: large files fetched")
def _():
    uid = large()

    def fetch(count):
        for left in range(count, 0, -LINK_TIMES):
            url = server.mcp().tool("get_mail_attachment", folder=FOLDER,
                                    uid=uid)["url"]
            target = url[len(server.base_url):]
            times(worker, min(left, LINK_TIMES),
                  [(("GET", target), "Status: 200")])

    with fastcgi.Worker("attachment") as worker:
        told = worker.ask("GET", re.sub(
            "^" + re.escape(server.base_url), "", server.mcp().tool(
                "get_mail_attachment", folder=FOLDER, uid=uid)["url"]))
        assert len(told.body) == FILE_BYTES, told
        measure(worker, MAILS, fetch)


case.run()
