#!/usr/bin/env python3
"""The disk of RUN_DIR, of /tmp and of the log is full, as a tmpfs of 1 MiB
that is filled: every program answers as before; what is counted there counts
for nobody, but that passwords can't be guessed for want of room."""
import base64
import json
import os
import secrets
import subprocess
import tempfile

import load
import mailboxes
import postern
import program

TMPFS_BYTES = 1024 * 1024
ROUNDS = 20 if load.LONG else 1
PAGE = "/.well-known/oauth-authorization-server"

server = postern.Server()
case = postern.Cases()


class Disk:
    """A small disk that is filled, whose owner runs the programs."""

    def __init__(self):
        self.path = tempfile.mkdtemp(prefix="postern-full-")
        done = subprocess.run(
            ["mount", "-t", "tmpfs", "-o", "size=%d,mode=777" % TMPFS_BYTES,
             "none", self.path], check=False, capture_output=True)
        if done.returncode != 0:
            os.rmdir(self.path)
            raise postern.Skip("nothing can be mounted here")

    def fill(self):
        with open(os.path.join(self.path, "filling"), "wb",
                  buffering=0) as file:
            size = 65536
            while size > 0:
                try:
                    file.write(b"x" * size)
                except OSError:
                    size //= 2

    def empty(self):
        os.unlink(os.path.join(self.path, "filling"))

    def close(self):
        subprocess.run(["umount", self.path], check=True)
        os.rmdir(self.path)


def run(disk, name, method, target, **more):
    """A program for which nothing has room, its log neither."""
    settings = {"RUN_DIR": disk.path, "TMPDIR": disk.path, "HOME": disk.path,
                **more.pop("settings", {})}
    answer = program.run(name, method, target, settings=settings, **more)
    return answer


def call(disk, tool, **arguments):
    answer = run(disk, "mcp", "POST", "/mcp", headers={
        "Authorization": "Bearer " + server.token(),
        "Content-Type": "application/json"}, body=json.dumps({
            "jsonrpc": "2.0", "id": 1, "method": "tools/call",
            "params": {"name": tool, "arguments": arguments}}).encode())
    assert answer.status == 200, answer
    return answer.json()["result"]


def serve_all(disk):
    """What people and agents do, each by a new process; how much."""
    word = secrets.token_hex(6)
    calls = [("list_mailboxes", {}), ("list_mail_messages", {}),
             ("search_mail_messages", {"text": word}),
             ("create_draft_mail_message", {
                 "to": "a@postern.test", "subject": word, "text_body": "x"}),
             ("wait_for_mail", {"timeout_seconds": 1})]
    for tool, arguments in calls:
        result = call(disk, tool, **arguments)
        assert not result.get("isError"), (tool, result)
    assert run(disk, "well-known", "GET", PAGE).status == 200
    told = run(disk, "register", "POST", "/oauth/register", headers={
        "Content-Type": "application/json"}, body=json.dumps({
            "redirect_uris": ["http://127.0.0.1:9/callback"],
            "token_endpoint_auth_method": "none"}).encode(),
        address="198.51.100.7")
    assert told.status == 201, told
    client = mailboxes.login(server)
    assert len(mailboxes.find(client, server.folder("Drafts"), "Subject",
                              word)) == 1
    client.logout()
    return len(calls) + 2


def refresh(disk, token, client):
    body = {"grant_type": "refresh_token", "client_id": client[0],
            "refresh_token": token["refresh_token"]}
    if client[1]:
        body["client_secret"] = client[1]
    told = run(disk, "token", "POST", "/oauth/token", form=body)
    assert told.status == 200, told
    return told.json()


def guess(disk, password):
    """By headers, which is a sign-in in one request."""
    answer = run(disk, "mcp", "POST", "/mcp", headers={
        "Content-Type": "application/json",
        "Authorization": "Basic " + base64.b64encode(("%s:%s" % (
            server.username, password)).encode()).decode()}, body=json.dumps({
            "jsonrpc": "2.0", "id": 1, "method": "tools/call",
            "params": {"name": "list_mailboxes", "arguments": {}}}).encode(),
        settings={"ALLOW_HEADER_CREDENTIALS": "1"}, address="198.51.100.7")
    return answer


@case("R6: with a full disk all is served, token, card and ledger too")
def _():
    client = server.client()
    token = server.sign_in(client=client)
    disk, served = Disk(), 0
    try:
        disk.fill()
        for _ in range(ROUNDS):
            served += serve_all(disk)
            token = refresh(disk, token, client)
            served += 1
        disk.empty()
        serve_all(disk)
    finally:
        disk.close()
    load.report("R6", "%d requests of five programs with RUN_DIR, TMPDIR and "
                "HOME on a full disk, none failed" % served)


@case("R6, T45: with a full disk no password is tried that nobody counts")
def _():
    disk = Disk()
    try:
        disk.fill()
        tried = [guess(disk, "wrong%d" % n) for n in range(4)]
        right = guess(disk, server.password)
        disk.empty()
        after = guess(disk, server.password)
    finally:
        disk.close()
    for answer in tried + [right]:
        assert answer.status in (200, 503), answer
        assert "no room here to count" in answer.text(), answer
    assert after.status == 200 and "isError" not in after.text(), after


@case("R6: a log that takes nothing more keeps nobody from answering")
def _():
    disk = Disk()
    try:
        disk.fill()
        path = os.path.join(disk.path, "log")
        done = subprocess.run(
            [os.path.join(os.path.dirname(os.environ["TEST_POSTERN"]),
                          "well-known")],
            env={"GATEWAY_INTERFACE": "CGI/1.1", "REQUEST_METHOD": "GET",
                 "REQUEST_URI": PAGE, "SCRIPT_NAME": PAGE,
                 "POSTERN_CONF": os.environ["TEST_POSTERN_CONF"],
                 **postern.SANITIZERS},
            stdout=subprocess.PIPE, stderr=open(path, "wb"), check=True,
            timeout=postern.TIMEOUT, **program.owner())
        assert os.path.getsize(path) == 0
        assert b"issuer" in done.stdout, done
    finally:
        disk.close()


case.run()
