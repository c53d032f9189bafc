#!/usr/bin/env python3
"""What an operator may choose for a closed network: credentials in headers,
and the web server's own authentication."""
import base64
import json
import os
import socket
import subprocess
import urllib.parse

import postern
import program

server = postern.Server()
case = postern.Cases()
ON = {"ALLOW_HEADER_CREDENTIALS": "1"}
CANARY = "canary-71ab-password"


def mcp(headers, settings=None, tool="list_mailboxes", arguments=None):
    """A tool with these headers."""
    body = json.dumps({"jsonrpc": "2.0", "id": 1, "method": "tools/call",
                       "params": {"name": tool,
                                  "arguments": arguments or {}}}).encode()
    return program.run("mcp", "POST", "/mcp", {
        "Content-Type": "application/json",
        "Accept": "application/json, text/event-stream", **headers},
        body=body, settings=settings)


def basic(user, password):
    told = base64.b64encode(("%s:%s" % (user, password)).encode())
    return {"Authorization": "Basic " + told.decode()}


def own(user=None, password=None):
    return {"x-imap-user": user or server.username,
            "x-imap-pass": password or server.password}


@case("credentials in headers are nothing unless they are allowed")
def _():
    for headers in (own(), basic(server.username, server.password)):
        assert mcp(headers).status == 401, headers
        assert mcp(headers, {"ALLOW_HEADER_CREDENTIALS": "0"}).status == 401
        told = mcp(headers, {**ON, "IMAP_HOST": ""})
        assert told.status == 401, told


@case("where they are, they open the mailbox with every scope")
def _():
    for headers in (own(), basic(server.username, server.password)):
        told = mcp(headers, ON)
        assert told.status == 200, told
        result = told.json()["result"]
        assert not result.get("isError"), result
        assert result["structuredContent"]["mailboxes"], result


@case("and may send where there is a server for that")
def _():
    sent = {"to": server.username, "subject": "plain", "text_body": "x"}
    told = mcp(own(), ON, "send_mail_message", sent).json()["result"]
    assert told["structuredContent"].get("state") == "sent", told
    told = mcp(own(), {**ON, "SMTP_HOST": ""}, "send_mail_message", sent)
    assert told.json().get("error") or told.json()["result"]["isError"], told


@case("wrong ones are refused, and are in no answer")
def _():
    wrong = [own(password=CANARY), basic(server.username, CANARY),
             {"x-imap-user": server.username}, {"x-imap-pass": CANARY},
             own(user="nobody"), own(password="a" * 300),
             basic(server.username, ""), {"Authorization": "Basic !!"},
             {"Authorization": "Basic"}, basic("", CANARY),
             {"Authorization": "Basic " +
              base64.b64encode(b"a@example.org:x\0y").decode()},
             {**own(), "Authorization": "Bearer x"}]
    for headers in wrong:
        told = mcp(headers, ON)
        assert told.status == 401, (headers, told)
        assert CANARY not in told.text() + str(told.headers), told


@case("a token goes on to be one where they are allowed")
def _():
    told = mcp({"Authorization": "Bearer " + server.token()}, ON)
    assert told.status == 200, told
    assert "result" in told.json(), told


def pages():
    client = server.register()["client_id"]
    query = urllib.parse.urlencode({
        "response_type": "code", "client_id": client,
        "redirect_uri": "http://127.0.0.1:9/callback",
        "code_challenge": "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM",
        "code_challenge_method": "S256", "state": "s"})
    return (("authorize", "/oauth/authorize?" + query),
            ("connections", "/connections"))


@case("who may sign in is left to the web server, where the operator says so")
def _():
    required = {"REMOTE_USER_REQUIRED": "1"}
    named = {"REMOTE_USER_ALLOW": "anna, berta"}
    rows = (({}, 200), (required, 403), (named, 403),
            ({**required, "REMOTE_USER": "carla"}, 200),
            ({**named, "REMOTE_USER": "berta"}, 200),
            ({**named, "REMOTE_USER": "carla"}, 403),
            ({**named, "REMOTE_USER": ""}, 403),
            ({**required, **named, "REMOTE_USER": "Anna"}, 403))
    for name, target in pages():
        for settings, status in rows:
            told = program.run(name, "GET", target, settings=settings)
            assert told.status == status, (name, settings, told)
            assert (b"not let in" in told.body) == (status == 403), told
        told = program.run(name, "POST", target, form={"decision": "allow"},
                           settings=required)
        assert b"not let in" in told.body and told.status == 403, told
        told = program.run(name, "GET", target, {"Remote-User": "anna"},
                           settings=named)
        assert told.status == 403, told


@case("the address that the web server names stands in the page")
def _():
    who = "anna@example.org"
    required = {"REMOTE_USER_REQUIRED": "1"}
    rows = ({}, None), (required, who), ({"REMOTE_USER_ALLOW": who}, who)
    for name, target in pages():
        for settings, wanted in rows:
            told = program.run(name, "GET", target,
                               settings={**settings, "REMOTE_USER": who})
            assert dict(postern.Form(told.text()).fields)["username"] == (
                wanted or ""), (name, told)
        told = program.run(name, "GET", target,
                           settings={**required, "REMOTE_USER": '"anna'})
        assert dict(postern.Form(told.text()).fields)["username"] == "", told


@case("settings that are neither 0 nor 1 are refused")
def _():
    for name in ("REMOTE_USER_REQUIRED", "ALLOW_HEADER_CREDENTIALS"):
        told = program.run("connections", "GET", "/connections",
                           settings={name: "yes"})
        assert told.status == 503, told


@case("a program that refuses to start lets Apache have its say whole")
def _():
    ours, theirs = socket.socketpair()
    with ours:
        # mod_cgid's socket is both, and is lost with what nobody read.
        ours.sendall(b"x" * 50000)
        with theirs:
            done = subprocess.run(
                [os.path.join(os.path.dirname(os.environ["TEST_POSTERN"]),
                              "mcp")], stdin=theirs, stdout=theirs,
                stderr=subprocess.PIPE, check=False, timeout=60,
                env={"REQUEST_METHOD": "POST", "CONTENT_LENGTH": "50000",
                     "REQUEST_URI": "/mcp", **postern.SANITIZERS,
                     "BASE_URL": "no address"})
        told = ours.recv(4096)
        # Not to be reset, which is how a broken answer looks.
        assert ours.recv(4096) == b"", told
    assert b"Status: 503" in told and b"not set up yet" in told, told
    assert done.returncode == 0 and b"BASE_URL" in done.stderr, done


@case("wrong ones are counted, and then no more are tried")
def _():
    settings = {**ON, "RUN_DIR": program.run_dir()}
    for _ in range(10):
        assert mcp(own(password=CANARY), settings).status == 401
    for headers in (own(password=CANARY), own()):
        told = mcp(headers, settings)
        assert told.status == 200, told
        result = told.json()["result"]
        assert result["isError"], result
        assert "too many wrong passwords" in str(result), result
    # The right one is never counted.
    settings["RUN_DIR"] = program.run_dir()
    for _ in range(12):
        told = mcp(own(), settings)
        assert not told.json()["result"].get("isError"), told


@case("a RUN_DIR that can't be written to locks nobody out, and is told of")
def _():
    name, target = pages()[1]
    for folder in ("/proc/nothing", "/dev/null"):
        told = program.run(name, "GET", target, settings={"RUN_DIR": folder})
        assert told.status == 200, told
        assert told.log.count("RUN_DIR") == 1, told.log
        told = mcp(own(), {**ON, "RUN_DIR": folder})
        assert not told.json()["result"].get("isError"), told
    told = program.run(name, "GET", target,
                       settings={"RUN_DIR": program.run_dir()})
    assert "RUN_DIR" not in told.log, told.log


case.run()
