#!/usr/bin/env python3
"""A mailbox that is full: nothing is used up, and all goes on.

The server under test has a limit, MAIL_QUOTA."""
import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "..", "e2e"))
import ledger                                                   # noqa: E402
import postern                                                  # noqa: E402

server = postern.Server()
FILLED = server.folder("Filled")
case = postern.Cases()


def fill():
    """Until not the smallest message goes in."""
    client = server.imap()
    client.create('"%s"' % FILLED)
    for size in (100000, 10000, 1000, 100, 1):
        message = b"Subject: x\r\n\r\n" + b"x" * size + b"\r\n"
        while client.append('"%s"' % FILLED, "", None, message)[0] == "OK":
            pass
    client.logout()


def free():
    client = server.imap()
    assert client.delete('"%s"' % FILLED)[0] == "OK"
    client.logout()


@case("a code and a refresh token outlast a mailbox that is full")
def _():
    grant, other = ledger.Grant(), ledger.Grant()
    told = other.start()
    fill()
    try:
        for answer in (grant.redeem(), other.refresh(
                told["refresh_token"])):
            ledger.refused(answer, "temporarily_unavailable", 503)
            assert int(answer.header("Retry-After")) > 0
        assert ledger.works(told["access_token"])
        assert grant.records() == []
        assert [g for g, _ in other.records()] == [1]
    finally:
        free()
    grant.start()
    ledger.good(other.refresh(told["refresh_token"]))
    assert grant.stands() and other.stands()


@case("what was used twice ends its connection in a full mailbox too")
def _():
    grant = ledger.Grant()
    tokens = [grant.start()["refresh_token"]]
    for _ in range(2):
        tokens.append(ledger.good(grant.refresh(tokens[-1]))[
            "refresh_token"])
    fill()
    try:
        ledger.refused(grant.refresh(tokens[0]))
        assert not grant.stands()
    finally:
        free()


@case("a card that is deleted ends its connection in a full mailbox too")
def _():
    grant = ledger.Grant()
    told = grant.start()
    fill()
    try:
        ledger.remove(ledger.CARDS, ledger.cards()[grant.gid])
        ledger.refused(grant.refresh(told["refresh_token"]))
    finally:
        free()


if __name__ == "__main__":
    case.run()
