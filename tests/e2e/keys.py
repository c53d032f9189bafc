#!/usr/bin/env python3
"""A key is replaced: what was sealed goes on while the old one is kept, and
ends when it is taken away; and key files that programs refuse to start with.

Each request is a process of its own, so that each may have other keys."""
import base64
import hashlib
import json
import os
import re
import secrets
import shutil
import socket
import subprocess
import tempfile
import urllib.parse

import mailboxes
import postern
import program

server = postern.Server()
case = postern.Cases()
REDIRECT = "http://127.0.0.1:9/callback"
PROGRAMS = ("register", "authorize", "token", "revoke", "mcp", "connections",
            "attachment")
FOLDER = server.folder("Elsewhere")
OLD, NEW = (base64.b64encode(os.urandom(32)).decode() for _ in range(2))
home = tempfile.mkdtemp(prefix="postern-keys-")


def put(name, text, mode=0o400):
    """A file of the user who runs the programs."""
    path = os.path.join(home, name)
    with open(path, "w", encoding="ascii") as file:
        file.write(text)
    if os.geteuid() == 0:
        told = os.stat(os.environ["TEST_POSTERN_CONF"])
        os.chown(home, told.st_uid, told.st_gid)
        os.chown(path, told.st_uid, told.st_gid)
    os.chmod(path, mode)
    return {"ENCRYPTION_KEY_FILE": path}


def kid(key):
    return hashlib.sha256(base64.b64decode(key)).hexdigest()[:8]


def kid_of(token):
    part = token.split(".")[0]
    return json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4))
                      )["kid"]


# The steps of an operator: which keys the programs have.
BEFORE = put("before", OLD + "\n")
BOTH = put("both", "%s\n%s\n" % (NEW, OLD))
APART = {**put("apart", NEW + "\n"), "ENCRYPTION_KEYS_OLD": OLD}
AFTER = put("after", NEW + "\n")


def ask(keys, name, method, target, **more):
    """keys: settings, or per program."""
    return program.run(name, method, target,
                       settings=keys.get(name, keys), **more)


class Agent:
    """A client, and how far it has come."""

    def __init__(self, keys):
        told = ask(keys, "register", "POST", "/oauth/register",
                   headers={"Content-Type": "application/json"},
                   body=json.dumps({
                       "redirect_uris": [REDIRECT], "client_name": "Keys",
                       "token_endpoint_auth_method": "none"}).encode())
        assert told.status == 201, told
        self.client = told.json()["client_id"]
        self.verifier = secrets.token_urlsafe(48)
        self.page = self.told = None

    def open(self, keys):
        challenge = base64.urlsafe_b64encode(hashlib.sha256(
            self.verifier.encode()).digest()).rstrip(b"=").decode()
        self.target = "/oauth/authorize?" + urllib.parse.urlencode({
            "response_type": "code", "client_id": self.client,
            "redirect_uri": REDIRECT, "code_challenge": challenge,
            "code_challenge_method": "S256", "state": "s"})
        self.page = ask(keys, "authorize", "GET", self.target)
        return self.page

    def send(self, keys):
        form = postern.Form(self.page.text())
        names = {name for name, _ in form.fields}
        values = {"username": server.username, "password": server.password,
                  "decision": "allow", **{
                      n: v for n, v in server.server_fields().items()
                      if n in names}}
        told = ask(keys, "authorize", "POST", self.target, headers={
            "Origin": server.origin(),
            "Cookie": self.page.header("Set-Cookie").split(";")[0],
            "Content-Type": program.FORM},
            body=urllib.parse.urlencode(form.filled(values)).encode())
        if told.status == 303:
            self.code = dict(urllib.parse.parse_qsl(urllib.parse.urlsplit(
                told.header("Location")).query))["code"]
        return told

    def redeem(self, keys):
        return self.keep(ask(keys, "token", "POST", "/oauth/token", form={
            "grant_type": "authorization_code", "code": self.code,
            "redirect_uri": REDIRECT, "code_verifier": self.verifier,
            "client_id": self.client}))

    def refresh(self, keys, token=None):
        return self.keep(ask(keys, "token", "POST", "/oauth/token", form={
            "grant_type": "refresh_token", "client_id": self.client,
            "refresh_token": token or self.told["refresh_token"]}))

    def keep(self, answer):
        if answer.status == 200:
            self.told = answer.json()
        return answer

    def tool(self, keys, name, **arguments):
        return ask(keys, "mcp", "POST", "/mcp", headers={
            "Content-Type": "application/json",
            "Accept": "application/json, text/event-stream",
            "Authorization": "Bearer " + self.told["access_token"]},
            body=json.dumps({
                "jsonrpc": "2.0", "id": 1, "method": "tools/call",
                "params": {"name": name, "arguments": arguments}}).encode())

    def reads(self, keys):
        answer = self.tool(keys, "list_mail_messages")
        return answer.status == 200 and not answer.json()["result"].get(
            "isError")


def start(keys):
    agent = Agent(keys)
    assert agent.open(keys).status == 200, agent.page
    answer = agent.send(keys)
    assert answer.status == 303, answer
    return agent


def connect(keys):
    agent = start(keys)
    answer = agent.redeem(keys)
    assert answer.status == 200, answer
    return agent


def link(agent, keys):
    """A sealed link to an attachment; None where an S3 store has them."""
    uid = server.deliver(
        FOLDER, "Subject: x\nMIME-Version: 1.0\nContent-Type: "
        "application/pdf\nContent-Disposition: attachment; "
        "filename=a.pdf\n\nfile\n")
    answer = agent.tool(keys, "get_mail_attachment", folder=FOLDER, uid=uid)
    url = answer.json()["result"]["structuredContent"]["url"]
    return urllib.parse.urlsplit(url).path if url.startswith(
        server.base_url) else None


def is_error(answer, status, error):
    assert answer.status == status, answer
    assert answer.json()["error"] == error, answer
    return True


def goes_on(keys):
    """Everything that began before the key was replaced."""
    agent, waiting, asked = connect(BEFORE), start(BEFORE), Agent(BEFORE)
    assert kid_of(agent.told["access_token"]) == kid(OLD)
    path, first = link(agent, BEFORE), agent.told["refresh_token"]
    asked.open(BEFORE)
    assert agent.reads(keys)
    if path:
        answer = ask(keys, "attachment", "GET", path)
        assert answer.status == 200 and b"file" in answer.body, answer
    answer = waiting.redeem(keys)
    assert answer.status == 200, answer
    assert asked.send(keys).status == 303
    assert asked.redeem(keys).status == 200
    for one in (waiting, asked):
        assert kid_of(one.told["access_token"]) == kid(NEW), one.told
        assert one.reads(keys)
    # The record that the old key had signed tells of the first use.
    assert agent.refresh(BEFORE).status == 200
    again = agent.refresh(keys, first)
    assert again.status == 200, again
    assert kid_of(agent.told["refresh_token"]) == kid(NEW)
    assert agent.refresh(keys).status == 200
    assert agent.reads(keys)
    if server.keeps():
        assert is_error(agent.refresh(keys, first), 400, "invalid_grant")
        assert agent.tool(keys, "list_mail_messages").status == 401
    assert Agent(keys).open(keys).status == 200
    return waiting


@case("with the old key kept, all that it sealed or signed goes on")
def _():
    waiting = goes_on(BOTH)
    # Newly sealed, and yet its card is signed by the old key.
    assert waiting.reads(BOTH)
    assert waiting.tool(AFTER, "list_mail_messages").status == (
        401 if server.keeps() else 200)
    assert waiting.reads(BOTH)


@case("ENCRYPTION_KEYS_OLD keeps it as well as a line of the file")
def _():
    goes_on(APART)


@case("with the old key gone, all that it sealed ends with the right error")
def _():
    agent, waiting, asked = connect(BEFORE), start(BEFORE), Agent(BEFORE)
    path = link(agent, BEFORE)
    asked.open(BEFORE)
    answer = agent.tool(AFTER, "list_mail_messages")
    assert answer.status == 401, answer
    assert 'error="invalid_token"' in answer.header("WWW-Authenticate")
    # Its client is not known any more: that is what it is told first.
    for answer in (agent.refresh(AFTER), waiting.redeem(AFTER)):
        is_error(answer, 401, "invalid_client")
    new = Agent(AFTER).client
    waiting.client = agent.client = new
    is_error(agent.refresh(AFTER), 400, "invalid_grant")
    is_error(waiting.redeem(AFTER), 400, "invalid_grant")
    if path:
        answer = ask(AFTER, "attachment", "GET", path)
        assert answer.status == 401 and b"file" not in answer.body, answer
    answer = asked.send(AFTER)
    assert answer.status == 400 and answer.header("Location") is None, answer
    assert "not known here" in answer.text(), answer
    assert asked.open(AFTER).status == 400
    fresh = connect(AFTER)
    assert fresh.reads(AFTER)
    # A refusal used nothing up: whoever puts the key back has it all again.
    agent.client = waiting.client = None
    assert agent.reads(BEFORE)


@case("while hosts seal with different keys, a request_id sends once")
def _():
    agent, (address, password) = connect(BEFORE), mailboxes.other()
    ready = put("ready", "%s\n%s\n" % (OLD, NEW))
    # A copy in Sent tells; without one ("//") only the record does.
    for more in ({}, {"folder": "//"}):
        subject = "keys " + secrets.token_hex(8)
        told = [agent.tool(keys, "send_mail_message", to=address,
                           subject=subject, text_body="x\n",
                           request_id="r" + subject, **more).json()["result"]
                for keys in (ready, BOTH, ready)]
        first, *again = [one["structuredContent"] for one in told]
        for one in again if server.keeps() or not more else []:
            assert "nothing was sent now" in one["note"], one
            assert one["message_id"] == first["message_id"] or more, one
            assert one["state"] == first["state"], one
        client = mailboxes.login(server, address, password)
        mailboxes.await_message(client, first["message_id"])
        assert len(mailboxes.find(client, "INBOX", "Subject", subject)
                   ) == 1 or more and not server.keeps()
        client.logout()


@case("derived keys of each program serve as the whole ones do")
def _():
    keys = {}
    for name in PROGRAMS:
        path = os.path.join(home, "of-" + name)
        told = subprocess.run(
            [os.environ["TEST_POSTERN"], "keys", "--for=" + name],
            env={"POSTERN_CONF": os.environ["TEST_POSTERN_CONF"],
                 **postern.SANITIZERS, **BOTH}, text=True,
            check=True, capture_output=True, timeout=postern.TIMEOUT,
            **program.owner()).stdout
        kids = re.findall(r"^([0-9a-f]{8}) ", told, re.M)
        assert set(kids) == {kid(OLD), kid(NEW)} and kids[0] == kid(NEW), told
        assert OLD not in told and NEW not in told
        keys[name] = put("of-" + name, told)
        assert keys[name]["ENCRYPTION_KEY_FILE"] == path
    goes_on(keys)


def refusal(name, settings):
    """As CGI it answers 503, and tells the reason to the log only."""
    answer = program.run(name, "GET", "/", settings=settings)
    assert answer.status == 503, answer
    assert home not in answer.text(), answer
    return answer.log


def refusal_to_serve(name, settings):
    """As FastCGI it ends, with the reason."""
    place = os.path.join(home, "socket")
    listener = socket.socket(socket.AF_UNIX)
    listener.bind(place)
    listener.listen()
    programs = os.path.dirname(os.environ["TEST_POSTERN"])
    try:
        done = subprocess.run(
            [os.path.join(programs, name)], stdin=listener,
            capture_output=True, text=True, timeout=postern.TIMEOUT,
            check=False, cwd="/", env={
                "POSTERN_CONF": os.environ["TEST_POSTERN_CONF"],
                **postern.SANITIZERS, **settings}, **program.owner())
    finally:
        listener.close()
        os.unlink(place)
    assert done.returncode != 0, done
    return done.stderr


@case("a key file that others may read, or that is served, is refused")
def _():
    rows = [({**put("mode-%o" % mode, NEW + "\n", mode)}, "chmod 0400")
            for mode in (0o644, 0o640, 0o440, 0o404, 0o660)]
    served = put("served", NEW + "\n")
    rows.append(({**served, "DOCUMENT_ROOT": home}, "move it elsewhere"))
    rows.append(({"ENCRYPTION_KEY_FILE": home + "/none"}, "postern key"))
    rows.append((put("short", "c2hvcnQ=\n"), "32 random bytes"))
    for name in ("mcp", "authorize", "token"):
        for settings, sentence in rows:
            for told in (refusal(name, settings),
                         refusal_to_serve(name, settings)):
                assert sentence in told, (name, settings, told)
                assert NEW not in told, told
    assert program.run("mcp", "GET", "/mcp", settings={
        **served, "DOCUMENT_ROOT": "/var/empty"}).status in (401, 405)


try:
    case.run()
finally:
    shutil.rmtree(home)
