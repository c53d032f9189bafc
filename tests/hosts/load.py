#!/usr/bin/env python3
"""Clients with mailboxes of their own work through all three balancers at
once, while a host dies, another one is added and the key is changed, as
doc/many-hosts.md says.  HOSTS_SECONDS (15) is how long.

Each client knows of each request which host was to answer it, since the
balancers say so here; what fails is tried again, as a client would."""
import base64
import collections
import hashlib
import http.client
import json
import os
import random
import re
import secrets
import subprocess
import sys
import threading
import time

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "..", "e2e"))
sys.path.insert(0, os.path.join(HERE, "..", "deploy", "newcomer"))
sys.path.insert(0, HERE)
import chapter                                                  # noqa: E402
import mailboxes                                                # noqa: E402
import postern                                                  # noqa: E402
from cluster import FRONTS, NAMES, SPAWN, Cluster, read         # noqa: E402

SECONDS = float(os.environ.get("HOSTS_SECONDS", 15))
CLIENTS = 8
MESSAGES = 6            # that a client flags
PAUSE = 0.03            # between two requests of a client
TRIES = 5               # of one request, by a client that wants it done
DEAD, ADDED, GONE = "b", "d", "c"

server = postern.Server()
cluster = Cluster(os.environ["TEST_CLUSTER"])
case = postern.Cases()
Failure = collections.namedtuple("Failure", "front host start end what")


class Client(threading.Thread):
    """One person's agent.  What it was told is so must be so at the end."""

    def __init__(self, number):
        super().__init__(daemon=True)
        self.name = "host%d@postern.test" % number
        self.front = number         # the next one is another one each time
        self.draws = random.Random(number)
        self.sent, self.failures, self.flags = [], [], {}
        self.count, self.hosts = 0, collections.Counter()
        self.kids, self.bad, self.begun = set(), None, None
        self.ending = threading.Event()
        self.client_id = server.register()["client_id"]
        self.fields = {"username": self.name,
                       "password": os.environ["TEST_PASSWORD"]}
        self.token = server.sign_in(client=(self.client_id, None),
                                    fields=self.fields)
        self.uids = self.fill()

    def imap(self):
        return mailboxes.login(server, self.name, self.fields["password"])

    def fill(self):
        client = self.imap()
        client.create("Work")
        for i in range(MESSAGES):
            client.append("Work", None, None, b"From: a@postern.test\r\n"
                          b"Subject: %d\r\n\r\nx\r\n" % i)
        client.select("Work", True)
        _, told = client.uid("SEARCH", "ALL")
        client.logout()
        return [int(uid) for uid in told[0].split()]

    def ask(self, path, headers, body):
        """Status, host and body of one request; 0 where nothing came."""
        front = FRONTS[self.front % len(FRONTS)]
        self.front += 1
        link = http.client.HTTPConnection(
            "127.0.0.1", cluster.ports[front], timeout=postern.TIMEOUT)
        self.begun = (front, time.monotonic())
        status, host, told, why = 0, None, b"", ""
        try:
            link.request("POST", path, body,
                         {"Host": cluster.told["host"], **headers})
            answer = link.getresponse()
            status, told = answer.status, answer.read()
            host = cluster.name_of(answer.getheader("X-Host"))
        except (OSError, http.client.HTTPException) as bad:
            status, why = 0, repr(bad)
        finally:
            link.close()
        self.count += 1
        self.hosts[front, host] += 1
        if status == 0 or status >= 500:
            self.failures.append(Failure(*self.begun[:1], host, self.begun[1],
                                         time.monotonic(), "%s %d %s %r" % (
                                             path, status, why, told[:300])))
            status = 0
        self.begun = None
        return status, told

    def insist(self, path, headers, body):
        """Until it is answered."""
        for _ in range(TRIES):
            status, told = self.ask(path, headers, body)
            if status != 0:
                return status, told
        raise AssertionError("no answer: %r" % (self.failures[-TRIES:],))

    def tool(self, name, **arguments):
        status, told = self.insist("/mcp", {
            "Content-Type": "application/json",
            "Accept": "application/json, text/event-stream",
            "Authorization": "Bearer " + self.token["access_token"]},
            json.dumps({"jsonrpc": "2.0", "id": self.count,
                        "method": "tools/call",
                        "params": {"name": name, "arguments": arguments}}))
        assert status == 200, (name, status, told)
        if told.startswith(b"event:") or told.startswith(b":"):
            told = [line[5:] for line in told.splitlines()
                    if line.startswith(b"data:")][-1]
        result = json.loads(told)["result"]
        assert not result.get("isError"), (name, result)
        return result["structuredContent"]

    def refresh(self):
        status, told = self.insist("/oauth/token", {
            "Content-Type": "application/x-www-form-urlencoded"},
            "grant_type=refresh_token&client_id=%s&refresh_token=%s" % (
                self.client_id, self.token["refresh_token"]))
        assert status == 200, (status, told)
        self.token = json.loads(told)
        self.kids.add(kid_of(self.token["access_token"]))

    def list(self):
        told = self.tool("list_mail_messages", folder="Work")
        assert len(told["messages"]) == MESSAGES, told

    def read(self):
        number = self.draws.randrange(MESSAGES)
        told = self.tool("get_mail_message", folder="Work",
                         uid=self.uids[number], mark_seen=False)
        assert told["message"]["subject"] == str(number), told

    def flag(self):
        uid = self.draws.choice(self.uids)
        change = self.draws.choice(("add", "remove"))
        self.tool("update_mail_message_flags", folder="Work", uid=uid,
                  **{change: ["\\Flagged"]})
        self.flags[uid] = change == "add"

    def send(self):
        subject = "hosts " + secrets.token_hex(8)
        told = self.tool("send_mail_message", to=self.name, subject=subject,
                         text_body="x\n", request_id="r" + subject)
        # Of a host that died on the way nobody knows how far it came.
        assert told["state"] in ("sent", "sent_not_filed", "unknown"), told
        self.sent.append((subject, told["state"]))

    def run(self):
        works = (self.list, self.read, self.flag, self.send, self.refresh)
        try:
            while not self.ending.is_set():
                self.draws.choices(works, (6, 6, 4, 2, 2))[0]()
                time.sleep(PAUSE)
        except Exception as bad:
            self.bad = bad


def kid_of(token):
    part = token.split(".")[0]
    return json.loads(base64.urlsafe_b64decode(
        part + "=" * (-len(part) % 4)))["kid"]


def kids_of(text):
    """Those of the keys of a key file."""
    return [hashlib.sha256(base64.b64decode(line)).hexdigest()[:8]
            for line in text.splitlines()]


def runbook(heading):
    """The commands that doc/many-hosts.md has below a heading for us."""
    told = [fence.text for page in [chapter.read("doc/many-hosts.md")]
            for anchor, _, fences, _ in page if anchor == heading
            for fence in fences
            if fence.order == ("run by", "tests/hosts/load.py")]
    assert told, heading
    return "".join(told).splitlines()


def here(command, host=None, **places):
    """Runs one as it would be here: without systemd, with other places; on a
    host, if one is given, else where the balancers are."""
    assert command.startswith("sudo "), command
    command = command[len("sudo "):]
    if command.startswith("systemctl reload"):
        return None
    for usual, place in places.items():
        command = command.replace(usual, place)
    if host:
        return host.inside("sh", "-c", command,
                           env=host.environment("fastcgi"))
    return subprocess.run(command, shell=True, check=True, text=True,
                          capture_output=True).stdout


def balancers(heading, changed, new=None):
    """What the runbook says to do where the balancers are, to the third
    host."""
    third, fourth = (cluster.hosts[name].address if name else "" for name in (
        changed, new))
    for command in runbook(heading):
        command = re.sub(r"\bc\b(?= |\.)", changed, re.sub(
            r"\bd (?=10)", (new or "") + " ", command))
        here(command, **{
            r"10\.0\.0\.13": third.replace(".", r"\."),
            "10.0.0.14": fourth,
            "/etc/nginx/postern-hosts.conf":
                cluster.folder + "/fastcgi/share/balancer/fastcgi.conf",
            "/etc/nginx/sites-available/postern.conf":
                cluster.folder + "/http/nginx.conf",
            "/etc/haproxy/haproxy.cfg":
                cluster.folder + "/haproxy/haproxy.cfg"})
    cluster.reload_balancers()


def change_key(command, kid, alive):
    """One step: on the first host; then all others get the file, and each
    host's workers read it."""
    first = cluster.hosts[alive[0]]
    told = here(command, **{
        "postern key": first.folder + "/programs/postern key",
        "/etc/postern/key": first.folder + "/key", "KID": kid or ""})
    for name in alive:
        if name != alive[0]:
            cluster.hosts[name].take_key(first.folder + "/key")
        cluster.hosts[name].workers("reload")
    return told.split()[1].rstrip(":")


def until(share, start):
    time.sleep(max(0, start + share * SECONDS - time.monotonic()))


class Run:
    """All of it, once; the cases look at what came of it."""

    def __init__(self):
        with open(cluster.folder + "/key", encoding="ascii") as file:
            self.old_key = file.read()
        self.clients = [Client(n) for n in range(CLIENTS)]
        start = time.monotonic()
        for client in self.clients:
            client.start()
        until(0.15, start)
        self.caught = [c.begun for c in self.clients]
        self.killed = time.monotonic()
        cluster.hosts[DEAD].die()
        self.dead = time.monotonic()
        until(0.4, start)
        new = cluster.hosts[ADDED]
        new.set_up(cluster.folder)
        command, = runbook("a-host")
        here(command, new, **{
            "10.0.0.11": new.address,
            "/usr/local/share/postern/spawn/postern-workers": "sh " + SPAWN})
        new.start()
        balancers("add-a-host", GONE, ADDED)
        next_key, seal, self.list, self.drop = runbook("change-the-key")
        kid = None
        for share, command in ((0.5, next_key), (0.65, seal)):
            until(share, start)
            kid = change_key(command, kid, [
                name for name in NAMES if name != DEAD])
        self.kid = kid
        until(0.8, start)
        balancers("take-a-host-away", GONE)
        self.taken = time.monotonic()
        time.sleep(1)
        cluster.hosts[GONE].kill()
        until(1, start)
        for client in self.clients:
            client.ending.set()
        for client in self.clients:
            client.join(postern.TIMEOUT)

    def failures(self):
        return [f for c in self.clients for f in c.failures]


run = None


@case("three hosts, 8 clients: one dies, one is added, the key is changed")
def _():
    global run
    run = Run()
    for client in run.clients:
        assert not client.is_alive(), client.begun
        if client.bad:
            raise client.bad
    count = sum(c.count for c in run.clients)
    print("# %d requests in %d s; caught on host %s: %d" % (
        count, SECONDS, DEAD, len(run.failures())))
    for front in FRONTS:
        print("# %s: %s" % (front, ", ".join("%s %d" % (
            name, sum(c.hosts[front, name] for c in run.clients))
            for name in NAMES)))
    # Enough to be about something, however busy this machine is.
    assert min(c.count for c in run.clients) > SECONDS, count


@case("no request fails but those that the dead host was at")
def _():
    failures = run.failures()
    for failure in failures:
        assert failure.host == DEAD, failure
        assert failure.start < run.dead, (failure, run.killed, run.dead)
        assert failure.end > run.killed, failure
    caught = [one for one in run.caught if one]
    assert max(len(c.failures) for c in run.clients) <= 1, failures
    print("# in flight then: %d, failed: %d" % (len(caught), len(failures)))


@case("each balancer asked every host, and the added one")
def _():
    for front in FRONTS:
        hosts = {name for c in run.clients for name in NAMES
                 if c.hosts[front, name]}
        assert hosts == set(NAMES), (front, hosts)


@case("every session goes on, and the new key seals")
def _():
    for client in run.clients:
        client.refresh()
        client.list()
        assert kid_of(client.token["access_token"]) == run.kid
        assert kid_of(client.token["refresh_token"]) == run.kid


@case("no mail is lost, and none is doubled")
def _():
    for client in run.clients:
        link, until_then = client.imap(), time.monotonic() + 30
        wanted = {subject for subject, state in client.sent
                  if state != "unknown"}
        maybe = {subject for subject, _ in client.sent} - wanted
        while True:
            link.select("INBOX", True)
            _, told = link.fetch("1:*", "(BODY.PEEK[HEADER.FIELDS (SUBJECT)])")
            found = collections.Counter(re.findall(
                r"hosts [0-9a-f]{16}", repr(told)))
            if wanted <= set(found) or time.monotonic() > until_then:
                break
            time.sleep(0.2)
        assert wanted <= set(found), wanted - set(found)
        assert set(found) <= wanted | maybe, found
        assert set(found.values()) <= {1}, found
        assert len(maybe) <= len(client.failures), maybe
        link.logout()
    print("# %d messages" % sum(len(c.sent) for c in run.clients))


@case("no change is lost")
def _():
    changes = 0
    for client in run.clients:
        link = client.imap()
        link.select("Work", True)
        for uid, flagged in client.flags.items():
            _, told = link.uid("FETCH", str(uid), "(FLAGS)")
            assert (b"\\Flagged" in told[0]) == flagged, (uid, told)
            changes += 1
        link.logout()
    assert changes >= CLIENTS, changes


@case("the old key is taken away at last, on every host")
def _():
    alive = [name for name in NAMES if name not in (DEAD, GONE)]
    old, = kids_of(run.old_key)
    first = cluster.hosts[alive[0]]
    told = here(run.list, **{
        "postern key": first.folder + "/programs/postern key",
        "/etc/postern/key": first.folder + "/key"})
    assert told == "key %s: seals and opens\nkey %s: opens\n" % (
        run.kid, old), told
    change_key(run.drop, old, alive)
    for name in alive:
        assert kids_of(read(cluster.hosts[name].folder, "key")) == [run.kid]


case.run()
