#!/usr/bin/env python3
"""Many users at few workers that keep their IMAP sessions, their requests all
mixed, and one in twenty goes wrong: no answer has a word in it that is another
user's, and whatever did not go wrong itself is answered right.

COUNT (1000) is how many requests there are, USERS (6) of how many people,
WORKERS (2) how many workers of mcp answer them."""
import base64
import collections
import contextlib
import fcntl
import functools
import json
import os
import random
import re
import sys
import tempfile
import time
import urllib.parse

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "..", "e2e"))
sys.path.insert(0, HERE)
import fastcgi                                                  # noqa: E402
import postern                                                  # noqa: E402
from line import Line                                           # noqa: E402
from mailbox import BROKEN, MESSAGES, Mailbox, words            # noqa: E402

COUNT = int(os.environ.get("COUNT", "1000"))
USERS = int(os.environ.get("USERS", "6"))
WORKERS = int(os.environ.get("WORKERS", "2"))
FAULTY = 0.05           # of the requests
HANGS = max(1, COUNT // 10000 // WORKERS)   # of a worker: each lasts 20 s
HANG_SECONDS = 30       # within which it must be over
KEPT = max(2, USERS // 2)       # sessions that a worker keeps
KEPT_SECONDS = 3
SWEEP_SECONDS = 0.5     # for what a worker does behind an answer
DEPTH = 4               # requests that wait for a worker at a time
TOLD_MOST = 10          # of what went wrong
JSON = {"Content-Type": "application/json",
        "Accept": "application/json, text/event-stream"}

server = postern.Server()
case = postern.Cases(None if server.keeps() else "GRANTS_FOLDER is empty")


class Wrong(Exception):
    """An answer that is not as it must be."""


class SignIn:
    """The programs that make tokens, as workers of their own whose mail
    server is the given one; then postern.fetch asks them."""
    programs = {"/oauth/register": "register", "/oauth/token": "token",
                "/oauth/authorize": "authorize"}

    def __init__(self, settings):
        self.fields = {"imap_port": settings["IMAP_PORT"]}
        self.workers = {path: fastcgi.Worker(name, settings)
                        for path, name in self.programs.items()}
        self.plain = postern.fetch

    def fetch(self, method, url, headers=None, body=None):
        parts = urllib.parse.urlsplit(url)
        if parts.path not in self.workers:
            return self.plain(method, url, headers, body)
        if isinstance(body, dict):
            headers = {"Content-Type": "application/x-www-form-urlencoded",
                       **(headers or {})}
            body = urllib.parse.urlencode(body)
        if isinstance(body, str):
            body = body.encode()
        target = parts.path + ("?" + parts.query if parts.query else "")
        return self.workers[parts.path].ask(method, target, headers,
                                            body or b"")

    def __enter__(self):
        postern.fetch = self.fetch
        self.client = server.register()["client_id"]
        return self

    def __exit__(self, *_):
        postern.fetch = self.plain
        for worker in self.workers.values():
            worker.close()

    def token(self, name):
        return server.sign_in(client=(self.client, None), fields={
            "username": name, **self.fields})["access_token"]


def basic(name, password):
    return "Basic " + base64.b64encode(
        ("%s:%s" % (name, password)).encode()).decode()


class User:
    """A mailbox, and who may use it: an agent that stays connected, and one
    that will not."""

    def __init__(self, box, sign_in):
        self.box = box
        self.token = sign_in.token(box.name)
        before = box.cards(server)
        self.second = sign_in.token(box.name)
        self.card, = box.cards(server) - before
        self.revoked = False

    def any_token(self):
        """Who shows his password himself has no message in the mailbox that
        another session had not."""
        return "Bearer " + self.token if random.random() < 0.7 else basic(
            self.box.name, server.password)

    def revoke(self):
        if not self.revoked:
            self.box.revoke(server, self.card)
        self.revoked = True


# What is asked for, and whether the answer is that.

def same(got, wanted):
    if got != wanted:
        raise Wrong("%r, not %r" % (got, wanted))


def folders(told, box, _):
    names = {one["name"] for one in told["mailboxes"]}
    if not {box.folder, BROKEN, "INBOX"} <= names:
        raise Wrong(repr(names))


def listed(told, box, _):
    same({one["uid"]: one["subject"] for one in told["messages"]},
         {uid: box.subject(uid) for uid in box.uids})


def found(told, box, uid):
    same([one["subject"] for one in told["messages"]], [box.subject(uid)])


def message(told, box, uid):
    one = told["message"]
    same(one["subject"], box.subject(uid))
    for wanted in (box.text(uid), box.sender(), box.filename()):
        if wanted not in json.dumps(one):
            raise Wrong("no %s in %r" % (wanted, one))


def file(told, box, _):
    same(told["filename"], box.filename())


def flagged(told, box, _):
    if "uid" not in json.dumps(told):
        raise Wrong(repr(told))


ASKED = {
    "list_mailboxes": (folders, lambda box, uid: {}),
    "list_mail_messages": (listed, lambda box, uid: {"folder": box.folder}),
    "search_mail_messages": (found, lambda box, uid: {
        "folder": box.folder, "subject": "subject %d " % uid}),
    "get_mail_message": (message, lambda box, uid: {
        "folder": box.folder, "uid": uid, "mark_seen": False}),
    "get_mail_attachment": (file, lambda box, uid: {
        "folder": box.folder, "uid": uid}),
    "update_mail_message_flags": (flagged, lambda box, uid: {
        "folder": box.folder, "uid": uid,
        random.choice(("add", "remove")): ["\\Flagged"]}),
}


class Asked:
    """One request, of one user."""

    def __init__(self, user, tool=None, token=None, arguments=None):
        self.user, self.box = user, user.box
        self.tool = tool or random.choice(list(ASKED))
        self.uid = random.randint(1, MESSAGES)
        self.check, make = ASKED[self.tool]
        self.body = json.dumps({
            "jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": {
                "name": self.tool, "arguments": arguments if arguments
                is not None else make(self.box, self.uid)}}).encode()
        self.headers = {**JSON, "Authorization": token or user.any_token()}
        self.records = fastcgi.records("POST", "/mcp", self.headers,
                                       self.body)

    def alone(self, told):
        """No word in it is anybody else's."""
        foreign = words(told) - {self.box.id}
        if foreign:
            raise Wrong("LEAK: %s of %s is told %r: %r" % (
                self.tool, self.box.id, foreign, told[:3000]))

    def right(self, told):
        response = fastcgi.parse(told)
        same(response.status, 200)
        result = response.json()["result"]
        if result.get("isError"):
            raise Wrong(repr(result)[:1000])
        self.check(result["structuredContent"], self.box, self.uid)

    def refused(self, told):
        """In whatever way; and that is all it says."""
        response = fastcgi.parse(told)
        if response.status == 200 and not response.json()["result"].get(
                "isError"):
            raise Wrong("%s is answered: %r" % (self.tool, told[:1000]))
        if words(response.body):
            raise Wrong("LEAK: %r" % told[:1000])


class Mix:
    """What one worker goes through."""

    def __init__(self, boxes, lock, count):
        self.line = Line(("127.0.0.1", server.ready["imap"]["port"]))
        self.settings = {
            "IMAP_PORT": str(self.line.port), "IMAP_TLS": "none",
            "KEEP_SESSIONS": str(KEPT),
            "KEEP_SESSION_IDLE": "%ds" % KEPT_SECONDS,
            "ALLOW_HEADER_CREDENTIALS": "1"}
        with open(lock, "w", encoding="ascii") as held:
            fcntl.flock(held, fcntl.LOCK_EX)
            with SignIn(self.settings) as sign_in:
                self.users = [User(box, sign_in) for box in boxes]
        self.line.connections = 0
        self.count, self.deck = count, []
        self.done = collections.Counter()
        self.wrong = collections.Counter()
        self.said = []
        self.hangs = 0

    # Each fault, of a request of that user.

    def part_of_head(self, user):
        self.abandon(user, 0, 0.4)

    def part_of_body(self, user):
        self.abandon(user, 0.6, 1)

    def abandon(self, user, least, most):
        """A client that goes away while it asks."""
        asked = Asked(user)
        records = asked.records
        with self.worker.connect() as line:
            line.sendall(records[:1 + int(random.uniform(least, most) * (
                len(records) - 2))])

    def unread(self, user):
        """One that does not wait for its answer."""
        with self.worker.connect() as line:
            line.sendall(Asked(user).records)

    def half_read(self, user):
        asked = Asked(user, "get_mail_message")
        with self.worker.connect() as line:
            line.sendall(asked.records)
            told, _ = fastcgi.read(line, random.randint(1, 300))
        asked.alone(told)

    def aborted(self, user):
        """A web server that says so."""
        asked = Asked(user)
        with self.worker.connect() as line:
            line.sendall(asked.records + fastcgi.record(fastcgi.ABORT))
            told, _ = fastcgi.read(line)
        asked.alone(told)

    def cut(self, user, hang=False):
        """The mail server's line breaks off, or says nothing any more, in the
        midst of an answer: a kept session's, or a new one's."""
        asked = Asked(user)
        began = time.monotonic()
        self.line.cut(random.randint(1, 2500), hang)
        told = self.answer(asked)
        took = time.monotonic() - began
        asked.alone(told)
        if took > HANG_SECONDS:
            raise Wrong("%.0f s" % took)
        # That line hangs still: nobody waits at it any more.
        self.line.calm(False)
        self.healthy(Asked(user))
        self.line.calm()

    def hang(self, user):
        self.cut(user, True)

    def left_behind(self, user):
        """What the server says behind its last answer is not taken for the
        answer to the next request."""
        for text in (b"* 1 EXISTS\r\n{tag} OK done\r\n", b"* OK [ALERT] x\r\n",
                     b"* 1 FETCH (UID 1 FLAGS ()", b"{tag} NO [EXPUNGEISS"):
            self.healthy(Asked(user))
            if not self.line.leave(text):
                raise Wrong("there was no line")
            # Until it has come to the worker's end.
            time.sleep(0.001)
            self.healthy(Asked(user))

    def broken(self, user):
        """A mail server that ends the session in the midst of a message."""
        asked = Asked(user, "get_mail_message", arguments={
            "folder": BROKEN, "uid": 1})
        told = self.answer(asked)
        asked.alone(told)
        asked.refused(told)
        self.healthy(Asked(user))

    def revoked(self, user):
        """An agent that was disconnected finds the session of one that was
        not."""
        user.revoke()
        for tool in random.sample(list(ASKED), 2):
            self.healthy(Asked(user))
            asked = Asked(user, tool, token="Bearer " + user.second)
            told = self.answer(asked)
            asked.refused(told)
            same(fastcgi.parse(told).status, 401)

    def password(self, user):
        """Somebody who does not know it finds the session of who does."""
        self.healthy(Asked(user))
        asked = Asked(user, token=basic(user.box.name, random.choice((
            server.password + "x", server.password[:-1], "x"))))
        asked.refused(self.answer(asked))

    faults = (part_of_head, part_of_body, unread, half_read, aborted, cut,
              hang, left_behind, broken, revoked, password)

    # What goes as it should.

    def answer(self, asked):
        with self.worker.connect() as line:
            line.sendall(asked.records)
            told, whole = fastcgi.read(line)
        if not whole:
            raise Wrong("%s: no whole answer: %r; %s" % (
                asked.tool, told[:500], self.worker.said()[-500:]))
        return told

    def healthy(self, asked):
        told = self.answer(asked)
        asked.alone(told)
        asked.right(told)

    def several(self, asked):
        """They wait for the worker together."""
        with contextlib.ExitStack() as stack:
            lines = []
            for one in asked:
                line = stack.enter_context(self.worker.connect())
                line.sendall(one.records)
                lines.append(line)
            for one, line in zip(asked, lines):
                told, whole = fastcgi.read(line)
                # Else the worker waits for that a while.
                line.close()
                same(whole, True)
                one.alone(told)
                one.right(told)

    def guard(self, kind, act, *words_of):
        try:
            act(*words_of)
        except (Wrong, OSError, KeyError, ValueError, AssertionError) as bad:
            kind = "leak" if "LEAK" in str(bad) else kind
            self.wrong[kind] += 1
            if len(self.said) < TOLD_MOST:
                self.said.append("%s: %r" % (kind, bad))

    def step(self):
        """Of the sessions that are kept some are always about to go, and some
        are there for long."""
        users = self.users if random.random() < 0.5 else self.users[:KEPT]
        if random.random() >= FAULTY * (DEPTH + 1) / 2:
            asked = [Asked(random.choice(users)) for _ in range(
                random.randint(1, DEPTH))]
            self.guard("healthy", self.several, asked)
            self.done["healthy"] += len(asked)
            return
        fault = self.next_fault()
        self.guard(fault.__name__, fault, self, random.choice(users))
        self.done[fault.__name__] += 1

    def next_fault(self):
        """Each comes as often as any other, but for what takes long."""
        if not self.deck:
            self.deck = random.sample(self.faults, len(self.faults))
        fault = self.deck.pop()
        if fault is not Mix.hang:
            return fault
        self.hangs += 1
        return fault if self.hangs <= HANGS else Mix.cut

    def leftover(self):
        """Words of users in the worker's memory, once it has no session."""
        time.sleep(KEPT_SECONDS + SWEEP_SECONDS)
        same(self.worker.ask("POST", "/mcp", JSON, b"{}").status, 401)
        time.sleep(SWEEP_SECONDS)
        found_words = collections.Counter()
        with open("/proc/%d/maps" % self.worker.pid, encoding="ascii") as file:
            areas = [line.split() for line in file]
        with open("/proc/%d/mem" % self.worker.pid, "rb", 0) as memory:
            for area in areas:
                if "w" not in area[1]:
                    continue
                start, end = (int(at, 16) for at in area[0].split("-"))
                memory.seek(start)
                text = memory.read(end - start)
                for match in re.finditer(rb"canary-[0-9a-f]{12}", text):
                    name = area[5] if len(area) > 5 else "other"
                    found_words[name] += 1
                    if len(self.said) < TOLD_MOST:
                        self.said.append("memory, %s: %r" % (
                            name, text[max(0, match.start() - 60):
                                       match.end() + 60]))
        return dict(found_words)

    def run(self):
        with fastcgi.Worker("mcp", self.settings) as worker:
            self.worker = worker
            while sum(self.done.values()) < self.count and sum(
                    self.wrong.values()) < TOLD_MOST:
                self.step()
            before = worker.descriptors()
            memory = self.leftover()
            return {"done": self.done, "wrong": self.wrong, "said": self.said,
                    "memory": memory, "logins": self.line.connections,
                    "lives": worker.lives(),
                    "descriptors": [before, worker.descriptors()]}


def child(boxes, lock, number, out):
    random.seed("%d %s" % (number, os.environ.get("SEED", time.time_ns())))
    try:
        told = Mix(boxes, lock, COUNT // WORKERS).run()
    except Exception as bad:
        told = {"failed": repr(bad)}
        raise
    finally:
        with os.fdopen(out, "w", encoding="utf-8") as file:
            json.dump(told, file)


@functools.cache
def told():
    """What each of the workers' drivers tells, of the one run."""
    boxes = [Mailbox(server) for _ in range(USERS)]
    results, children = [], []
    with tempfile.NamedTemporaryFile() as lock:
        for number in range(WORKERS):
            read, write = os.pipe()
            pid = os.fork()
            if pid == 0:
                os.close(read)
                try:
                    child(boxes, lock.name, number, write)
                finally:
                    os._exit(0)
            os.close(write)
            children.append((pid, read))
        for pid, read in children:
            with os.fdopen(read, encoding="utf-8") as file:
                results.append(json.load(file))
            os.waitpid(pid, 0)
    assert not [one for one in results if "failed" in one], results
    tell(results)
    return results


def total(name, results=None):
    added = collections.Counter()
    for one in results or told():
        added.update(one[name])
    return added


def tell(results):
    done = total("done", results)
    print("# %d requests of %d users at %d workers, %d IMAP sessions; of them "
          "went wrong %s; %d words of another's" % (
              sum(done.values()), USERS, WORKERS,
              sum(one["logins"] for one in results), ", ".join(
                  "%s %d" % one for one in sorted(done.items())
                  if one[0] != "healthy"), total("wrong", results)["leak"]))
    for one in results:
        for said in one["said"]:
            print("# " + said.replace("\n", " ")[:1500])
    sys.stdout.flush()


@case("no answer has a word in it that is another user's")
def _():
    assert total("wrong")["leak"] == 0, total("wrong")


@case("whatever did not go wrong itself is answered right")
def _():
    assert all(one["lives"] for one in told())
    assert not total("wrong"), total("wrong")
    done = total("done")
    assert sum(done.values()) >= COUNT // WORKERS * WORKERS, done
    assert {fault.__name__ for fault in Mix.faults} <= set(done), done


@case("sessions are kept, and found again")
def _():
    done = total("done")
    logins = sum(one["logins"] for one in told())
    assert 0 < logins < done["healthy"], (logins, done)


@case("no word of any user stays in a worker's memory")
def _():
    if os.geteuid() != 0:
        raise postern.Skip("only root may look into it")
    assert not total("memory"), total("memory")
    for one in told():
        assert one["descriptors"][1] <= one["descriptors"][0], one


case.run()
