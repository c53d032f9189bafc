#!/usr/bin/env python3
"""A worker of mcp, any one, is killed each second while eight clients ask
without a pause: no more requests fail than workers were killed, each of them
at a kill, and the workers are as many as before within a second.

KILLS (20) says how many are killed, PAUSE (0) how many seconds a client waits
between its requests, WEB which web server it is."""
import imaplib
import os
import random
import signal
import sys
import threading
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.dirname(
    os.path.abspath(__file__))), "e2e"))
import postern                                                  # noqa: E402

CLIENTS = 8
PATIENCE_SECONDS = 20
WORKERS = 4
BETWEEN_SECONDS = 1
BACK_SECONDS = {"apache-fcgid": 6}	# which looks once a second at most
LOOK_SECONDS = 0.02
PAUSE_SECONDS = float(os.environ.get("PAUSE", "0"))
KILLS = int(os.environ.get("KILLS", "20"))
WEB = os.environ.get("WEB", "lighttpd")
PROGRAM = os.path.join(os.path.dirname(os.environ["TEST_POSTERN"]), "mcp")

server = postern.Server()
case = postern.Cases()


def workers():
    """Their process ids."""
    found = set()
    for name in os.listdir("/proc"):
        if not name.isdigit():
            continue
        try:
            if os.readlink("/proc/%s/exe" % name) == PROGRAM:
                found.add(int(name))
        except OSError:
            pass
    return found


class Load(threading.Thread):
    """One client, that asks again as soon as it is answered."""

    def __init__(self, token):
        super().__init__()
        self.mcp = postern.Mcp(server, token)
        self.asked, self.failed, self.slowest = 0, [], 0.0
        self.ending = threading.Event()

    def ask(self):
        try:
            self.mcp.tool("list_mailboxes")
            return None
        except (AssertionError, OSError, postern.Refused,
                postern.ToolError, postern.http.client.HTTPException) as bad:
            return str(bad) or repr(bad)

    def run(self):
        self.mcp.tools()
        while not self.ending.is_set():
            began = time.monotonic()
            bad = self.ask()
            ended = time.monotonic()
            self.asked += 1
            self.slowest = max(self.slowest, ended - began)
            if bad is not None:
                self.failed.append((began, ended, bad))
            time.sleep(PAUSE_SECONDS)


class Killer:
    """Kills workers, and looks how soon others are there."""

    def __init__(self):
        self.times, self.back = [], []

    def kill(self):
        before = workers()
        assert before, "no worker is there to be killed"
        victim = random.choice(sorted(before))
        self.times.append(time.monotonic())
        os.kill(victim, signal.SIGKILL)
        self.wait(len(before), {victim})

    def wait(self, count, without):
        began = time.monotonic()
        while len(workers() - without) < count:
            if time.monotonic() - began > PATIENCE_SECONDS:
                break
            time.sleep(LOOK_SECONDS)
        self.back.append(time.monotonic() - began)


def warm(clients):
    """Until all workers are at work: mod_fcgid starts them as it needs."""
    until = time.monotonic() + PATIENCE_SECONDS
    while len(workers()) < WORKERS and time.monotonic() < until:
        time.sleep(LOOK_SECONDS)
    assert all(one.is_alive() for one in clients)


def client(name):
    """Signed in to a mailbox that was there before: of the first sessions in
    a new one Dovecot may turn one away."""
    told = server.ready["imap"]
    line = imaplib.IMAP4(told["host"], told["port"])
    line.login(name, server.password)
    line.select()
    line.logout()
    return Load(server.sign_in(fields={"username": name})["access_token"])


def run():
    # Each with a mailbox of its own: of many sessions at once in one, Dovecot
    # now and then ends some for a deadlock among its own processes.
    clients = [client("kills%d@postern.test" % i) for i in range(CLIENTS)]
    killer = Killer()
    for one in clients:
        one.start()
    try:
        warm(clients)
        for _ in range(KILLS):
            begun = time.monotonic()
            killer.kill()
            time.sleep(max(0, begun + BETWEEN_SECONDS - time.monotonic()))
    finally:
        for one in clients:
            one.ending.set()
        for one in clients:
            one.join()
    return clients, killer


def at_a_kill(failure, times):
    """In its midst; or, with mod_fcgid, before it knows who has died."""
    began, ended, _ = failure
    unknown = BACK_SECONDS.get(WEB, 0)
    return any(began - unknown <= at <= ended for at in times)


@case("kills: behind %s a worker that is killed costs its own request" % WEB)
def _():
    clients, killer = run()
    failed = [bad for one in clients for bad in one.failed]
    asked = sum(one.asked for one in clients)
    print("# %s: %d kills, %d requests, %d failed; workers back in %.2f s at "
          "most; the slowest took %.2f s" % (
              WEB, len(killer.times), asked, len(failed), max(killer.back),
              max(one.slowest for one in clients)))
    for began, ended, bad in failed:
        print("# " + bad.replace("\n", " ")[:150])
    assert asked > CLIENTS * KILLS, asked
    assert len(failed) <= len(killer.times), (len(failed), killer.times)
    alone = [bad for bad in failed if not at_a_kill(bad, killer.times)]
    assert not alone, alone
    late = [back for back in killer.back if back > BACK_SECONDS.get(WEB, 1)]
    assert not late, late


case.run()
