#!/usr/bin/env python3
"""Codes and refresh tokens serve once, by the records in the mailbox.

What is kept there is looked at, and changed, by a second IMAP client."""
import base64
import concurrent.futures
import hashlib
import imaplib
import re
import secrets
import time
import urllib.parse

import postern
from between import Between
from relay import Relay

server = postern.Server()
CARDS = server.folder("Connected Agents")
LEDGER = server.folder("Connected Agents", "Ledger")
REDIRECT = "http://127.0.0.1:9/callback"
SOFT = 2            # seconds, lib/oauth/grant.h
GRACE = 60          # GRANT_GRACE, as it is when nobody says
case = postern.Cases(None if server.keeps() else
                     "GRANTS_FOLDER is empty")


def fields(folder, name):
    """UID and value of a header field of each message, unfolded."""
    client = server.imap()
    kind, _ = client.select('"%s"' % folder, True)
    found = []
    if kind == "OK":
        _, told = client.uid("FETCH", "1:*", "(UID FLAGS "
                             "BODY.PEEK[HEADER.FIELDS (%s)])" % name)
        for item in told:
            if not isinstance(item, tuple) or b"\\Deleted" in item[0]:
                continue
            uid = int(re.search(rb"UID (\d+)", item[0]).group(1))
            value = re.sub(rb"\s+", b" ", item[1]).decode().strip()
            if value:
                found.append((uid, value.split(": ", 1)[1]))
    client.logout()
    return found


def cards():
    return {value.split()[1]: uid
            for uid, value in fields(CARDS, "X-Postern-Grant")}


def remove(folder, uid):
    client = server.imap(folder)
    client.uid("STORE", str(uid), "+FLAGS.SILENT", r"(\Deleted)")
    client.expunge()
    client.logout()


class Grant:
    """A connection that the user has just allowed: a code, not yet used."""

    def __init__(self, client=None):
        self.client_id, self.secret = client or server.client()
        self.verifier = secrets.token_urlsafe(48)
        challenge = base64.urlsafe_b64encode(hashlib.sha256(
            self.verifier.encode()).digest()).rstrip(b"=").decode()
        before = cards()
        response = server.authorize(self.client_id, REDIRECT, challenge)
        assert response.status in (302, 303), response
        told = dict(urllib.parse.parse_qsl(urllib.parse.urlsplit(
            response.header("Location")).query))
        self.code = told["code"]
        self.gid, = set(cards()) - set(before)

    def ask(self, **form):
        form["client_id"] = self.client_id
        if self.secret:
            form["client_secret"] = self.secret
        return postern.fetch("POST", server.metadata()["token_endpoint"],
                             None, form)

    def redeem(self, **changes):
        return self.ask(**{"grant_type": "authorization_code",
                           "code": self.code, "redirect_uri": REDIRECT,
                           "code_verifier": self.verifier, **changes})

    def refresh(self, token):
        return self.ask(grant_type="refresh_token", refresh_token=token)

    def start(self):
        """Redeems the code."""
        return good(self.redeem())

    def records(self):
        """(generation, UID) of what is kept of its use."""
        found = []
        for uid, value in fields(LEDGER, "X-Postern-Ledger"):
            words = value.split()
            if words[1] == self.gid:
                found.append((int(words[2]), uid))
        return sorted(found)

    def stands(self):
        return self.gid in cards()


def good(response):
    assert response.status == 200, response
    told = response.json()
    assert told["access_token"] and told["refresh_token"], told
    return told


def refused(response, error="invalid_grant", status=400):
    assert response.status == status, response
    told = response.json()
    assert told["error"] == error, told
    assert "access_token" not in told
    return told["error_description"]


def works(token):
    return "mailboxes" in postern.Mcp(server, token).tool("list_mailboxes")


def later(grant, generation, seconds):
    """As if the record of that generation had come so long ago."""
    (uid,) = [u for g, u in grant.records() if g == generation]
    client = server.imap(LEDGER)
    _, told = client.uid("FETCH", str(uid), "(BODY.PEEK[])")
    message = told[0][1]
    client.logout()
    remove(LEDGER, uid)
    client = server.imap()
    kind, _ = client.append('"%s"' % LEDGER, r"(\Seen)",
                            imaplib.Time2Internaldate(time.time() - seconds),
                            message)
    assert kind == "OK"
    client.logout()


@case("a code is used once, and each use is a record")
def _():
    grant = Grant()
    assert grant.records() == []
    told = grant.start()
    assert told["expires_in"] == 8 * 3600, told["expires_in"]
    assert [g for g, _ in grant.records()] == [1]
    assert works(told["access_token"])
    for generation in (2, 3, 4):
        told = good(grant.refresh(told["refresh_token"]))
        assert [g for g, _ in grant.records()] == [
            generation - 1, generation], grant.records()
    assert works(told["access_token"])


@case("a code used twice at once gives one answer that holds")
def _():
    grant = Grant()
    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        answers = [f.result() for f in [pool.submit(grant.redeem)
                                        for _ in range(2)]]
    assert sorted(a.status for a in answers) == [200, 400], answers
    told = [good(a) for a in answers if a.status == 200][0]
    [refused(a) for a in answers if a.status == 400]
    assert grant.stands() and works(told["access_token"])
    good(grant.refresh(told["refresh_token"]))


@case("a code used again later ends the connection")
def _():
    grant = Grant()
    told = grant.start()
    time.sleep(SOFT + 1.5)
    assert "used already" in refused(grant.redeem())
    assert not grant.stands() and grant.records() == []
    refused(grant.refresh(told["refresh_token"]))


@case("a code used again after a refresh ends the connection at once")
def _():
    grant = Grant()
    told = good(grant.refresh(grant.start()["refresh_token"]))
    refused(grant.redeem())
    assert not grant.stands()
    refused(grant.refresh(told["refresh_token"]))


@case("a wrong verifier, client or redirect_uri uses nothing")
def _():
    grant = Grant()
    other = server.register(REDIRECT)["client_id"]
    assert "code_verifier" in refused(grant.redeem(
        code_verifier=secrets.token_urlsafe(48)))
    refused(grant.redeem(redirect_uri=REDIRECT + "/other"))
    refused(postern.fetch("POST", server.metadata()["token_endpoint"], None, {
        "grant_type": "authorization_code", "code": grant.code,
        "redirect_uri": REDIRECT, "code_verifier": grant.verifier,
        "client_id": other}))
    refused(grant.redeem(resource="https://other.example/mcp"),
            "invalid_target")
    assert grant.records() == [] and grant.stands()
    told = grant.start()
    refused(postern.fetch("POST", server.metadata()["token_endpoint"], None, {
        "grant_type": "refresh_token", "client_id": other,
        "refresh_token": told["refresh_token"]}))
    refused(grant.ask(grant_type="refresh_token", scope="mail:everything",
                      refresh_token=told["refresh_token"]), "invalid_scope")
    assert [g for g, _ in grant.records()] == [1]


@case("a refresh that is repeated gets the same successor")
def _():
    grant = Grant()
    first = grant.start()["refresh_token"]
    with concurrent.futures.ThreadPoolExecutor(3) as pool:
        told = [good(f.result()) for f in [pool.submit(grant.refresh, first)
                                           for _ in range(3)]]
    told.append(good(grant.refresh(first)))
    assert [g for g, _ in grant.records()] == [1, 2], grant.records()
    for answer in told:
        assert works(answer["access_token"])
    # All of them are the same token: each may be the next to be used.
    nexts = [good(grant.refresh(a["refresh_token"])) for a in told]
    assert [g for g, _ in grant.records()] == [2, 3], grant.records()
    good(grant.refresh(nexts[2]["refresh_token"]))
    assert grant.stands()


@case("a refresh repeated behind the grace ends the connection")
def _():
    grant = Grant()
    first = grant.start()["refresh_token"]
    second = good(grant.refresh(first))
    later(grant, 2, GRACE - 20)
    good(grant.refresh(first))
    later(grant, 2, GRACE + 20)
    refused(grant.refresh(first))
    assert not grant.stands() and grant.records() == []
    refused(grant.refresh(second["refresh_token"]))


@case("a refresh token whose successor was used ends the connection")
def _():
    grant = Grant()
    tokens = [grant.start()["refresh_token"]]
    for _ in range(2):
        tokens.append(good(grant.refresh(tokens[-1]))["refresh_token"])
    assert "used before" in refused(grant.refresh(tokens[0]))
    assert not grant.stands()
    refused(grant.refresh(tokens[2]))


@case("a record that others put into the folder is nothing")
def _():
    grant = Grant()
    told = grant.start()
    (generation, uid), = grant.records()
    (value,) = [v for u, v in fields(LEDGER, "X-Postern-Ledger") if u == uid]
    words = value.split()
    for forged in (words[:2] + ["2"] + words[3:],
                   words[:2] + ["3"] + words[3:],
                   words[:6] + ["0" * 32], ["v1"], words[:3]):
        server.deliver(LEDGER, "From: a@postern.test\nX-Postern-Ledger: %s\n"
                       "\nx\n" % " ".join(forged))
    answer = good(grant.refresh(told["refresh_token"]))
    assert grant.stands() and works(answer["access_token"])
    # One of another connection is not of this one.
    other = Grant()
    later_token = good(other.refresh(other.start()["refresh_token"]))
    refused(other.redeem())
    assert not other.stands() and grant.stands()
    refused(other.refresh(later_token["refresh_token"]))
    good(grant.refresh(answer["refresh_token"]))
    client = server.imap(LEDGER)
    _, found = client.uid("SEARCH", "HEADER", "From", "a@postern.test")
    for uid in found[0].split():
        client.uid("STORE", uid.decode(), "+FLAGS.SILENT", r"(\Deleted)")
    client.expunge()
    client.logout()


@case("without its records a connection is not renewed, but goes on")
def _():
    grant = Grant()
    told = grant.start()
    for _, uid in grant.records():
        remove(LEDGER, uid)
    assert "lost the records" in refused(grant.refresh(
        told["refresh_token"]))
    assert grant.stands() and works(told["access_token"])
    assert grant.records() == []
    refused(grant.refresh(told["refresh_token"]))


@case("a folder of records made anew renews nothing, but all goes on")
def _():
    grant = Grant()
    told = grant.start()
    client = server.imap()
    time.sleep(1.1)             # where UIDVALIDITY is a time
    assert client.delete('"%s"' % LEDGER)[0] == "OK"
    assert "lost the records" in refused(grant.refresh(
        told["refresh_token"]))
    assert client.create('"%s"' % LEDGER)[0] == "OK"
    client.logout()
    assert "lost the records" in refused(grant.refresh(
        told["refresh_token"]))
    assert grant.records() == []
    assert grant.stands() and works(told["access_token"])
    new = Grant()
    good(new.refresh(new.start()["refresh_token"]))


@case("without its card a code or a refresh token is nothing")
def _():
    grant, other = Grant(), Grant()
    told = grant.start()
    remove(CARDS, cards()[grant.gid])
    assert "disconnected" in refused(grant.refresh(told["refresh_token"]))
    client = server.imap(CARDS)
    uid = cards()[other.gid]
    client.uid("STORE", str(uid), "+FLAGS.SILENT", r"(\Deleted)")
    assert "disconnected" in refused(other.redeem())
    # It was removed for good: no mark can be taken off.
    client.select('"%s"' % CARDS)
    client.uid("STORE", str(uid), "-FLAGS.SILENT", r"(\Deleted)")
    client.logout()
    assert not other.stands()
    refused(other.redeem())


@case("a mailbox that takes no records renews while its card is there")
def _():
    def refuse(line):
        return b"{tag} NO not here\r\n" if b"Ledger" in line else None

    between = Between(server, {verb: refuse for verb in (
        "CREATE", "STATUS", "SELECT", "EXAMINE", "APPEND", "SUBSCRIBE")})
    grant = Grant(server.provision(imap=between.port))
    told = grant.start()
    assert grant.records() == [] and grant.stands()
    for _ in range(2):
        told = good(grant.refresh(told["refresh_token"]))
    assert works(told["access_token"])
    remove(CARDS, cards()[grant.gid])
    assert "disconnected" in refused(grant.refresh(told["refresh_token"]))
    other = Grant(server.provision(imap=between.port))
    client = server.imap(CARDS)
    client.uid("STORE", str(cards()[other.gid]), "+FLAGS", "(\\Deleted)")
    client.logout()
    assert "disconnected" in refused(other.redeem())
    assert not other.stands()


@case("a mail server that can't be asked uses nothing")
def _():
    with Relay(("127.0.0.1", server.ready["imap"]["port"])) as relay:
        grant = Grant(server.provision(imap=relay.port))
        relay.cut_after = 1
        answer = grant.redeem()
        refused(answer, "temporarily_unavailable", 503)
        assert int(answer.header("Retry-After")) > 0
        relay.cut_after = None
        told = grant.start()
        relay.cut_after = 1
        refused(grant.refresh(told["refresh_token"]),
                "temporarily_unavailable", 503)
        relay.cut_after = None
        told = good(grant.refresh(told["refresh_token"]))
        assert works(told["access_token"])
    refused(grant.refresh(told["refresh_token"]),
            "temporarily_unavailable", 503)
    assert grant.stands()


@case("a folder with too many messages uses nothing, and says what to do")
def _():
    grant = Grant()
    told = grant.start()
    client = server.imap()
    message = b"From: flood@postern.test\r\nSubject: x\r\n\r\nx\r\n"
    for _ in range(1001):
        client.append('"%s"' % LEDGER, "", None, message)
    try:
        answer = refused(grant.refresh(told["refresh_token"]),
                         "temporarily_unavailable", 503)
        assert "more than 1000 messages" in answer, answer
        assert [g for g, _ in grant.records()] == [1]
        assert works(told["access_token"])
    finally:
        client.select('"%s"' % LEDGER)
        _, found = client.uid("SEARCH", "HEADER", "From", "flood")
        client.uid("STORE", found[0].decode().replace(" ", ","),
                   "+FLAGS.SILENT", r"(\Deleted)")
        client.expunge()
        client.logout()
    good(grant.refresh(told["refresh_token"]))


if __name__ == "__main__":
    case.run()
