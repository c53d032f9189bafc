#!/usr/bin/env python3
"""What goes wrong, and what its caller is told: every error says what to do
next, in the language of whoever reads it, and nothing partial passes for
whole."""
import base64
import concurrent.futures
import hashlib
import json
import os
import re
import secrets
import time
import urllib.parse

import postern
import relay

server = postern.Server()
CHANGED, CUT, MANY = map(server.folder, ("Changed", "Cut", "Many"))
case = postern.Cases()
REDIRECT = "http://127.0.0.1:9/callback"
REFUSED_SECONDS = 1.5
LONG = "".join("Line %05d of a long letter.\n" % i for i in range(2000))


def pair():
    """A PKCE verifier and its challenge."""
    verifier = secrets.token_urlsafe(48)
    digest = hashlib.sha256(verifier.encode()).digest()
    return verifier, base64.urlsafe_b64encode(digest).rstrip(b"=").decode()


def sign_in_page(**fields):
    """The page that answers a sign-in with these fields."""
    client = server.register(REDIRECT)["client_id"]
    fields = {**server.server_fields(), **fields}
    return server.authorize(client, REDIRECT, pair()[1], fields=fields)


def check_page(page, *words):
    """It is a page to try again on: no redirect, no password in it."""
    assert page.status in (200, 400, 401, 422, 502, 503), page
    assert page.header("Location") is None
    assert "text/html" in page.header("Content-Type")
    assert "no-store" in page.header("Cache-Control")
    text = page.text()
    assert server.password not in text
    assert 'role="alert"' in text, text
    assert 'name="password"' in text, "nowhere to try again"
    found = [w for w in words if w.lower() in text.lower()]
    assert found, (words, text)
    return text


def mail_by(gate):
    """A client whose mailbox is reached through a relay."""
    told = server.sign_in(client=server.provision(imap=gate.port))
    return postern.Mcp(server, told["access_token"])


def imap_relay():
    told = server.ready["imap"]
    return relay.Relay((told["host"], told["port"]))


# Signing in: the person reads a page.

@case("a wrong password: the page again, and why")
def _():
    check_page(sign_in_page(password="not the password"), "password")


@case("a wrong password and a user nobody knows are told alike, and slowly")
def _():
    def ask(user):
        start = time.monotonic()
        page = sign_in_page(username=user, password="not the password")
        took = time.monotonic() - start
        return took, [re.sub(re.escape(user), "USER", text) for text in
                      re.findall("<li><p>.*?</li>", page.text(), re.S)]
    nobody = "nobody-%s@%s" % (secrets.token_hex(6),
                               server.username.partition("@")[2])
    with concurrent.futures.ThreadPoolExecutor() as pool:
        told = list(pool.map(ask, (server.username, nobody)))
    print("# %s" % ", ".join("%.2f s" % took for took, _ in told))
    assert told[0][1] == told[1][1] != [], told
    # Nobody learns from the time that a mail server took; only the least of
    # it is sure.
    assert min(took for took, _ in told) >= REFUSED_SECONDS, told


@case("an unknown mail host: the page names it")
def _():
    check_page(sign_in_page(imap_host="no-such-host.invalid"),
               "no-such-host.invalid")


@case("nobody listens on the port: the page says so")
def _():
    with imap_relay() as gate:
        port = gate.port
    check_page(sign_in_page(imap_port=str(port)), str(port))


@case("a mail host that is not allowed is not dialled")
def _():
    check_page(sign_in_page(imap_host="169.254.169.254", imap_port="143"),
               "169.254.169.254", "not allowed")


def bad_certificate(address):
    def run():
        """To a server that the operator named, the cause is told."""
        for flag, port in (("--imap-ssl", "TEST_IMAPS_PORT"),
                           ("--no-imap-ssl", "TEST_IMAP_PORT")):
            client, _ = server.provision(flag, imap_host=address,
                                         imap=int(os.environ[port]))
            page = server.authorize(client, REDIRECT, pair()[1])
            check_page(page, "certificate")
            assert address in page.text()
    return run


case("a certificate that expired")(bad_certificate("127.0.0.2"))
case("a certificate of another host")(bad_certificate("127.0.0.3"))
case("a certificate nobody vouches for")(bad_certificate("127.0.0.4"))


@case("the mail server goes away while somebody signs in")
def _():
    for after in (1, 40, 200):
        with imap_relay() as gate:
            gate.cut_after = after
            client, _ = server.provision(imap=gate.port)
            check_page(server.authorize(client, REDIRECT, pair()[1]),
                       "receiving mail")


# The token endpoint: the client reads OAuth JSON.

def code_for(client):
    verifier, challenge = pair()
    fields = server.server_fields()
    answer = server.authorize(client, REDIRECT, challenge, fields=fields)
    assert answer.status in (302, 303), answer
    query = urllib.parse.urlsplit(answer.header("Location")).query
    return dict(urllib.parse.parse_qsl(query))["code"], verifier


def exchange(client, **fields):
    body = {"grant_type": "authorization_code", "client_id": client,
            "redirect_uri": REDIRECT, **fields}
    return postern.fetch("POST", server.metadata()["token_endpoint"], None,
                         body)


def refused(answer, error, status=400):
    assert answer.status == status, answer
    assert "no-store" in answer.header("Cache-Control")
    assert answer.json()["error"] == error, answer
    assert answer.json()["error_description"]
    assert "access_token" not in answer.json()


@case("PKCE: another verifier, none, one too short: invalid_grant")
def _():
    client = server.register(REDIRECT)["client_id"]
    code, verifier = code_for(client)
    refused(exchange(client, code=code, code_verifier=pair()[0]),
            "invalid_grant")
    answer = exchange(client, code=code)
    assert answer.status == 400
    assert answer.json()["error"] in ("invalid_grant", "invalid_request")
    answer = exchange(client, code=code, code_verifier="short")
    assert answer.status == 400
    assert exchange(client, code=code,
                    code_verifier=verifier).status == 200


@case("a code of another client or for another redirect: invalid_grant")
def _():
    client = server.register(REDIRECT)["client_id"]
    other = server.register(REDIRECT, client_name="Another")["client_id"]
    code, verifier = code_for(client)
    refused(exchange(other, code=code, code_verifier=verifier),
            "invalid_grant")
    refused(exchange(client, code=code, code_verifier=verifier,
                     redirect_uri=REDIRECT + "/else"), "invalid_grant")


@case("a tampered code, and tokens of other kinds in its place")
def _():
    client = server.register(REDIRECT)["client_id"]
    code, verifier = code_for(client)
    told = exchange(client, code=code, code_verifier=verifier).json()
    for wrong in tampered(code) + [told["access_token"],
                                   told["refresh_token"], client, "x", ""]:
        answer = exchange(client, code=wrong, code_verifier=verifier)
        assert answer.status == 400, (wrong, answer)
        assert answer.json()["error"] in ("invalid_grant", "invalid_request")
    for wrong in tampered(told["refresh_token"]) + [told["access_token"],
                                                    code, client]:
        refused(postern.fetch("POST", server.metadata()["token_endpoint"],
                              None, {"grant_type": "refresh_token",
                                     "client_id": client,
                                     "refresh_token": wrong}),
                "invalid_grant")


@case("a client_id that is no client's: invalid_client, and no redirect")
def _():
    client = server.register(REDIRECT)["client_id"]
    code, verifier = code_for(client)
    for wrong in tampered(client) + [code, "nobody"]:
        refused(exchange(wrong, code=code, code_verifier=verifier),
                "invalid_client", 401)
        query = {"response_type": "code", "client_id": wrong,
                 "redirect_uri": "https://evil.example/",
                 "code_challenge": pair()[1], "state": "s",
                 "code_challenge_method": "S256"}
        page = postern.fetch(
            "GET", server.metadata()["authorization_endpoint"] + "?" +
            urllib.parse.urlencode(query))
        assert page.status == 400, page
        assert page.header("Location") is None
        assert "text/html" in page.header("Content-Type")


# The MCP endpoint: the client reads a challenge.

def tampered(token):
    """The token with one character of each of its parts changed, cut, and
    written in another way."""
    parts = token.split(".")
    wrong = []
    for i, part in enumerate(parts):
        if part:
            middle = len(part) // 2
            other = "A" if part[middle] != "A" else "B"
            changed = part[:middle] + other + part[middle + 1:]
            wrong.append(".".join(parts[:i] + [changed] + parts[i + 1:]))
    wrong += [token[:-1], token + "A", token + "=", ".".join(parts[:4])]
    return wrong


@case("tampered tokens, and tokens of another kind: 401 and the challenge")
def _():
    client = server.register(REDIRECT)["client_id"]
    code, verifier = code_for(client)
    told = exchange(client, code=code, code_verifier=verifier).json()
    wrong = tampered(told["access_token"]) + [
        told["refresh_token"], client, code, "x"]
    ping = {"jsonrpc": "2.0", "id": 1, "method": "ping"}
    good = postern.Mcp(server, told["access_token"]).post(ping)
    assert good.status == 200, good
    for token in wrong:
        answer = postern.Mcp(server, token).post(ping)
        assert answer.status == 401, (token, answer)
        challenge = answer.header("WWW-Authenticate")
        assert challenge.startswith("Bearer "), challenge
        assert 'error="invalid_token"' in challenge
        assert "resource_metadata=" in challenge
        assert token == "x" or token not in answer.text()


@case("no token: 401, where to get one, and no error member")
def _():
    answer = postern.Mcp(server, None).post(
        {"jsonrpc": "2.0", "id": 1, "method": "ping"})
    assert answer.status == 401, answer
    challenge = answer.header("WWW-Authenticate")
    assert "resource_metadata=" in challenge, challenge
    assert "error=" not in challenge, challenge


# Tools: the model reads one sentence.

def check_error(error, code, *words):
    assert error["code"] in code, error
    for word in words:
        assert word in error["message"] + error.get("hint", ""), error
    assert server.password not in json.dumps(error)


@case("a folder that is missing: three that are like it are named")
def _():
    mcp = server.mcp()
    for tool in ("list_mail_messages", "search_mail_messages"):
        check_error(mcp.tool_error(tool, folder=server.folder("Archve")),
                    ["folder_not_found"], "Archve", "Archive")
    check_error(mcp.tool_error("get_mail_message", folder=server.folder("Draft"), uid=1),
                ["folder_not_found"], "Draft", "Drafts")
    check_error(mcp.tool_error("move_mail_message", folder="Nowhere", uid=1,
                               destination="\\Archive"), ["folder_not_found"])


@case("a message that is missing: its UID is named")
def _():
    mcp = server.mcp()
    for tool in ("get_mail_message", "delete_mail_message"):
        check_error(mcp.tool_error(tool, uid=4294967290),
                    ["message_not_found"], "4294967290")
    check_error(mcp.tool_error("get_mail_attachment", uid=4294967290,
                               part="2"), ["message_not_found"])
    check_error(mcp.tool_error("move_mail_message", uid=4294967290,
                               destination="\\Archive"),
                ["message_not_found"])
    check_error(mcp.tool_error("update_mail_message_flags", uid=4294967290,
                               add=["\\Seen"]), ["message_not_found"])


@case("errors speak of arguments as the model knows them, and help")
def _():
    mcp = server.mcp()
    uid = server.deliver(server.folder("Plain"), "Subject: p\n\np\n")
    there = {"folder": server.folder("Plain"), "uid": uid}
    rows = (
        ("undo_mail_change", {"undo": "x"}, ["undo", "earlier answer"]),
        ("list_mail_messages", {"cursor": "x"}, ["cursor", "next_cursor"]),
        ("search_mail_messages", {"cursor": "1.2"}, ["cursor"]),
        ("list_mail_changes", {"since": "yesterday"},
         ["since", "earlier answer"]),
        ("list_mail_messages", {"since": "yesterday"},
         ["since", "2026-07-28", "Today is 20"]),
        ("search_mail_messages", {"before": "last week"},
         ["before", "2026-07-28", "Today is 20"]),
        ("find_unanswered_mail", {"since": "7d"}, ["since", "2026-07-28"]),
        ("respond_to_invitation", {**there, "response": "accept"},
         ["reply_mail_message"]),
        ("unsubscribe_mailing_list", there, ["another message"]))
    for tool, arguments, words in rows:
        error = mcp.tool_error(tool, **arguments)
        check_error(error, ["invalid_argument"], *words)
        text = error["message"] + error["hint"]
        for word in ("RFC", "SINCE", "BEFORE", "token", "Correct the"):
            assert word not in text, (tool, text)


@case("a folder made anew since: nothing is done to the wrong message")
def _():
    uid = server.deliver(CHANGED, "Subject: kept\n\nkept\n")
    mcp = server.mcp()
    listed = mcp.tool("list_mail_messages", folder=CHANGED)
    wrong = listed["uidvalidity"] + 1
    for tool, more in (("get_mail_message", {}), ("delete_mail_message", {}),
                       ("update_mail_message_flags", {"add": ["\\Seen"]}),
                       ("move_mail_message", {"destination": "\\Archive"})):
        check_error(mcp.tool_error(tool, folder=CHANGED, uid=uid,
                                   uidvalidity=wrong, **more),
                    ["uidvalidity_changed"])
    assert mcp.tool("list_mail_messages", folder=CHANGED)["total"] == 1


@case("the mail server goes away in the middle of a FETCH")
def _():
    uid = server.deliver(CUT, "Subject: long\nContent-Type: text/plain\n\n"
                         + LONG)
    with imap_relay() as gate:
        mcp = mail_by(gate)
        whole = mcp.tool("get_mail_message", folder=CUT, uid=uid,
                         max_chars=80000)["message"]["text"]
        assert whole.strip() == LONG.strip()
        for after in (1, 300, 1500, 6000, 20000, 50000):
            gate.cut_after = after
            error = mcp.tool_error("get_mail_message", folder=CUT,
                                   uid=uid, max_chars=80000)
            check_error(error, ["server_unreachable", "protocol_error",
                                "connection_failed"])
            assert error["retryable"] is True, error
            gate.cut_after = None
            again = mcp.tool("get_mail_message", folder=CUT, uid=uid,
                             max_chars=80000)["message"]["text"]
            assert again == whole


@case("the mail server goes away in the middle of a list and a search")
def _():
    for i in range(12):
        server.deliver(MANY, "From: a@example.org\nSubject: no. %d\n\n%d\n"
                       % (i, i))
    with imap_relay() as gate:
        mcp = mail_by(gate)
        for tool, more in (("list_mail_messages", {"folder": MANY}),
                           ("search_mail_messages", {"folder": MANY}),
                           ("list_mailboxes", {})):
            whole = mcp.tool(tool, **more)
            for after in (1, 60, 150):
                gate.cut_after = after
                error = mcp.tool_error(tool, **more)
                assert error["retryable"] is True, error
                gate.cut_after = None
                again = mcp.tool(tool, **more)
                assert again == whole, (tool, after, again, whole)


@case("the mail server is gone: the error says whether to try again")
def _():
    with imap_relay() as gate:
        mcp = mail_by(gate)
        mcp.tool("list_mail_messages")
    error = mcp.tool_error("list_mail_messages")
    assert error["retryable"] is True, error
    assert server.password not in json.dumps(error)


@case("a session closed while it idled is opened again unseen")
def _():
    with imap_relay() as gate:
        mcp = mail_by(gate)
        whole = mcp.tool("list_mail_messages")
        gate.drop_all()
        assert mcp.tool("list_mail_messages") == whole


@case("an attachment whose server goes away is never taken for whole")
def _():
    body = base64.encodebytes(bytes(range(256)) * 4096).decode()
    uid = server.deliver(CUT, "Subject: file\nMIME-Version: 1.0\n"
                         "Content-Type: application/octet-stream; name=f\n"
                         "Content-Disposition: attachment; filename=f\n"
                         "Content-Transfer-Encoding: base64\n\n" + body)
    with imap_relay() as gate:
        mcp = mail_by(gate)
        told = mcp.tool("get_mail_attachment", folder=CUT, uid=uid,
                        part="1")
        whole = postern.fetch("GET", told["url"])
        assert whole.status == 200 and len(whole.body) == 1 << 20, whole
        told = mcp.tool("get_mail_attachment", folder=CUT, uid=uid,
                        part="1")
        gate.cut_after = 400000
        try:
            cut = postern.fetch("GET", told["url"])
        except Exception as error:
            assert "ncomplete" in repr(error) or "reset" in repr(error), error
            return
        assert cut.status != 200, "%d bytes passed for all" % len(cut.body)


case.run()
