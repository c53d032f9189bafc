#!/usr/bin/env python3
"""What one agent may do so often: RATE_CALLS a minute, RATE_SENDS an hour,
MAX_SESSIONS_PER_ACCOUNT at a time, of one mailbox, over all processes that
share RUN_DIR."""
import json
import shutil
import threading
import time

import mailboxes
import postern
import program

server = postern.Server()
case = postern.Cases()
friend, friend_password = mailboxes.other()
CALLS, SENDS = 5, 2


def call(folder, tool, arguments, token=None, settings=None):
    """A tool's answer by a process of its own, with the limits on."""
    answer = program.run(
        "mcp", "POST", "/mcp",
        {"Authorization": "Bearer " + (token or server.token()),
         "Content-Type": "application/json"},
        body=json.dumps({"jsonrpc": "2.0", "id": 1, "method": "tools/call",
                         "params": {"name": tool, "arguments": arguments}}
                        ).encode(),
        settings={"RUN_DIR": folder, "RATE_CALLS": str(CALLS),
                  "RATE_SENDS": str(SENDS), **(settings or {})})
    assert answer.status == 200, answer
    return answer.json()["result"]


def limited(result, most, seconds):
    """The error of a call that came too often."""
    assert result["isError"] is True, result
    error = result["structuredContent"]["error"]
    assert error["code"] == "rate_limited" and error["retryable"] is True
    assert "limit of %d " % most in error["message"], error
    left = int(error["message"].split(" in ")[1].split()[0])
    assert 0 < left <= seconds, error
    return error


@case("T51: one call too many waits; another mailbox is not concerned")
def _():
    folder = program.run_dir()
    for _ in range(CALLS):
        result = call(folder, "list_mail_messages", {"per_page": 1})
        assert not result.get("isError"), result
    limited(call(folder, "list_mail_messages", {"per_page": 1}), CALLS, 60)
    limited(call(folder, "list_mailboxes", {}), CALLS, 60)
    token = server.sign_in(fields={"username": friend,
                                   "password": friend_password})
    result = call(folder, "list_mail_messages", {"per_page": 1},
                  token["access_token"])
    assert not result.get("isError"), result
    shutil.rmtree(folder)


@case("T51: one message too many is not sent, and leaves nothing behind")
def _():
    folder = program.run_dir()
    letter = {"to": friend, "subject": "rates", "text_body": "x\n"}
    for _ in range(SENDS):
        result = call(folder, "send_mail_message", letter)
        assert result["structuredContent"]["state"] == "sent", result
    letter.update(subject="one too many", request_id="one-too-many")
    limited(call(folder, "send_mail_message", letter), SENDS, 3600)
    client = mailboxes.login(server)
    assert not mailboxes.find(client, server.folder("Sent"), "Subject",
                              "one too many")
    assert not mailboxes.find(client, server.folder("Drafts"), "Subject",
                              "one too many")
    client.logout()
    # Later, it is sent once, by the same request_id.
    shutil.rmtree(folder)
    folder = program.run_dir()
    for _ in range(2):
        result = call(folder, "send_mail_message", letter)
        assert result["structuredContent"]["state"] == "sent", result
    client = mailboxes.login(server)
    assert len(mailboxes.find(client, server.folder("Sent"), "Subject",
                              "one too many")) == 1
    client.logout()
    shutil.rmtree(folder)


@case("more sessions than a mailbox may have: told to come again, and may")
def _():
    folder = program.run_dir()
    settings = {"MAX_SESSIONS_PER_ACCOUNT": "2", "WAITING_WORKERS": "9",
                "RATE_CALLS": "0"}
    told = []

    def wait():
        told.append(call(folder, "wait_for_mail",
                         {"folder": "INBOX", "timeout_seconds": 40},
                         settings=settings))

    def look():
        return call(folder, "list_mail_messages", {"per_page": 1},
                    settings=settings)

    waits = [threading.Thread(target=wait) for _ in range(2)]
    for one in waits:
        one.start()
    until = time.monotonic() + postern.TIMEOUT
    while not (result := look()).get("isError"):
        assert time.monotonic() < until, "both wait, and there is a place"
    error = result["structuredContent"]["error"]
    assert error["code"] == "unavailable" and error["retryable"] is True
    assert "2 calls are at work" in error["message"], error
    client = server.imap()
    client.append("INBOX", None, None, b"Subject: wake up\r\n\r\nx\r\n")
    client.logout()
    for one in waits:
        one.join()
    assert [bool(one.get("isError")) for one in told] == [False] * 2, told
    assert not look().get("isError")
    shutil.rmtree(folder)


case.run()
