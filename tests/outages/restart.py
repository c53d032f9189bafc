#!/usr/bin/env python3
"""Dovecot ends and comes back while many ask for their mailboxes: while it is
away they are told to come again, soon after it is back all are served, each
with his own mail; and nobody's token is of less use than before.

LONG=1: three seconds away, five times, 16 clients."""
import time

import load
import postern
from faults import restart

TIMES = 5 if load.LONG else 1
CLIENTS = 16 if load.LONG else 4
AWAY_SECONDS = 3 if load.LONG else 1
AROUND_SECONDS = 5 if load.LONG else 2.5
BACK_SECONDS = 2
PAUSE = 0.02 if load.LONG else 0.1
TEMPORARY = {"connection_failed", "unavailable", "protocol_error", "timeout"}

server = postern.Server()
case = postern.Cases()


class Person:
    """With one message of his own, which says whose it is."""

    def __init__(self, number):
        self.name = "restart%d@postern.test" % number
        self.subject = "mail of number %d" % number
        load.mailbox(server, self.name)
        told = server.ready["imap"]
        line = postern.imaplib.IMAP4(told["host"], told["port"])
        line.login(self.name, server.password)
        line.append("INBOX", None, None, ("From: a@example.org\r\nSubject: %s"
                                          "\r\n\r\nx\r\n" % self.subject
                                          ).encode())
        line.logout()
        self.client = server.client()
        self.token = server.sign_in(fields={"username": self.name},
                                    client=self.client)
        self.mcp = postern.Mcp(server, self.token["access_token"])

    def ask(self):
        asked = load.ask(self.mcp, "list_mail_messages", per_page=5)
        if asked.kind == "ok":
            found = {one["subject"] for one in asked.said["messages"]}
            if found != {self.subject}:
                asked.kind = "foreign"
        return asked

    def refresh(self):
        body = {"grant_type": "refresh_token", "client_id": self.client[0],
                "refresh_token": self.token["refresh_token"]}
        if self.client[1]:
            body["client_secret"] = self.client[1]
        return postern.fetch("POST", server.metadata()["token_endpoint"],
                             None, body)


def judge(each, windows):
    asked = [one for person in each for one in person]
    bad = [one for one in asked if one.kind != "ok"]
    print("# " + load.kinds(asked))
    assert not [one for one in asked if one.kind == "foreign"]
    assert all(one.kind in TEMPORARY | {503} and one.retryable
               for one in bad), bad[:3]
    for down, up in windows:
        inside = [one for one in bad if down <= one.ended and
                  one.began <= up + BACK_SECONDS]
        assert inside, "nobody noticed"
        bad = [one for one in bad if one not in inside]
        first = [min(one.ended for one in person
                     if one.kind == "ok" and one.ended >= up)
                 for person in each]
        print("# away for %.1f s: %s; first served %.2f s after, all %.2f s"
              % (up - down, load.kinds(inside), min(first) - up,
                 max(first) - up))
        if load.LONG:
            assert min(first) - up < BACK_SECONDS, first
    assert not bad, bad[:3]
    load.report("R3", "%d restarts, %d clients, %d requests: %s" % (
        len(windows), len(each), len(asked), load.kinds(asked)))


@case("R3, T52: the mail server ends and comes back: told to come again")
def _():
    people = [Person(n) for n in range(CLIENTS)]
    windows = []
    with load.Clients([one.ask for one in people], PAUSE) as clients:
        for _ in range(TIMES):
            time.sleep(AROUND_SECONDS)
            windows.append(restart(server, AWAY_SECONDS))
        time.sleep(AROUND_SECONDS)
    judge(clients.each, windows)
    for one in people:
        assert one.ask().kind == "ok"
        response = one.refresh()
        assert response.status == 200, response


case.run()
