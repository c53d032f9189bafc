#!/usr/bin/env python3
"""Passwords are guessed through the form: of a thousand guesses in ten minutes
few reach the mail server, from one address or from many; the mailbox's owner is
not locked out for good, and what he has connected goes on all the while.

LONG=1: 1,000 guesses each way, else 36."""
import concurrent.futures
import contextlib
import glob
import os
import shutil
import urllib.parse

import load
import postern
import program
from relay import Relay

GUESSES = 1000 if load.LONG else 36
AT_ONCE = 16
OF_A_USER, OF_AN_ADDRESS = 10, 30	# in ten minutes
WINDOW_SECONDS = 600
BACK = "http://127.0.0.1:9/callback"
CHALLENGE = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"
FAKETIME = glob.glob("/usr/lib/*/faketime/libfaketime.so.1")

server = postern.Server()
case = postern.Cases()
told_imap = server.ready["imap"]


class Visitor:
    """Somebody at the sign-in page, from any address, with a mail server that
    counts who connects."""

    def __init__(self):
        self.relay = Relay((told_imap["host"], told_imap["port"]))
        self.folder, self.clock = program.run_dir(), {}
        client, _ = server.provision(imap=self.relay.port)
        self.target = "/oauth/authorize?" + urllib.parse.urlencode({
            "response_type": "code", "client_id": client, "state": "s",
            "redirect_uri": BACK, "code_challenge": CHALLENGE,
            "code_challenge_method": "S256", "resource": server.mcp_url,
            "scope": "mail:read"})
        self.open()

    def open(self):
        page = self._run("GET", {}, None)
        assert page.status == 200, page
        self.form = postern.Form(page.text())
        self.cookies = "; ".join(v.split(";")[0] for n, v in page.headers
                                 if n.lower() == "set-cookie")

    def later(self, seconds):
        """For this one it is so much later from now on."""
        self.clock = {"LD_PRELOAD": FAKETIME[0], "FAKETIME": "+%d" % seconds}
        self.open()

    def close(self):
        self.relay.close()
        shutil.rmtree(self.folder)

    def _run(self, method, headers, form, address="198.51.100.1"):
        return program.run("authorize", method, self.target, headers, form,
                           settings={"RUN_DIR": self.folder, **self.clock},
                           address=address)

    def sign_in(self, name, password, address):
        fields = dict(self.form.filled({"username": name,
                                        "password": password}, ("mail:read",)))
        return self._run("POST", {
            "Origin": server.origin(), "Cookie": self.cookies,
            "Referer": server.base_url + self.target}, fields, address)

    def guess(self, tries):
        """Wrong passwords for these (name, address): how many reached the
        mail server."""
        before = self.relay.connections
        with concurrent.futures.ThreadPoolExecutor(AT_ONCE) as pool:
            pages = list(pool.map(lambda one: self.sign_in(
                one[1][0], "guess %d" % one[0], one[1][1]),
                                  enumerate(tries)))
        assert all(page.status in (422, 429) for page in pages), \
            {page.status for page in pages}
        assert not any(page.header("Location") for page in pages)
        return self.relay.connections - before


def address(number):
    return "203.0.%d.%d" % (number // 250, number % 250 + 1)


@contextlib.contextmanager
def visitor():
    one = Visitor()
    yield one
    one.close()


@case("T45: many addresses guess one mailbox's password ten times at most")
def _():
    name = load.mailbox(server, "guessed@postern.test")
    agent = load.client(server, name)
    with visitor() as one:
        reached = one.guess([(name, address(n)) for n in range(GUESSES)])
        load.report("T45", "%d guesses of one password from as many addresses:"
                    " %d reached the mail server" % (GUESSES, reached))
        assert 1 <= reached <= OF_A_USER, reached
        # He and others from there go on; with the right password he waits.
        assert load.ask(agent, "list_mailboxes").kind == "ok"
        page = one.sign_in(name, server.password, address(1))
        assert "too many wrong passwords" in page.text(), page
        page = one.sign_in(server.username, server.password, address(1))
        assert page.header("Location"), page
        # Nothing has to be kept for him: it is over where counts are lost.
        for file in os.listdir(one.folder):
            os.unlink(os.path.join(one.folder, file))
        page = one.sign_in(name, server.password, address(1))
        assert page.header("Location"), page


@case("T45: ten minutes later the owner signs in again")
def _():
    if not FAKETIME:
        raise postern.Skip("no faketime")
    name = load.mailbox(server, "later@postern.test")
    with visitor() as one:
        assert one.guess([(name, address(n)) for n in range(12)]) <= OF_A_USER
        page = one.sign_in(name, server.password, address(1))
        assert "too many wrong passwords" in page.text(), page
        one.later(WINDOW_SECONDS + 1)
        page = one.sign_in(name, server.password, address(1))
        assert page.header("Location"), page


@case("T45: one address guesses thirty times at most, whosever password")
def _():
    with visitor() as one:
        reached = one.guess([("person%d@postern.test" % n, address(0))
                             for n in range(GUESSES)])
        load.report("T45", "%d guesses from one address: %d reached the mail "
                    "server" % (GUESSES, reached))
        assert 1 <= reached <= OF_AN_ADDRESS, reached


@case("T45: an address that changes in a customer's network is one")
def _():
    with visitor() as one:
        reached = one.guess([("person%d@postern.test" % n,
                              "2001:db8:1:2::%x" % (n + 1))
                             for n in range(GUESSES)])
        assert 1 <= reached <= OF_AN_ADDRESS, reached


case.run()
