#!/usr/bin/env python3
"""The signature: typed at sign-in, kept in the mailbox, nobody else's."""
import re

import postern
from between import Between

server = postern.Server()
FOLDER = server.folder("Connected Agents")
TEXT = "Anna Müller\r\n-- \r\n<b>Zürich</b> & \"elsewhere\" " + "x" * 80
case = postern.Cases()


def clear():
    """Removes the folder and all below it."""
    client = server.imap()
    _, told = client.list()
    names = sorted((re.search(r'"?([^"]*)"?$', line.decode())[1]
                    for line in told if b"Connected" in line), reverse=True)
    for name in names:
        client.unsubscribe('"%s"' % name)
        client.delete('"%s"' % name)
    client.logout()


def kept():
    """The messages of the folder that say they are one."""
    client = server.imap()
    kind, _ = client.select('"%s"' % FOLDER, True)
    if kind != "OK":
        client.logout()
        return []
    _, found = client.uid("SEARCH", "UNDELETED", "HEADER",
                          "X-Postern-Signature", "v1")
    bodies = []
    for uid in found[0].split():
        _, told = client.uid("FETCH", uid.decode(), "(FLAGS BODY.PEEK[])")
        bodies.append(told[0][1])
    client.logout()
    return bodies


def body_of(raw):
    import email
    return email.message_from_bytes(raw).get_payload(decode=True).decode()


@case("what is typed at sign-in is kept as a message in a folder of its own")
def _():
    clear()
    server.sign_in(fields={"signature": TEXT, "name": "Anna Müller"})
    found = kept()
    assert len(found) == 1, found
    assert body_of(found[0]) == TEXT.replace("\r\n", "\n"), found
    head = found[0].split(b"\r\n\r\n")[0].decode("ascii")
    assert re.search(r"^Subject: .*signature", head, re.M), head
    assert "Auto-Submitted: auto-generated" in head
    assert all(len(line) < 1000 for line in head.split("\r\n"))


@case("the folder is subscribed, so that the user sees it")
def _():
    client = server.imap()
    _, told = client.lsub('""', '"*"')
    client.logout()
    assert any(b"Connected Agents" in line for line in told), told


@case("another one takes its place; an empty field leaves it as it is")
def _():
    server.sign_in(fields={"signature": "Second"})
    server.sign_in()
    server.sign_in(fields={"signature": "  \r\n "})
    found = kept()
    assert [body_of(raw) for raw in found] == ["Second"], found


@case("the full name stands in what is sent")
def _():
    told = server.sign_in(fields={"name": "Anna Müller"})
    accounts = postern.Mcp(server, told["access_token"]).tool(
        "list_accounts")["accounts"]
    assert accounts[0]["name"] == "Anna Müller", accounts


@case("what is too long is said, and everything else stays typed")
def _():
    for field, value in (("signature", "x" * 1025), ("name", "x" * 201)):
        client_id, _ = server.client()
        page = server.authorize(client_id, "http://127.0.0.1:9/callback",
                                "A" * 43, fields={field: value})
        assert page.status == 422, page
        assert 'id="%s-wrong"' % field in page.text(), page
        assert value in page.text()
    assert [body_of(raw) for raw in kept()] == ["Second"]


def sign_in_at(between):
    """What the sign-in page says where the mailbox is behind that."""
    client, _ = server.provision(imap=between.port)
    return server.authorize(client, "http://127.0.0.1:9/callback", "A" * 43,
                            fields={"signature": "Third"})


@case("a mailbox that takes no signature is connected all the same")
def _():
    clear()
    no = b"{tag} NO [OVERQUOTA] there is no room\r\n"
    for verb in ("CREATE", "APPEND"):
        page = sign_in_at(Between(server, {verb: no}))
        if verb == "APPEND" and page.status == 303:
            raise postern.Skip("it has no literals that are waited for")
        assert page.status == 200, (verb, page)
        assert "without the signature" in page.text(), page
        assert "no room" in page.text(), page
        link = re.search(r'href="(http://127.0.0.1:9/callback[^"]*)"',
                         page.text())[1]
        assert "code=" in link and "state=" in link, link
        assert page.header("Cache-Control") == "no-store"
    assert kept() == []


@case("what others deliver there is removed by nobody, and is no signature")
def _():
    clear()
    server.sign_in(fields={"signature": "Fourth"})
    server.deliver(FOLDER, "From: x@postern.test\nSubject: forged\n"
                   "X-Postern-Signature: v1 0 0 0\n\nBuy!\n")
    server.sign_in(fields={"signature": "Fifth"})
    found = [body_of(raw).strip() for raw in kept()]
    assert sorted(found) == ["Buy!", "Fifth"], found


case.run()
