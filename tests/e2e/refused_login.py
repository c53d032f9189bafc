#!/usr/bin/env python3
"""T28: a mail server bans an address that is refused too often, and ours is
the address of all who use it.  So what it has refused is not tried for ever,
and where the operator wants it so it is told whose try it is."""
import json
import os
import shutil

import mailboxes
import postern
import program
from between import Between
from scripted_smtp import ScriptedSmtp

server = postern.Server()
case = postern.Cases()
TRIES, REFUSED_MOST = 20, 3
REFUSAL = b"{tag} NO [AUTHENTICATIONFAILED] Authentication failed.\r\n"
REFUSE = {"LOGIN": REFUSAL, "AUTHENTICATE": REFUSAL}
LOGINS = ("LOGIN", "AUTHENTICATE")


def behind():
    """What is between, a client there, and what it was granted."""
    between = Between(server, {})
    client = server.provision(imap=between.port)
    return between, client, server.sign_in(client=client)


def call(token, folder, tool="list_mail_messages", arguments=None, *,
         address="127.0.0.1", **settings):
    return program.run(
        "mcp", "POST", "/mcp", {"Authorization": "Bearer " + token,
                                "Content-Type": "application/json"},
        body=json.dumps({"jsonrpc": "2.0", "id": 1, "method": "tools/call",
                         "params": {"name": tool,
                                    "arguments": arguments or {}}}).encode(),
        settings={"RUN_DIR": folder, **settings}, address=address)


@case("T28: of 20 calls with a wrong password three reach the mail server")
def _():
    between, client, told = behind()
    folder = program.run_dir()
    between.answers = REFUSE
    between.connections = 0
    between.asked.clear()
    for i in range(TRIES):
        answer = call(told["access_token"], folder)
        assert answer.status == 401, answer
        assert 'error="invalid_token"' in answer.header("WWW-Authenticate")
        assert between.connections == min(i + 1, REFUSED_MOST), (i, between)
    tries = [verb for verb in between.asked if verb in LOGINS]
    assert len(tries) == REFUSED_MOST, between.asked
    # Nor by way of a new token.
    answer = program.run("token", "POST", "/oauth/token", form={
        "grant_type": "refresh_token", "client_id": client[0],
        "client_secret": client[1], "refresh_token": told["refresh_token"]},
        settings={"RUN_DIR": folder})
    assert answer.status != 200, answer
    assert answer.json()["error"] != "invalid_client", answer
    assert between.connections == REFUSED_MOST, between.connections
    # Elsewhere, or later, it is asked again; and then all is well.
    shutil.rmtree(folder)
    folder = program.run_dir()
    for _ in range(REFUSED_MOST - 1):
        assert call(told["access_token"], folder).status == 401
    between.answers = {}
    for _ in range(2):
        assert call(told["access_token"], folder).status == 200
    between.answers = REFUSE
    for _ in range(REFUSED_MOST):
        between.connections = 0
        assert call(told["access_token"], folder).status == 401
        assert between.connections == 1, "what was good counted as refused"
    shutil.rmtree(folder)


@case("T28: nor is a password for sending tried for ever")
def _():
    with ScriptedSmtp(os.environ["TEST_TLS"]) as smtp:
        token = mailboxes.through(server, smtp_port=smtp.port).token
        smtp.plan, smtp.logins = {"auth": "535 5.7.8 no"}, 0
        folder = program.run_dir()
        for _ in range(2 * REFUSED_MOST):
            answer = call(token, folder, "send_mail_message", {
                "to": server.username, "subject": "x", "text_body": "x"})
            assert answer.json()["result"]["isError"], answer
        assert smtp.logins == REFUSED_MOST, smtp.logins
        assert smtp.taken == []
        shutil.rmtree(folder)


@case("T28: the mail server is told who asks, where the operator wants it")
def _():
    said = []
    between, _, told = behind()

    def note(line):
        said.append(line)

    between.answers = {verb: note for verb in ("ID", *LOGINS)}
    folder = program.run_dir()
    for told_to, address in (("0", "198.51.100.7"), ("1", "198.51.100.7"),
                             ("1", "2001:db8::7"), ("1", "\" EVIL")):
        said.clear()
        answer = call(told["access_token"], folder, address=address,
                      TELL_CLIENT_ADDRESS=told_to)
        assert answer.status == 200, answer
        lines = [i for i, line in enumerate(said)
                 if b"x-originating-ip" in line]
        if told_to == "0" or "EVIL" in address or not server.can("ID"):
            assert lines == [] and b"EVIL" not in b"".join(said), said
            continue
        assert lines[0] == 0, said
        assert (b'"x-originating-ip" "%s")\r\n' % address.encode()
                in said[0]), said
    shutil.rmtree(folder)


case.run()
