#!/usr/bin/env python3
"""Codes and refresh tokens used on several hosts at once, and hosts that die.

A host is a network namespace of its own with its own programs and its own
copy of the key; nothing else is shared but the mail server.  RACES=full runs
1,000 codes, 1,000 refreshes and 400 kills, RACES=few 50 and 5; else it is
200, 200 and 60.
RACES_HOSTS is how many hosts there are, 2 or more."""
import concurrent.futures
import imaplib
import itertools
import json
import os
import random
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
import time

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "..", "e2e"))
from relay import Relay                                         # noqa: E402

BUILD = os.environ.get("BUILD", "build")
MINT = os.path.join(BUILD, "races", "mint")
FAKETIME = "/usr/lib/%s-linux-gnu/faketime/libfaketime.so.1" % os.uname(
    ).machine
HOSTS = int(os.environ.get("RACES_HOSTS", 2))
CODES, KILLS, CLOCKS = {"full": (1000, 400, 100), "few": (50, 5, 5)}.get(
    os.environ.get("RACES"), (200, 60, 20))
BATCH = 50          # connections in the mailbox at once
PAIRS = 2           # races side by side
SKEW = 120          # seconds that a host's clock is wrong
CODE_SKEW = 25      # a code lives for a minute only
NETWORK = "10.%d.%d" % (random.randint(200, 250), random.randint(1, 250))
FOLDERS = ("Connected Agents", "Connected Agents/Ledger")


def ip(*words):
    subprocess.run(["ip", *words], check=True, capture_output=True)


class Host:
    """One of them: jobs are sent to it, and answered in any order."""

    numbers = itertools.count(1)

    def __init__(self, folder, key, number):
        self.name = "postern-%d-%d" % (os.getpid(), number)
        self.veth = "pr%d-%d" % (os.getpid() % 100000, number)
        self.address = "%s.%d" % (NETWORK, 4 * number + 1)
        self.folder = os.path.join(folder, self.name)
        self.key = key
        self.relay = self.process = None
        self.waiting = {}

    def start(self):
        ip("netns", "add", self.name)
        ip("link", "add", self.veth, "type", "veth", "peer", "name", "eth0",
           "netns", self.name)
        ip("addr", "add", self.address + "/30", "dev", self.veth)
        ip("link", "set", self.veth, "up")
        ip("-n", self.name, "addr", "add", "%s.%d/30" % (
            NETWORK, int(self.address.rsplit(".", 1)[1]) + 1), "dev", "eth0")
        ip("-n", self.name, "link", "set", "eth0", "up")
        self.relay = Relay(("127.0.0.1", int(os.environ["TEST_IMAP_PORT"])),
                           self.address)
        os.mkdir(self.folder, 0o700)
        shutil.copy(os.path.join(BUILD, "cgi-bin", "token"), self.folder)
        configure(self.folder, self.key, self.address, self.relay.port)
        self.process = subprocess.Popen(
            ["ip", "netns", "exec", self.name, sys.executable,
             os.path.join(HERE, "host.py"), self.folder],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        threading.Thread(target=self.listen, daemon=True).start()

    def listen(self):
        for line in self.process.stdout:
            told = json.loads(line)
            self.waiting.pop(told["id"]).set_result(told)

    def ask(self, form, kill=None, clock=0):
        number, future = next(self.numbers), concurrent.futures.Future()
        self.waiting[number] = future
        print(json.dumps({"id": number, "form": form, "kill": kill,
                          "clock": clock}), file=self.process.stdin,
              flush=True)
        return future

    def stop(self):
        if self.process:
            self.process.stdin.close()
            self.process.wait()
        if self.relay:
            self.relay.close()
        subprocess.run(["ip", "netns", "del", self.name],
                       capture_output=True, check=False)


def configure(folder, key, host, port):
    shutil.copy(key, folder + "/key")
    os.chmod(folder + "/key", 0o400)
    with open(folder + "/postern.conf", "w", encoding="ascii") as file:
        file.write("BASE_URL=https://mail.postern.test\nIMAP_HOST=%s\n"
                   "IMAP_PORT=%d\nIMAP_TLS=none\nACCESS_TOKEN_TTL=8h\n"
                   "ENCRYPTION_KEY_FILE=%s/key\n" % (host, port, folder))


class Races:
    def __init__(self, folder):
        self.folder = folder + "/mint"
        os.mkdir(self.folder, 0o700)
        key = folder + "/key"
        with open(key, "w", encoding="ascii") as file:
            file.write(os.urandom(32).hex() + "\n")
        configure(self.folder, key, "127.0.0.1",
                  int(os.environ["TEST_IMAP_PORT"]))
        self.hosts = [Host(folder, key, n) for n in range(HOSTS)]
        self.pool = concurrent.futures.ThreadPoolExecutor(PAIRS)

    def mint(self, *words, given="", clock=0):
        env = {**os.environ, "POSTERN_CONF": self.folder + "/postern.conf"}
        if clock:
            env.update({"LD_PRELOAD": FAKETIME, "FAKETIME": "%+ds" % clock,
                        "FAKETIME_DONT_FAKE_MONOTONIC": "1"})
        return subprocess.run([MINT, *words], env=env, input=given,
                              text=True, check=True,
                              stdout=subprocess.PIPE).stdout.splitlines()

    def codes(self, count, clock=0):
        return [json.loads(line) for line in self.mint(
            "codes", str(count), clock=clock)]

    def places(self, tokens):
        """Grant, generation and record that each token names.  It may be of
        a host whose clock is ahead."""
        return self.mint("open", given="".join(t + "\n" for t in tokens),
                         clock=SKEW if os.path.exists(FAKETIME) else 0)

    def race(self, form, clocks=None):
        """The same on all hosts at once, in any order."""
        hosts = list(zip(self.hosts, clocks or [0] * HOSTS))
        random.shuffle(hosts)
        asked = [host.ask(form, clock=clock) for host, clock in hosts]
        return [future.result() for future in asked]

    def all(self, work, things):
        return list(self.pool.map(work, things))


def code_form(grant):
    return {"grant_type": "authorization_code",
            **{n: grant[n] for n in ("client_id", "code", "code_verifier",
                                     "redirect_uri")}}


def refresh_form(grant):
    return {"grant_type": "refresh_token", "client_id": grant["client_id"],
            "refresh_token": grant["token"]}


def empty():
    """Takes all out of the mailbox's folders of ours."""
    client = imaplib.IMAP4("127.0.0.1", int(os.environ["TEST_IMAP_PORT"]))
    client.login(os.environ["TEST_USER"], os.environ["TEST_PASSWORD"])
    for name in FOLDERS:
        if client.select('"%s"' % name)[0] != "OK":
            continue
        client.store("1:*", "+FLAGS.SILENT", r"(\Deleted)")
        client.expunge()
    client.logout()


def records():
    """What stands in the folder: grant, generation, UID, whether \\Deleted."""
    client = imaplib.IMAP4("127.0.0.1", int(os.environ["TEST_IMAP_PORT"]))
    client.login(os.environ["TEST_USER"], os.environ["TEST_PASSWORD"])
    client.select('"%s"' % FOLDERS[1], True)
    _, told = client.uid("FETCH", "1:*", "(UID FLAGS "
                         "BODY.PEEK[HEADER.FIELDS (X-Postern-Ledger)])")
    client.logout()
    for item in told:
        words = re.sub(rb"\s+", b" ", item[1]).decode().split() \
            if isinstance(item, tuple) else []
        if len(words) > 3:
            uid = int(re.search(rb"UID (\d+)", item[0]).group(1))
            yield words[2], int(words[3]), uid, b"\\Deleted" in item[0]


class Verdicts:
    def __init__(self):
        self.number = self.failed = 0
        self.since = time.monotonic()

    def __call__(self, name, count, wanted, wrong):
        good = count == wanted and not wrong
        self.number += 1
        self.failed += not good
        print("%sok %d - %s" % ("" if good else "not ", self.number, name))
        print("# %d of %d, %.1f s" % (count, wanted,
                                      time.monotonic() - self.since))
        for line in wrong[:10]:
            print("# %s" % line)
        sys.stdout.flush()
        self.since = time.monotonic()


def redeem(races, grants, wrong, clocks=None):
    """Each code on all hosts: those that one host only won."""
    won = []
    for grant, answers in zip(grants, races.all(
            lambda g: races.race(code_form(g), clocks), grants)):
        winners = [a for a in answers if a["status"] == 200]
        losers = [a for a in answers if a["status"] == 400 and
                  a["answer"]["error"] == "invalid_grant"]
        if len(winners) == 1 and len(losers) == HOSTS - 1:
            grant["token"] = winners[0]["answer"]["refresh_token"]
            won.append(grant)
        else:
            wrong.append(repr(answers)[:300])
    return won


def refresh(races, grants, wrong, clocks=None):
    """Each token on all hosts: those that all got the same successor of, with
    the one that any of them got."""
    same = []
    for grant, answers in zip(grants, races.all(
            lambda g: races.race(refresh_form(g), clocks), grants)):
        if {a["status"] for a in answers} != {200}:
            wrong.append(repr(answers)[:300])
            continue
        tokens = [a["answer"]["refresh_token"] for a in answers]
        if len(set(races.places(tokens))) != 1:
            wrong.append(repr(races.places(tokens)))
            continue
        grant["token"] = random.choice(tokens)
        same.append(grant)
    return same


def check_records(races, grants, generation, wrong):
    """The lowest record of the last use is that of the token.  Those who came
    later have mostly removed theirs; what stays is rubbish."""
    found, left, marked = {}, 0, 0
    for grant, made, uid, is_marked in records():
        if made == generation:
            left += grant in found
            marked += grant in found and is_marked
            found[grant] = min(uid, found.get(grant, uid))
        elif made > generation:
            wrong.append("%s: generation %d" % (grant, made))
    places = races.places([grant["token"] for grant in grants])
    for grant, place in zip(grants, places):
        uid = found.get(grant["grant"])
        if place != "%s %d %s" % (grant["grant"], generation, uid):
            wrong.append("%s: the lowest is %s" % (place, uid))
    if left:
        print("# %d records stayed of those who lost, %d \\Deleted" %
              (left, marked))


def typical(races, grant):
    """How long a refresh takes, in seconds."""
    took = []
    for _ in range(5):
        start = time.monotonic()
        answer = races.hosts[0].ask(refresh_form(grant)).result()["answer"]
        took.append(time.monotonic() - start)
        grant["token"] = answer["refresh_token"]
    return statistics.median(took)


def kill(races, grant, longest, wrong):
    """Kills a host at some moment, and tries again on another: how often it
    was dead before it had answered, and whether all went on."""
    first, second = random.sample(races.hosts, 2)
    killed = first.ask(refresh_form(grant),
                       kill=random.uniform(0, longest)).result()
    again = second.ask(refresh_form(grant)).result()
    if killed["status"] not in (0, 200) or again["status"] != 200:
        wrong.append(repr((killed, again))[:400])
        return None
    tokens = [a["answer"]["refresh_token"] for a in (killed, again)
              if a["status"] == 200]
    if len(set(races.places(tokens))) != 1:
        wrong.append(repr(races.places(tokens)))
        return None
    grant["token"] = random.choice(tokens)
    return killed["status"] == 0


def kill_all(races, grants, verdict):
    wrong, done = [], []
    longest = 2 * typical(races, grants[0])
    # The same connections are hit over and over, by one after the other.
    while len(done) < KILLS:
        done += races.all(lambda g: kill(races, g, longest, wrong),
                          grants[:KILLS - len(done)])
    print("# %d of %d were dead before they had answered" % (
        sum(one is True for one in done), KILLS))
    verdict("a host is killed while it renews: another goes on with it",
            sum(one is not None for one in done), KILLS, wrong)


CODE_CLOCKS = "hosts with clocks that differ: a code has one winner"
REFRESH_CLOCKS = "hosts with clocks %d s apart: the same successor" % (
    2 * SKEW)


def clocks_all(races, verdict):
    if not os.path.exists(FAKETIME):
        print("ok 4 - %s # SKIP no faketime" % CODE_CLOCKS)
        print("ok 5 - %s # SKIP no faketime" % REFRESH_CLOCKS)
        return
    apart = [(-1 if n % 2 else 1) for n in range(HOSTS)]
    empty()
    wrong = []
    won = redeem(races, races.codes(CLOCKS), wrong,
                 [CODE_SKEW * n for n in apart])
    verdict(CODE_CLOCKS, len(won), CLOCKS, wrong)
    # Tokens that are not from the future for the host that is late.
    wrong, early = [], -SKEW - 80
    grants = races.codes(CLOCKS, clock=early)
    for grant in grants:
        told = races.hosts[0].ask(code_form(grant), clock=early).result()
        grant["token"] = told["answer"]["refresh_token"]
    same = refresh(races, grants, wrong, [SKEW * n for n in apart])
    verdict(REFRESH_CLOCKS, len(same), CLOCKS, wrong)


def run(races, verdict):
    won = same = 0
    wrong_code, wrong_refresh, spent = [], [], [0.0, 0.0]
    for _ in range(0, CODES, BATCH):
        empty()
        grants = races.codes(BATCH)
        start = time.monotonic()
        grants = redeem(races, grants, wrong_code)
        check_records(races, grants, 1, wrong_code)
        won += len(grants)
        spent[0] += time.monotonic() - start
        start = time.monotonic()
        grants = refresh(races, grants, wrong_refresh)
        check_records(races, grants, 2, wrong_refresh)
        same += len(grants)
        spent[1] += time.monotonic() - start
    print("# codes %.1f s, refreshes %.1f s" % tuple(spent))
    verdict("a code used on %d hosts at once has exactly one winner" % HOSTS,
            won, CODES, wrong_code)
    verdict("what it won is alive, and renewed on all at once it has one "
            "successor", same, CODES, wrong_refresh)
    kill_all(races, grants[:min(KILLS, BATCH)], verdict)
    clocks_all(races, verdict)
    empty()


def may_make_namespaces():
    name = "postern-try-%d" % os.getpid()
    if os.geteuid() != 0 or not shutil.which("ip"):
        return False
    made = subprocess.run(["ip", "netns", "add", name], capture_output=True,
                          check=False).returncode == 0
    if made:
        ip("netns", "del", name)
    return made


def main():
    print("1..5")
    if not may_make_namespaces():
        for number in range(1, 6):
            print("ok %d - races %d # SKIP no network namespaces here" %
                  (number, number))
        return 0
    verdict = Verdicts()
    with tempfile.TemporaryDirectory(prefix="races-") as folder:
        races = Races(folder)
        try:
            for host in races.hosts:
                host.start()
            run(races, verdict)
        finally:
            for host in races.hosts:
                host.stop()
    return verdict.failed != 0


if __name__ == "__main__":
    sys.exit(main())
