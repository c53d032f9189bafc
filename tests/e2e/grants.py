#!/usr/bin/env python3
"""Cards: an agent is a message in its owner's mailbox, and ends with it."""
import base64
import email
import email.policy
import hashlib
import re
import secrets
import socket
import threading
import urllib.parse

import mailboxes
import postern
from between import Between

server = postern.Server()
ROOT = server.folder("Connected Agents")
LEDGER = server.folder("Connected Agents", "Ledger")
FOLDER = server.folder("Granted")
REDIRECT = "http://127.0.0.1:9/callback"
case = postern.Cases(None if server.keeps() else
                     "GRANTS_FOLDER is empty")


def connect(**more):
    """An agent of its own: what it was given, and its card's UID."""
    before = set(cards())
    told = server.sign_in(**more)
    new = set(cards()) - before
    assert len(new) == 1, new
    return postern.Mcp(server, told["access_token"]), new.pop(), told


def cards():
    client = server.imap()
    kind, _ = client.select('"%s"' % ROOT, True)
    found = []
    if kind == "OK":
        _, told = client.uid("SEARCH", "HEADER", "X-Postern-Grant", "v1")
        found = [int(uid) for uid in told[0].split()]
    client.logout()
    return found


def card(uid):
    """The message, its flags and itself as it is."""
    client = server.imap(ROOT, True)
    _, told = client.uid("FETCH", str(uid), "(FLAGS BODY.PEEK[])")
    client.logout()
    raw = next(part[1] for part in told if isinstance(part, tuple))
    said = b" ".join(part[0] if isinstance(part, tuple) else part
                     for part in told)
    return email.message_from_bytes(raw, policy=email.policy.default), \
        said.decode(), raw


def mark(uid):
    client = server.imap(ROOT)
    client.uid("STORE", str(uid), "+FLAGS.SILENT", "(\\Deleted)")
    return client


def delete(uid):
    client = mark(uid)
    client.expunge()
    client.logout()


def remove_folder():
    client = server.imap()
    _, told = client.list()
    names = [re.search(r'"?([^"]*)"?$', line.decode())[1]
             for line in told if b"Connected" in line]
    for name in sorted(names, reverse=True):
        client.unsubscribe('"%s"' % name)
        kind, said = client.delete('"%s"' % name)
        assert kind == "OK", said
    client.logout()


def ended(mcp, name="list_mail_messages", /, **arguments):
    """A call that must be refused as one without access is."""
    try:
        told = mcp.result(name, **arguments)
    except postern.Refused as refused:
        assert refused.status == 401, refused
        challenge = refused.response.header("WWW-Authenticate")
        assert 'error="invalid_token"' in challenge, challenge
        assert "resource_metadata=" in challenge, challenge
        assert "disconnected" in refused.error["message"], refused
        return
    raise AssertionError(told)


def deliver(text="Hello\n"):
    return server.deliver(FOLDER, "From: bob@postern.test\nSubject: x\n"
                          "Message-ID: <%s@x>\n\n%s" %
                          (secrets.token_hex(8), text))


@case("a card says who may do what since when, and how to end it")
def _():
    mcp, uid, told = connect(
        client=(server.register(client_name="Ann’s agent")["client_id"],
                None),
        scopes=("mail:read", "mail:search"))
    message, said, raw = card(uid)
    assert message["Subject"] == \
        '"Ann’s agent" (127.0.0.1) may read and search your mail', message
    assert "Ann’s agent" in message["From"], message["From"]
    assert message["Auto-Submitted"] == "auto-generated"
    assert re.fullmatch(r"<g\.[\w-]{22}@\S+>", message["Message-ID"])
    text = message.get_content()
    for word in ("Ann’s agent", "127.0.0.1", "read your messages",
                 "Delete this message to disconnect", server.base_url):
        assert word in text, text
    assert "send messages" not in text, text
    assert "\\Seen" in said, said
    assert server.password.encode() not in raw
    assert all(len(line) <= 78 for line in raw.split(b"\r\n")), raw
    assert told["expires_in"] == 8 * 3600, told["expires_in"]
    mcp.tool("list_mail_messages")


@case("its folder is subscribed, that of the records is not")
def _():
    client = server.imap()
    _, told = client.lsub('""', '"*"')
    subscribed = b"\n".join(told).decode()
    _, told = client.list()
    client.logout()
    assert ROOT in subscribed and LEDGER not in subscribed, subscribed
    assert LEDGER in b"\n".join(told).decode(), told


@case("a deleted card ends a connection, also one whose session is kept")
def _():
    fresh, first, _ = connect()
    kept, second, _ = connect()
    other, _, _ = connect()
    uid = deliver()
    assert kept.tool("list_mail_messages", folder=FOLDER)["messages"]
    delete(first)
    ended(fresh)
    delete(second)
    ended(kept, folder=FOLDER)
    ended(kept, "get_mail_message", folder=FOLDER, uid=uid)
    ended(kept, "list_mailboxes")
    ended(kept, "list_accounts", check=True)
    # What the token alone answers is answered; another agent goes on.
    assert kept.tools()
    assert kept.tool("list_accounts")["accounts"]
    assert other.tool("list_mail_messages", folder=FOLDER)["messages"]


@case("however soon, and whatever the kept session has open")
def _():
    for tool, more in (("list_mailboxes", {}),
                       ("list_mail_messages", {"folder": FOLDER}),
                       ("list_mailboxes", {"counts": False})):
        for count in range(4):
            mcp, uid, _ = connect()
            for _ in range(1 + count % 2):
                mcp.tool(tool, **more)
            delete(uid)
            ended(mcp, tool, **more)


@case("one that is marked as deleted counts no more, and is removed")
def _():
    for used in (True, False):
        mcp, uid, _ = connect()
        if used:
            mcp.tool("list_mail_messages")
        mark(uid).logout()
        ended(mcp)
        if uid in cards():
            assert not server.can("UIDPLUS")
        client = server.imap(ROOT)
        client.uid("STORE", str(uid), "-FLAGS", "(\\Deleted)")
        client.logout()
        ended(mcp)


@case("a copy of a deleted card is none")
def _():
    mcp, uid, _ = connect()
    raw = card(uid)[2]
    delete(uid)
    server.deliver(ROOT, raw)
    ended(mcp)


@case("a card that is moved away counts no more")
def _():
    mcp, uid, _ = connect()
    mcp.tool("list_mail_messages")
    client = server.imap(ROOT)
    client.create('"%s"' % FOLDER)
    client.uid("COPY", str(uid), '"%s"' % FOLDER)
    client.uid("STORE", str(uid), "+FLAGS.SILENT", "(\\Deleted)")
    client.expunge()
    client.logout()
    ended(mcp)


@case("nothing is done any more: no flag, no draft, no mail")
def _():
    uid, subject = deliver(), secrets.token_hex(8)
    mcp, own, _ = connect()
    seen = mcp.tool("list_mail_messages", folder=FOLDER)
    delete(own)
    ended(mcp, "update_mail_message_flags", folder=FOLDER, uid=uid,
          uidvalidity=seen["uidvalidity"], add=["\\Flagged"])
    ended(mcp, "delete_mail_message", folder=FOLDER, uids=[uid],
          uidvalidity=seen["uidvalidity"], permanent=True)
    ended(mcp, "create_draft_mail_message", to="bob@postern.test",
          subject=subject, text_body="x")
    ended(mcp, "send_mail_message", to=server.username, subject=subject,
          text_body="x", include_signature=False)
    ended(mcp, "wait_for_mail", timeout_seconds=1)
    client = server.imap(FOLDER, True)
    _, told = client.uid("FETCH", str(uid), "(FLAGS)")
    assert b"Flagged" not in told[0] and b"Deleted" not in told[0], told
    for folder in ("INBOX", server.folder("Sent"), server.folder("Drafts")):
        client.select('"%s"' % folder, True)
        _, told = client.search(None, "SUBJECT", subject)
        assert not told[0], (folder, told)
    client.logout()


@case("who disconnects while it waits for mail gives it none any more")
def _():
    mcp, own, _ = connect()
    waiter = threading.Timer(1, lambda: (delete(own), deliver()))
    waiter.start()
    ended(mcp, "wait_for_mail", folder=FOLDER, timeout_seconds=20)
    waiter.join()


@case("in a batch it is said in its place")
def _():
    mcp, uid, _ = connect()
    delete(uid)
    calls = [mcp.message("tools/call", {"name": name, "arguments": {}})[0]
             for name in ("list_mail_messages", "list_accounts")]
    response = mcp.post(calls)
    assert response.status == 200, response
    first, second = response.json()
    assert "disconnected" in first["error"]["message"], first
    assert second["result"]["structuredContent"]["accounts"], second


@case("links to attachments, and for files, end with it")
def _():
    mcp, uid, _ = connect()
    message = deliver()
    message = server.deliver(
        FOLDER, "From: a@x\nMIME-Version: 1.0\nContent-Type: "
        "multipart/mixed; boundary=b\n\n--b\n\ntext\n--b\nContent-Type: "
        "text/plain\nContent-Disposition: attachment; filename=a.txt\n\n"
        "file\n--b--\n")
    there = mcp.tool("get_mail_attachment", folder=FOLDER, uid=message)["url"]
    here = mcp.tool("get_upload_url", filename="x", size=1)["url"]
    if not there.startswith(server.base_url):
        raise postern.Skip("an S3 store has the files")
    assert postern.fetch("GET", there).body == b"file"
    delete(uid)
    response = postern.fetch("GET", there)
    assert response.status == 401 and b"file" not in response.body, response
    response = postern.fetch("PUT", here, None, b"x")
    assert response.status == 401, response
    error = server.mcp().tool_error(
        "create_draft_mail_message", to="bob@postern.test", subject="x",
        text_body="x", attachment_urls=[there])
    assert error["code"] == "not_permitted", error


@case("while another agent connects, those that are there go on")
def _():
    mcp, uid, _ = connect()
    mcp.tool("list_mail_messages")
    connect()
    mcp.tool("list_mail_messages")
    client = server.imap(ROOT)
    client.uid("STORE", str(uid), "+FLAGS", "(\\Flagged)")
    client.logout()
    told = mcp.tool("list_mail_messages", folder=FOLDER)
    assert told["messages"], told


class Bursts(Between):
    """Notes which commands came in one piece: what was sent at once."""

    def __init__(self):
        self.bursts = []
        super().__init__(server, {})

    def _talk(self, line):
        true = self._reach(line, set(), threading.Condition())
        while data := line.recv(65536):
            self.bursts.append(re.findall(
                rb"^\S+ ((?:UID )?[A-Z]+)", data, re.M))
            true.sendall(data)
        true.close()


@case("the check costs no round trip, on a kept session one STATUS")
def _():
    deliver()
    between = Bursts()
    client = server.provision(imap=between.port)
    told = server.sign_in(client=client)
    mcp = postern.Mcp(server, told["access_token"])
    bursts = []
    for _ in range(3):
        at = len(between.bursts)
        mcp.tool("list_mail_messages", folder=FOLDER)
        bursts.append([b for b in between.bursts[at:]
                       if b and b[0] not in (b"LOGOUT",)])
    for burst in bursts:
        print("# " + "; ".join(b" ".join(one).decode() for one in burst))
    first = next(b for b in bursts[0] if b"EXAMINE" in b)
    assert first.count(b"EXAMINE") == 2, first
    if len(bursts[1]) == len(bursts[0]):
        return                  # a session is not kept here
    if server.can("CONDSTORE"):
        assert bursts[1][0][0] == b"STATUS", bursts[1]
        assert b"EXAMINE" not in bursts[1][0], bursts[1]
    else:
        assert bursts[1][0].count(b"EXAMINE") == 2, bursts[1]
    assert bursts[1] == bursts[2], bursts


def sign_in_at(between, **fields):
    client = server.provision(imap=between.port)
    verifier = secrets.token_urlsafe(48)
    page = server.authorize(client[0], REDIRECT, challenge(verifier),
                            fields=fields)
    return client, verifier, page


def challenge(verifier):
    return base64.urlsafe_b64encode(hashlib.sha256(
        verifier.encode()).digest()).rstrip(b"=").decode()


def redeem(client, verifier, link):
    code = dict(urllib.parse.parse_qsl(
        urllib.parse.urlsplit(link).query))["code"]
    response = postern.fetch(
        "POST", server.metadata()["token_endpoint"], None,
        {"grant_type": "authorization_code", "code": code,
         "redirect_uri": REDIRECT, "code_verifier": verifier,
         "client_id": client[0], "client_secret": client[1]})
    assert response.status == 200, response
    return response.json()


@case("a mailbox that keeps none is connected, and the page says so")
def _():
    before = cards()
    for no in ("[NOPERM] not here", "[OVERQUOTA] there is no room"):
        between = Between(server, {
            "CREATE": b"{tag} NO " + no.encode() + b"\r\n",
            "SELECT": lambda line: b"{tag} NO " + no.encode() + b"\r\n"
            if b"Connected" in line else None})
        client, verifier, page = sign_in_at(between)
        assert page.status == 200, page
        text = page.text()
        assert "Connected, without a message in your mailbox" in text, text
        assert no.split("] ")[1] in text and "password" in text, text
        link = re.search(r'href="(http://127.0.0.1:9/callback[^"]*)"',
                         text)[1].replace("&amp;", "&")
        told = redeem(client, verifier, link)
        assert told["expires_in"] == 3600, told
        assert told["refresh_token"], told
        mcp = postern.Mcp(server, told["access_token"])
        assert mcp.tool("list_mail_messages", folder=FOLDER)["messages"]
    assert cards() == before


@case("a mail server that can't tell is no reason to sign in again")
def _():
    say = []
    between = Between(server, {
        "EXAMINE": lambda line: b"{tag} NO [UNAVAILABLE] later\r\n"
        if say and b"Connected" in line else None})
    told = server.sign_in(client=server.provision(imap=between.port))
    mcp = postern.Mcp(server, told["access_token"])
    say.append(True)
    error = mcp.tool_error("list_mail_messages")
    assert error["code"] == "unavailable" and error["retryable"], error
    say.clear()
    mcp.tool("list_mail_messages")


def revoke(token, client=None, **more):
    body = {"token": token, **more}
    if client is not None:
        body["client_id"] = client[0]
        if client[1]:
            body["client_secret"] = client[1]
    return postern.fetch("POST", server.metadata()["revocation_endpoint"],
                         None, body)


def connect_both():
    """A connection to two mailboxes; the second's is the other person's."""
    client, verifier = server.client(), secrets.token_urlsafe(48)
    address, password = mailboxes.other()
    page = server.authorize(client[0], REDIRECT, challenge(verifier),
                            fields={"decision": "add"})
    assert page.status == 200, page
    form = postern.Form(page.text())
    names = {name for name, _ in form.fields}
    values = {"username": address, "password": password,
              "decision": "allow"}
    values.update({name: value for name, value in
                   server.server_fields().items() if name in names})
    query = {"response_type": "code", "client_id": client[0],
             "redirect_uri": REDIRECT, "code_challenge": challenge(verifier),
             "code_challenge_method": "S256", "state": "st/+=",
             "scope": " ".join(postern.SCOPES), "resource": server.mcp_url}
    url = (server.metadata()["authorization_endpoint"] + "?" +
           urllib.parse.urlencode(query))
    cookies = [value.split(";")[0] for name, value in page.headers
               if name.lower() == "set-cookie"]
    response = postern.fetch(
        "POST", urllib.parse.urljoin(url, form.action or url),
        {"Content-Type": "application/x-www-form-urlencoded",
         "Origin": server.origin(), "Referer": url,
         "Cookie": "; ".join(cookies)},
        urllib.parse.urlencode(form.filled(values, postern.SCOPES)))
    assert response.status == 303, response
    told = redeem(client, verifier, response.header("Location"))
    return postern.Mcp(server, told["access_token"]), client, told


def cards_of_other():
    client = mailboxes.login(server, *mailboxes.other())
    kind, _ = client.select('"%s"' % ROOT)
    found = []
    if kind == "OK":
        _, told = client.uid("SEARCH", "UNDELETED", "HEADER",
                             "X-Postern-Grant", "v1")
        found = told[0].split()
    return client, found


@case("with two mailboxes, each is disconnected by its own card")
def _():
    address, _ = mailboxes.other()
    client, before = cards_of_other()
    client.logout()
    mcp, _, told = connect_both()
    assert told["expires_in"] == 8 * 3600, told
    client, after = cards_of_other()
    assert len(after) == len(before) + 1, after
    for account in (address, server.username):
        assert "total" in mcp.tool("list_mail_messages", account=account)
    client.uid("STORE", after[-1].decode(), "+FLAGS.SILENT", "(\\Deleted)")
    client.expunge()
    client.logout()
    error = mcp.tool_error("list_mail_messages", account=address)
    assert error["code"] == "not_permitted", error
    assert "disconnected" in error["message"] and error["hint"], error
    mcp.tool("list_mail_messages", account=server.username)
    accounts = mcp.tool("list_accounts", check=True)["accounts"]
    assert [one["imap"]["ok"] for one in accounts] == [True, False], accounts


@case("RFC 7009: with two mailboxes, both cards go")
def _():
    own = cards()
    client, before = cards_of_other()
    client.logout()
    mcp, asker, told = connect_both()
    response = revoke(told["access_token"], asker)
    assert response.status == 200, response
    client, after = cards_of_other()
    client.logout()
    assert after == before and cards() == own, (before, after)
    ended(mcp, account=server.username)
    error = mcp.tool_error("list_mail_messages",
                           account=mailboxes.other()[0])
    assert error["code"] == "not_permitted", error


@case("RFC 7009: either token ends the whole connection, for its client only")
def _():
    told = server.metadata()
    assert "client_secret_basic" in \
        told["revocation_endpoint_auth_methods_supported"], told
    for kind in ("access_token", "refresh_token"):
        client = server.client()
        mcp, uid, given = connect(client=client)
        mcp.tool("list_mail_messages")
        other = server.register()["client_id"], None
        response = revoke(given[kind], other)
        assert response.status == 400, response
        assert response.json()["error"] == "invalid_grant", response
        mcp.tool("list_mail_messages")
        response = revoke(given[kind], client, token_type_hint="unheard_of")
        assert response.status == 200 and response.body == b"", response
        assert uid not in cards()
        ended(mcp)
        body = {"grant_type": "refresh_token", "client_id": client[0],
                "refresh_token": given["refresh_token"]}
        if client[1]:
            body["client_secret"] = client[1]
        response = postern.fetch("POST", told["token_endpoint"], None, body)
        assert response.status == 400, response
        assert response.json()["error"] == "invalid_grant", response
        # What is over stays well.
        assert revoke(given[kind], client).status == 200


@case("RFC 7009: what is no token is well; who asks must be known")
def _():
    client = server.client()
    for token in ("x", "a.b.c.d.e", client[0]):
        assert revoke(token, client).status == 200, token
    response = postern.fetch("POST", server.metadata()["revocation_endpoint"],
                             None, {"client_id": client[0]})
    assert response.status in (400, 401), response
    assert revoke("x", ("unknown", None)).status == 401
    assert revoke("x").status == 400
    if client[1]:
        assert revoke("x", (client[0], "wrong")).status == 401
        assert revoke("x", (client[0], None)).status == 401
    url = server.metadata()["revocation_endpoint"]
    assert postern.fetch("GET", url).status == 405
    assert postern.fetch("POST", url.replace("/oauth/", "/"), None,
                         {"token": "x", "client_id": client[0],
                          "client_secret": client[1] or ""}).status == 200
    response = postern.fetch("POST", url, {"Content-Type":
                                           "application/json"}, b"{}")
    assert response.status == 400, response


@case("RFC 7009: a mail server that is down is told, and the card stays")
def _():
    before = set(cards())
    between = Between(server, {})
    client = server.provision(imap=between.port)
    told = server.sign_in(client=client)
    uid, = set(cards()) - before
    between.answers = {"SELECT": b"{tag} NO [UNAVAILABLE] later\r\n"}
    response = revoke(told["access_token"], client)
    assert response.status == 503 and response.header("Retry-After"), response
    assert response.json()["error"] == "temporarily_unavailable", response
    between.answers = {}
    between.listener.shutdown(socket.SHUT_RDWR)
    between.listener.close()
    assert revoke(told["access_token"], client).status == 503
    assert uid in cards()
    delete(uid)


@case("who deletes the folder has disconnected all")
def _():
    first, _, _ = connect()
    second, _, _ = connect()
    first.tool("list_mail_messages")
    second.tool("list_mailboxes")
    remove_folder()
    ended(first)
    ended(second, "list_mailboxes")
    third, _, _ = connect()
    third.tool("list_mail_messages")
    ended(first)
    ended(second)


case.run()
