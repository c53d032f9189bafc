#!/usr/bin/env python3
"""How long what travels in headers may be: five mailboxes in an access token
of 4,096 characters and a code of 3,000, through the web server as it is set
up; and what is longer costs its request only.  A token that is too long is
none, 401, as all that are not whole: a client then signs in anew, where with
400 or 431 it would be stuck with it.  Those are for what is longer than the
web server's files here let through.  SIZES=all tries every length of a token;
else every 131st."""
import os
import subprocess
import urllib.parse

import postern

server = postern.Server()
case = postern.Cases()
REDIRECT = "http://127.0.0.1:9/callback"
VERIFIER = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"
CHALLENGE = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"
MAILBOXES, TOKEN_CHARS, CODE_CHARS = 5, 4096, 3000
SEALED_CHARS = 7168     # of what is accepted at all
HEAD_BYTES = 4096       # of an answer, as the least of buffers is
MCP = os.path.join(os.path.dirname(os.environ.get("TEST_POSTERN", "/")), "mcp")
LENGTHS = 9000
# What web servers let through: as deploy/ sets them up, or, where its owner
# can't do that, an Apache as it comes.
PASSED_CHARS = 8000 if os.environ.get("WEB") == "bundle" else LENGTHS
TOO_LONG = (400, 413, 414, 431)


def sealed(token, pad):
    """The token anew, with so much more in it."""
    told = subprocess.run(
        [os.path.join(os.environ.get("BUILD", "build"), "tests/e2e/limit"),
         "folders", "INBOX", "x" * pad], input=token, text=True, check=False,
        capture_output=True, timeout=postern.TIMEOUT,
        env={"POSTERN_CONF": os.environ["TEST_POSTERN_CONF"],
             **postern.SANITIZERS})
    return told.stdout.strip()


def grown(token, length):
    """The token with as much more in it as that length takes."""
    pad = 1 + (length - len(sealed(token, 1))) * 3 // 4
    while len(sealed(token, pad) or "x" * 2 * length) > length:
        pad -= 1
    return sealed(token, pad)


def workers():
    """Processes that wait for requests of /mcp; of plain CGI there are
    none."""
    found = set()
    for pid in filter(str.isdigit, os.listdir("/proc")):
        try:
            if os.readlink("/proc/%s/exe" % pid) == MCP:
                found.add(pid)
        except OSError:
            continue
    return found


def account(number, aliases):
    """As people have them: no field is short.  All are the one mailbox that
    there is."""
    return {"username": "firstname.lastname%d@department.example.org" % number,
            "login": server.username, "label": "Department %d" % number,
            "name": "Firstname Lastname", "aliases": aliases}


def code_of(client, aliases):
    """The answer to the sign-in that puts five mailboxes into a code."""
    boxes = [account(n, aliases) for n in range(MAILBOXES)]
    return server.authorize(client, REDIRECT, CHALLENGE, None, boxes[-1],
                            before=boxes[:-1])


def redeem(client, code):
    answer = postern.fetch(
        "POST", server.metadata()["token_endpoint"], None,
        {"grant_type": "authorization_code", "code": code,
         "code_verifier": VERIFIER, "client_id": client,
         "redirect_uri": REDIRECT})
    assert answer.status == 200, answer
    return answer.json()["access_token"]


@case("five mailboxes: a code in a Location, and a token in Authorization")
def _():
    client = server.register()["client_id"]
    aliases = "me@example.org"
    answer = code_of(client, aliases)
    assert answer.status == 303, answer
    code = dict(urllib.parse.parse_qsl(urllib.parse.urlsplit(
        answer.header("Location")).query))["code"]
    usual = redeem(client, code)
    assert len(code) <= CODE_CHARS and len(usual) <= TOKEN_CHARS
    # As much more as is let in, by which there is room for the longest names
    # that folders of cards may have: five times 4 characters for 3.
    more = (CODE_CHARS - len(code) - 60) * 3 // 4 // MAILBOXES
    for left in range(0, 200, 12):
        answer = code_of(client, aliases[:-4] + "x" * (more - left) + ".org")
        if answer.status == 303:
            break
    assert answer.status == 303, answer
    location = answer.header("Location")
    code = dict(urllib.parse.parse_qsl(urllib.parse.urlsplit(
        location).query))["code"]
    head = sum(len(n) + len(v) + 4 for n, v in answer.headers)
    token = redeem(client, code)
    print("# usual: a token of %d; most: a code of %d, a Location of %d in a "
          "head of %d, a token of %d" % (len(usual), len(code),
                                         len(location), head, len(token)))
    assert CODE_CHARS - 500 < len(code) <= CODE_CHARS, len(code)
    assert head <= HEAD_BYTES and len(token) <= TOKEN_CHARS, head
    for one in (usual, token):
        accounts = postern.Mcp(server, one).tool("list_accounts")["accounts"]
        assert len(accounts) == MAILBOXES, accounts


@case("tokens of 4,096 and of 7,168 characters arrive")
def _():
    for length in (TOKEN_CHARS, SEALED_CHARS):
        token = grown(server.token(), length)
        assert length - 4 < len(token) <= length, len(token)
        mcp = postern.Mcp(server, token)
        assert "total" in mcp.tool("list_mail_messages", folder="INBOX")
        assert mcp.post("{}").status == 400


def is_refused(answer, length):
    """Whether a client is told to get another token; where it did not get to
    who tells that, the web server's own no."""
    if length > PASSED_CHARS and answer.status in TOO_LONG:
        return True
    return answer.status == 401 and \
        'error="invalid_token"' in answer.header("WWW-Authenticate")


@case("T6: tokens of every length are 401, and no worker dies of one")
def _():
    step = 1 if os.environ.get("SIZES") == "all" else 131
    token, before = server.token(), workers()
    lengths = [*range(1, LENGTHS + 1, step), SEALED_CHARS,
               SEALED_CHARS + 1, 8191, 8192, 8193, LENGTHS]
    for length in lengths:
        answer = postern.Mcp(server, (token * 20)[:length]).post("{}")
        # The one that is whole may call; what it says is no request.
        assert answer.status == 400 if length == len(token) else \
            is_refused(answer, length), (length, answer)
    print("# %d lengths, %d workers" % (len(lengths), len(before)))
    assert "total" in server.mcp().tool("list_mail_messages")
    assert step == 1 or workers() == before


@case("what is too long costs its request only")
def _():
    accounts = server.mcp().tool("list_accounts")
    for length in (1, 100, TOKEN_CHARS, SEALED_CHARS, SEALED_CHARS + 1, 8000,
                   8193, LENGTHS, 20000, 70000):
        try:
            answer = postern.Mcp(server, "x" * length).post("{}")
        except OSError:
            assert length > PASSED_CHARS, length
            continue            # the web server hung up while it was sent
        assert is_refused(answer, length), (length, answer)
        assert server.mcp().tool("list_accounts") == accounts


case.run()
