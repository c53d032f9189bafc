#!/usr/bin/env python3
"""Whether the bars of reliability for load are met, behind nginx with the
workers that deploy/ has, none of which keeps a session: requests a second of
16 clients for about a minute each, and how long the slowest of a hundred take;
starts, a stop amid a request, and plain CGI.

SECONDS (60) is how long each is asked, as far as the bar would have it."""
import json
import os
import signal
import statistics
import subprocess
import sys
import tempfile
import threading
import time
import urllib.parse

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "..", "e2e"))
import fastcgi                                                  # noqa: E402
import postern                                                  # noqa: E402
import program                                                  # noqa: E402

SECONDS = int(os.environ.get("SECONDS", "60"))
CLIENTS = 16
DRIVE = os.path.join(os.environ.get("BUILD", "build"), "bench", "drive")
PLAIN_RATE, PLAIN_MS = 2000, 20
MAIL_RATE, MAIL_MS = 200, 100
START_MS, CGI_MS, STOP_MS = 50, 30, 3000
STARTS, WAIT_SECONDS = 40, 2
FOLDER, MESSAGES = "Load", 100
JSON = {"Content-Type": "application/json",
        "Accept": "application/json, text/event-stream"}

server = postern.Server()
case = postern.Cases()


def call(method, params):
    return json.dumps({"jsonrpc": "2.0", "id": 1, "method": method,
                       "params": params}).encode()


def request(method, path, headers=None, body=b""):
    """As a client sends it."""
    lines = ["%s %s HTTP/1.1" % (method, path), "Host: " +
             urllib.parse.urlsplit(server.base_url).netloc]
    lines += ["%s: %s" % one for one in (headers or {}).items()]
    if body:
        lines.append("Content-Length: %d" % len(body))
    return "\r\n".join(lines + ["", ""]).encode() + body


def bar(what, sent, text, status, rate, most):
    """Asked so often as the bar would have it; none may fail."""
    with tempfile.NamedTemporaryFile() as file:
        file.write(sent)
        file.flush()
        done = subprocess.run(
            [DRIVE, os.environ["TEST_HTTP_PORT"], str(CLIENTS),
             str(rate * SECONDS), file.name, text, str(status)], check=False,
            capture_output=True, text=True, errors="replace")
    assert done.returncode == 0, done.stderr
    median, late, found = map(float, done.stdout.split())
    print("# %s: %d requests, 0 failed, %.0f a second (%d), median %.1f ms, "
          "99 of 100 in %.1f ms (%d); load of this machine %.0f" % (
              what, rate * SECONDS, found, rate, median, late, most,
              os.getloadavg()[0]))
    sys.stdout.flush()
    assert found >= rate and late < most, done.stdout


@case("R1: metadata")
def _():
    bar("metadata", request("GET", "/.well-known/oauth-authorization-server"),
        "issuer", 200, PLAIN_RATE, PLAIN_MS)


@case("R1: who has no token")
def _():
    bar("401", request("POST", "/mcp", JSON, call("ping", {})), "error", 401,
        PLAIN_RATE, PLAIN_MS)


UIDS = [server.deliver(FOLDER, "From: a@postern.test\nSubject: number %d\n\n"
                       "text\n" % i) for i in range(MESSAGES)]

for tool, more_now in (
        ("list_mail_messages", {"per_page": 20}),
        ("search_mail_messages", {"subject": "number 50"}),
        ("get_mail_message", {"uid": UIDS[-1], "mark_seen": False})):
    @case("R1: %s, a new session each" % tool)
    def _(name=tool, more=more_now):
        bearer = {**JSON, "Authorization": "Bearer " + server.token()}
        bar(name, request("POST", "/mcp", bearer, call("tools/call", {
            "name": name, "arguments": {"folder": FOLDER, **more}})),
            "uidvalidity", 200, MAIL_RATE, MAIL_MS)


@case("R19: a worker is there soon")
def _():
    for name, path in (("well-known",
                        "/.well-known/oauth-authorization-server"),
                       ("token", "/oauth/token"), ("mcp", "/mcp"),
                       ("authorize", "/oauth/authorize")):
        took = []
        for _ in range(STARTS):
            began = time.monotonic()
            with fastcgi.Worker(name) as worker:
                worker.ask("GET", path)
                took.append((time.monotonic() - began) * 1000)
        print("# %s: first answer %.1f ms from its start (%d)" % (
            name, statistics.median(took), START_MS))
        assert statistics.median(took) < START_MS, took


@case("R19: a worker that is told to end answers first")
def _():
    with fastcgi.Worker("mcp") as worker, worker.connect() as line:
        line.sendall(fastcgi.records("POST", "/mcp", {
            **JSON, "Authorization": "Bearer " + server.token()},
            call("tools/call", {"name": "wait_for_mail", "arguments": {
                "folder": FOLDER, "timeout": WAIT_SECONDS}})))
        time.sleep(WAIT_SECONDS / 2)
        worker.process.send_signal(signal.SIGTERM)
        told = {}
        reader = threading.Thread(target=lambda: told.update(
            answer=fastcgi.read(line)))
        reader.start()
        reader.join(postern.TIMEOUT)
        began = time.monotonic()
        line.close()
        worker.process.wait(postern.TIMEOUT)
        took = (time.monotonic() - began) * 1000
    answer, whole = told["answer"]
    assert whole and fastcgi.parse(answer).status == 200, answer
    print("# it ended %.0f ms behind its answer" % took)
    assert worker.process.returncode == 0 and took < STOP_MS, took


@case("R19: plain CGI without a mail server")
def _():
    took = []
    for _ in range(STARTS):
        began = time.monotonic()
        answer = program.run("mcp", "POST", "/mcp", headers={
            **JSON, "Authorization": "Bearer " + server.token()},
            body=call("tools/list", {}))
        took.append((time.monotonic() - began) * 1000)
        assert answer.status == 200, answer
    print("# tools/list by CGI: %.1f ms (%d)" % (
        statistics.median(took), CGI_MS))
    assert statistics.median(took) < CGI_MS, took


case.run()
