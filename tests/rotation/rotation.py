#!/usr/bin/env python3
"""The key is changed while agents work: a new one opens, then it seals, then
the old one goes; after each step all workers read their keys anew, first by
postern-workers reload, then as each of them gets a SIGHUP.  No request fails,
tokens of both keys are good in between, and those of the key that went are not.

ROTATION_SECONDS (8) is how long all of it lasts at least."""
import base64
import collections
import functools
import hashlib
import json
import os
import signal
import subprocess
import sys
import threading
import time

HERE = os.path.dirname(os.path.abspath(__file__))
TOP = os.path.dirname(os.path.dirname(HERE))
sys.path.insert(0, os.path.join(HERE, "..", "e2e"))
import postern                                                  # noqa: E402

SECONDS = float(os.environ.get("ROTATION_SECONDS", "8"))
STEPS = 5               # of the load, between what is done to the key
KEEPERS, RENEWERS = 4, 2
# Between two requests of a client, and between two new ones, of six each.
PAUSE, RENEW_PAUSE = (0.05, 0.05) if SECONDS > 8 else (0.15, 0.5)
ROUNDS = 2              # of signals to each worker
TOLD_MOST = 5
SITE = os.path.dirname(os.environ["TEST_POSTERN_CONF"])
KEY = os.path.join(SITE, "key")
PROGRAMS = os.path.dirname(os.environ["TEST_POSTERN"])
JSON = {"Content-Type": "application/json",
        "Accept": "application/json, text/event-stream"}

server = postern.Server()
case = postern.Cases()


def kid_of(token):
    part = token.split(".")[0]
    return json.loads(base64.urlsafe_b64decode(
        part + "=" * (-len(part) % 4)))["kid"]


def ask(token):
    """The status of a call that opens the mailbox."""
    return postern.fetch("POST", server.mcp_url, {
        **JSON, "Authorization": "Bearer " + token}, json.dumps({
            "jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": {
                "name": "list_mailboxes", "arguments": {}}}))


class Client(threading.Thread):
    """One agent, that asks without end; .failed is what was not right."""

    def __init__(self, number):
        super().__init__(daemon=True)
        self.pause = PAUSE
        self.name = "rotation%d@postern.test" % number
        self.failed, self.ending = [], threading.Event()
        self.done = collections.Counter()
        self.connect()

    def connect(self):
        self.client_id = server.register()["client_id"]
        self.told = server.sign_in(client=(self.client_id, None),
                                   fields={"username": self.name})

    def call(self):
        token = self.told["access_token"]
        answer = ask(token)
        assert answer.status == 200 and not answer.json()["result"].get(
            "isError"), answer
        self.done[kid_of(token)] += 1

    def refresh(self):
        answer = postern.fetch("POST", server.base_url + "/oauth/token", None,
                               {"grant_type": "refresh_token",
                                "client_id": self.client_id,
                                "refresh_token": self.told["refresh_token"]})
        assert answer.status == 200, answer
        self.told = answer.json()

    def work(self):
        self.call()

    def run(self):
        while not self.ending.is_set():
            try:
                self.work()
            except Exception as bad:
                self.failed.append(repr(bad)[:500])
            time.sleep(self.pause)


class Renewer(Client):
    """One that is new each time: what a key seals it is all there is of."""

    def __init__(self, number):
        super().__init__(number)
        self.pause = RENEW_PAUSE

    def work(self):
        self.connect()
        self.call()
        self.refresh()
        self.call()


def key(*flags):
    """postern key, as doc/many-hosts.md has it; what it prints."""
    return subprocess.run([os.environ["TEST_POSTERN"], "key",
                           "--file=" + KEY, *flags], check=True, text=True,
                          capture_output=True, env={}).stdout


def workers():
    """Process ids of this site's, by program."""
    for pid in filter(str.isdigit, os.listdir("/proc")):
        try:
            path = os.readlink("/proc/%s/exe" % pid)
        except OSError:
            continue
        if os.path.dirname(path) == PROGRAMS:
            yield int(pid)


def all_new(before):
    """Once no worker is there that has the keys of before."""
    until = time.monotonic() + postern.TIMEOUT
    while before & set(workers()):
        assert time.monotonic() < until, "workers do not end"
        time.sleep(0.05)


def reload():
    before = set(workers())
    assert before
    owner = subprocess.run(["stat", "-c", "%U", KEY], check=True, text=True,
                           capture_output=True).stdout.strip()
    subprocess.run(["sh", TOP + "/deploy/spawn/postern-workers", "reload"],
                   check=True, capture_output=True, env={
                       **os.environ, "POSTERN_CONF": SITE + "/postern.conf",
                       "POSTERN_PROGRAMS": PROGRAMS, "POSTERN_USER": owner,
                       "POSTERN_LOG": SITE + "/log",
                       "RUN_DIR": SITE + "/sockets"})
    all_new(before)


def hang_up():
    """Each worker by itself, in any order, and once more."""
    for _ in range(ROUNDS):
        before = set(workers())
        assert before
        for pid in before:
            try:
                os.kill(pid, signal.SIGHUP)
            except ProcessLookupError:
                pass
        all_new(before)


class Run:
    def __init__(self):
        with open(KEY, encoding="ascii") as file:
            self.old = hashlib.sha256(base64.b64decode(
                file.read().split()[0])).hexdigest()[:8]
        self.keepers = [Client(n) for n in range(KEEPERS)]
        self.clients = self.keepers + [
            Renewer(KEEPERS + n) for n in range(RENEWERS)]
        self.first = dict(self.keepers[0].told)
        for client in self.clients:
            client.start()
        self.load()
        self.new = key("--next").split()[1].rstrip(":")
        reload()
        self.load()
        key("--seal=" + self.new)
        hang_up()
        self.load()
        # The end of all that the old one sealed; cards in mailboxes too.
        self.overlap = sum((c.done for c in self.keepers),
                           collections.Counter())
        self.before_drop = ask(self.first["access_token"])
        for client in self.keepers:
            client.connect()
        self.load()
        key("--drop=" + self.old)
        reload()
        hang_up()
        self.load()
        for client in self.clients:
            client.ending.set()
        for client in self.clients:
            client.join()

    def load(self):
        time.sleep(SECONDS / STEPS)


@functools.cache
def the_run():
    return Run()


@case("the key is changed under load: no request fails")
def _():
    run = the_run()
    done = sum((c.done for c in run.clients), collections.Counter())
    failed = [bad for c in run.clients for bad in c.failed]
    print("# %d calls with tokens of the old key, %d of the new one, %d "
          "failed" % (done[run.old], done[run.new], len(failed)))
    for bad in failed[:TOLD_MOST]:
        print("# " + bad)
    assert not failed, len(failed)


@case("tokens of both keys are good until the old one goes")
def _():
    run = the_run()
    assert run.before_drop.status == 200, run.before_drop
    assert run.overlap[run.old] > KEEPERS, run.overlap
    for client in run.clients:
        assert client.done[run.old] and client.done[run.new], client.done
        assert kid_of(client.told["access_token"]) == run.new


@case("what the key sealed that went is worth nothing")
def _():
    run = the_run()
    answer = ask(run.first["access_token"])
    assert answer.status == 401, answer
    assert "invalid_token" in answer.header("WWW-Authenticate"), answer
    answer = postern.fetch("POST", server.base_url + "/oauth/token", None, {
        "grant_type": "refresh_token",
        "client_id": server.register()["client_id"],
        "refresh_token": run.first["refresh_token"]})
    assert answer.status == 400, answer
    assert answer.json()["error"] == "invalid_grant", answer


case.run()
