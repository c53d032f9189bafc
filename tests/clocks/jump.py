#!/usr/bin/env python3
"""Two hosts whose clocks are wrong, and jump by an hour while agents work:
nothing is won twice, no time that somebody waits is counted by such a clock,
and who was signed in before is so when the clock is right again.

A host has workers of its own (tests/e2e/fastcgi), into which jump.so is
loaded.  CLOCKS_SECONDS (1) is how long agents work before and after a jump,
CLOCKS_RACES (1) how many codes are raced for in each way."""
import base64
import collections
import concurrent.futures
import contextlib
import hashlib
import itertools
import json
import os
import secrets
import struct
import sys
import threading
import time
import urllib.parse

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "..", "e2e"))
import fastcgi                                                  # noqa: E402
import postern                                                  # noqa: E402
import program                                                  # noqa: E402

SECONDS = float(os.environ.get("CLOCKS_SECONDS", "1"))
RACES = int(os.environ.get("CLOCKS_RACES", "1"))
LIBRARY = os.path.join(os.environ.get("BUILD", "build"), "clocks", "jump.so")
AGENTS = 4
HOUR, SKEW, CODE_SKEW = 3600, 120, 25
PATIENCE = 20           # seconds that no answer may take
PAUSE = 0.02
WAIT = 3                # seconds that an agent waits for mail
REDIRECT = "http://127.0.0.1:9/callback"
PROGRAMS = ("register", "authorize", "token", "mcp")
JSON = {"Content-Type": "application/json",
        "Accept": "application/json, text/event-stream"}
FORM = {"Content-Type": program.FORM}

server = postern.Server()
case = postern.Cases()


class Host:
    """Workers of one clock."""

    def __init__(self):
        self.folder = program.run_dir()
        os.chmod(self.folder, 0o755)
        self.clock = os.path.join(self.folder, "clock")
        library = os.path.join(self.folder, "jump.so")
        with open(LIBRARY, "rb") as file, open(library, "wb") as to:
            to.write(file.read())
        os.chmod(library, 0o755)
        self.jump(0)
        self.workers = {name: fastcgi.Worker(name, {
            "LD_PRELOAD": library, "CLOCK_FILE": self.clock,
            "RATE_CALLS": "0", "ACCESS_TOKEN_TTL": "30m",
            # The tests' certificates are of today.
            "IMAP_TLS": "none"})
            for name in PROGRAMS}

    def jump(self, seconds):
        """Its clock is wrong by that from now on."""
        mode = "r+b" if os.path.exists(self.clock) else "wb"
        with open(self.clock, mode) as file:
            file.write(struct.pack("=q", seconds))
        os.chmod(self.clock, 0o644)

    def ask(self, name, *request, **more):
        start = time.monotonic()
        answer = self.workers[name].ask(*request, **more)
        answer.took = time.monotonic() - start
        assert answer.took < PATIENCE, (request[:2], answer.took)
        return answer

    def post(self, name, target, form, **headers):
        return self.ask(name, "POST", target, {**FORM, **headers},
                        urllib.parse.urlencode(form).encode())

    def close(self):
        for worker in self.workers.values():
            worker.close()


class Agent:
    def __init__(self, host):
        self.host, self.verifier = host, secrets.token_urlsafe(48)
        self.client = host.ask(
            "register", "POST", "/oauth/register", JSON, json.dumps({
                "redirect_uris": [REDIRECT], "client_name": "Clocks",
                "token_endpoint_auth_method": "none"}).encode()
        ).json()["client_id"]
        self.told, self.code = None, self.sign_in()

    def sign_in(self):
        challenge = base64.urlsafe_b64encode(hashlib.sha256(
            self.verifier.encode()).digest()).rstrip(b"=").decode()
        target = "/oauth/authorize?" + urllib.parse.urlencode({
            "response_type": "code", "client_id": self.client,
            "redirect_uri": REDIRECT, "code_challenge": challenge,
            "code_challenge_method": "S256", "state": "s"})
        page = self.host.ask("authorize", "GET", target)
        assert page.status == 200, page
        form = postern.Form(page.text())
        names = {name for name, _ in form.fields}
        answer = self.host.post("authorize", target, form.filled({
            "username": server.username, "password": server.password,
            "decision": "allow-without-sending", **{n: v for n, v in
                                    server.server_fields().items()
                                    if n in names}}),
            Origin=server.origin(),
            Cookie=page.header("Set-Cookie").split(";")[0])
        assert answer.status == 303, answer
        return dict(urllib.parse.parse_qsl(urllib.parse.urlsplit(
            answer.header("Location")).query))["code"]

    def keep(self, answer):
        if answer.status == 200:
            self.told = answer.json()
        return answer

    def redeem(self, host=None):
        return self.keep((host or self.host).post("token", "/oauth/token", {
            "grant_type": "authorization_code", "code": self.code,
            "redirect_uri": REDIRECT, "code_verifier": self.verifier,
            "client_id": self.client}))

    def refresh(self, host=None):
        return self.keep((host or self.host).post("token", "/oauth/token", {
            "grant_type": "refresh_token", "client_id": self.client,
            "refresh_token": self.told["refresh_token"]}))

    def tool(self, name, host=None, **arguments):
        return (host or self.host).ask("mcp", "POST", "/mcp", {
            **JSON, "Authorization": "Bearer " + self.told["access_token"]},
            json.dumps({"jsonrpc": "2.0", "id": 1, "method": "tools/call",
                        "params": {"name": name,
                                   "arguments": arguments}}).encode())

    def works(self):
        answer = self.tool("list_mail_messages")
        return answer.status == 200 and '"isError"' not in answer.text()


@contextlib.contextmanager
def hosts(count=1):
    made = [Host() for _ in range(count)]
    try:
        yield made if count > 1 else made[0]
    finally:
        for host in made:
            host.close()


def signed_in(host):
    agent = Agent(host)
    assert agent.redeem().status == 200
    return agent


class Load:
    """Agents that list and renew over and over; what they were answered."""

    def __init__(self, agents):
        self.seen, self.bad = collections.Counter(), []
        self.ending = threading.Event()
        self.threads = [threading.Thread(target=self.run, args=(agent,),
                                         daemon=True) for agent in agents]
        for thread in self.threads:
            thread.start()

    def run(self, agent):
        turn = 0
        while not self.ending.is_set():
            turn += 1
            try:
                answer = (agent.refresh() if turn % 5 == 0 else
                          agent.tool("list_mail_messages"))
                self.seen["refresh" if turn % 5 == 0 else "call",
                          answer.status] += 1
                assert answer.status != 503 or answer.header("Retry-After")
                assert '"isError"' not in answer.text(), answer
            except (AssertionError, OSError) as bad:
                self.bad.append(repr(bad)[:500])
            time.sleep(PAUSE)

    def end(self):
        """What was seen since this was last asked."""
        self.ending.set()
        for thread in self.threads:
            thread.join(2 * PATIENCE)
            assert not thread.is_alive(), "an answer that never comes"
        assert not self.bad, self.bad[:3]
        return {status: sum(n for (_, was), n in self.seen.items()
                            if was == status)
                for status in {status for _, status in self.seen}}


def work(agents, then=lambda: None):
    """They work, that is done in the midst, and they work on: what they were
    answered before and after."""
    before = Load(agents)
    time.sleep(SECONDS)
    then()
    first = before.end()
    after = Load(agents)
    time.sleep(SECONDS)
    return first, after.end()


@case("R20: a clock goes back by an hour under load, and is set right again")
def _():
    with hosts() as host:
        agents = [signed_in(host) for _ in range(AGENTS)]
        _, late = work(agents, lambda: host.jump(-HOUR))
        # What it is shown is from the future: not now, but not never.
        assert set(late) == {503}, late
        fresh = signed_in(host)
        assert fresh.works() and fresh.refresh().status == 200
        assert fresh.works()
        _, again = work([fresh])
        assert set(again) == {200}, again
        host.jump(0)
        right, on = work(agents)
        print("# late: %s; right again: %s %s" % (late, right, on))
        assert set(right) == set(on) == {200}, (right, on)
        # Whose access token was of an hour before has it renewed.
        assert fresh.tool("list_mail_messages").status == 401
        assert fresh.refresh().status == 200 and fresh.works()


@case("R20: a clock goes on by an hour under load: who renews goes on")
def _():
    with hosts() as host:
        agents = [signed_in(host) for _ in range(AGENTS)]
        _, early = work(agents, lambda: host.jump(HOUR))
        print("# %s" % early)
        # Access tokens of half an hour have ended; no refresh was refused.
        assert set(early) <= {200, 401}, early
        for agent in agents:
            assert agent.refresh().status == 200 and agent.works()


@case("R20: nobody waits by a clock that jumps")
def _():
    with hosts() as host:
        for seconds in (HOUR, 0, -HOUR, 0):
            agent = signed_in(host)
            agent.tool("list_mail_messages")
            timer = threading.Timer(1, host.jump, (seconds,))
            timer.start()
            answer = agent.tool("wait_for_mail", folder="INBOX",
                                timeout_seconds=WAIT)
            timer.join()
            told = answer.text()
            assert answer.status == 200 and '"isError"' not in told, answer
            assert '"timed_out":true' in told, told
            assert WAIT - 0.5 < answer.took < PATIENCE, answer.took


@case("T50: of hosts 240 s apart one wins a code, at whatever time it is")
def _():
    won = collections.Counter()
    with hosts(2) as pair, concurrent.futures.ThreadPoolExecutor() as pool:
        for base, skew, first, _ in itertools.product(
                (0, -HOUR, HOUR), (SKEW, CODE_SKEW), (0, 1), range(RACES)):
            pair[first].jump(base - skew)
            pair[1 - first].jump(base + skew)
            # Of the host that is late, and of the one that is early.
            for maker in pair:
                answers = list(pool.map(Agent(maker).redeem, pair))
                told = tuple(sorted(one.status for one in answers))
                won[told] += 1
                # Who is late can't tell yet, who is early finds it over.
                assert told in ((200, 400), (200, 503)), answers
    print("# %s" % dict(won))
    # Where both could have won it, one of them did.
    assert sum(won.values()) == 24 * RACES and won[200, 400] >= 12 * RACES


case.run()
