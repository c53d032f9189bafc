#!/usr/bin/env python3
"""Progress and event streams of long calls, and clients that go away.

What is slow here is slow because a server between holds an answer back until
the case lets it go: what came before that was not waited for."""
import os
import secrets
import socket
import threading
import time

import mailboxes
import postern
from scripted_smtp import ScriptedSmtp
from streams import EVENTS, LEAVE, Held, Stream, soon

server = postern.Server()
case = postern.Cases()
FOLDER = server.folder("Streamed")
LONG = 1.2		# seconds after which a call counts as long for sure
KEEP = 40		# seconds within which something comes, while nothing has to
WORKERS = 4		# that answer side by side, under FastCGI
server.deliver(FOLDER, "Subject: one\n\nThe zebra sleeps.\n")


def search(held, modern, **more):
    """A search of all folders that is held in the first."""
    return Stream(held.mcp(modern), "search_mail_messages", folder="\\All",
                  text="zebra", **more)


def needs_farewell():
    if os.environ.get("WEB") == "caddy":
        raise postern.Skip("Caddy tells no program that its client has gone")


def check_rising(told, token):
    last = -1
    for params in told:
        assert params["progressToken"] == token, params
        assert params["progress"] > last, told
        assert params["progress"] <= params.get("total", 10 ** 9), params
        assert params.get("message"), params
        last = params["progress"]


def eras(name):
    """A case for each era."""
    def keep(function):
        for modern in (False, True):
            case("%s, %s" % (name, "2026-07-28" if modern else "2025-11-25")
                 )(lambda modern=modern: function(modern))
    return keep


@eras("item 37: the first event of a long search comes before its end")
def _(modern):
    held = Held(server, "zebra")
    stream = search(held, modern, token="a \"token\"")
    held.await_held()
    first = stream.progress()
    assert not held.go.is_set()
    head = stream.response
    assert head.getheader("Cache-Control") == "no-cache", head.getheaders()
    # nginx does as it says and keeps it.
    if not (head.getheader("Server") or "").startswith("nginx"):
        assert head.getheader("X-Accel-Buffering") == "no", head.getheaders()
    assert head.getheader("Content-Length") is None, head.getheaders()
    held.go.set()
    told, answer = stream.rest()
    check_rising([first, *told], "a \"token\"")
    assert first["total"] > 1, first
    told = answer["result"]["structuredContent"]
    assert [m["subject"] for m in told["messages"]] == ["one"], told
    assert ("resultType" in answer["result"]) == modern, answer


@case("item 37: a number is a token, and comes back as one")
def _():
    held = Held(server, "zebra")
    stream = search(held, False, token=7)
    held.await_held()
    assert stream.progress()["progressToken"] == 7
    held.go.set()
    stream.rest()


@case("item 37: who can't read events, or gave no token, gets plain JSON")
def _():
    for token, accept in ((None, EVENTS), ("t", "application/json"),
                          ("t", "*/*"), ("t", "text/event-streams"),
                          ({"a": 1}, EVENTS), (1.5, EVENTS),
                          ("t" * 2000, EVENTS)):
        held = Held(server, "zebra")
        stream = search(held, False, token=token, accept=accept)
        held.await_held()
        time.sleep(LONG)
        held.go.set()
        status, answer = stream.json()
        assert status == 200, answer
        assert answer["result"]["structuredContent"]["total"] == 1, answer


@case("item 37: what is short is plain JSON, token or not")
def _():
    for modern in (False, True):
        stream = Stream(server.mcp(modern), "list_mail_messages",
                        folder=FOLDER)
        status, answer = stream.json()
        assert status == 200 and "result" in answer, answer


@case("item 37: a batch is never a stream")
def _():
    held = Held(server, "zebra")
    mcp = held.mcp()
    message, _ = mcp.message("tools/call", {
        "name": "search_mail_messages", "_meta": {"progressToken": "t"},
        "arguments": {"folder": "\\All", "text": "zebra"}})
    stream = Stream.__new__(Stream)
    stream.post(mcp, [message], {}, EVENTS)
    held.await_held()
    time.sleep(LONG)
    held.go.set()
    status, answer = stream.json()
    assert status == 200 and answer[0]["id"] == message["id"], answer


@case("item 37: a scope that is missing is a 403 before any event")
def _():
    mcp = server.mcp(scopes=("mail:read",))
    stream = Stream(mcp, "search_mail_messages", folder="\\All",
                    text="zebra")
    assert stream.json()[0] == 403


@case("item 37: the card is looked at before the first event")
def _():
    if not server.keeps():
        raise postern.Skip("no cards are kept")
    held = Held(server, "no word at all")
    mcp = held.mcp(True)
    held.word = b"Connected"
    stream = Stream(mcp, "search_mail_messages", folder="\\All",
                    text="zebra")
    held.await_held()
    revoke()
    time.sleep(LONG)
    held.go.set()
    status, answer = stream.json()
    assert status == 401 and "error" in answer, answer


def revoke():
    """Takes the newest card away, as its user would."""
    client = server.imap(server.folder("Connected Agents"))
    _, found = client.uid("SEARCH", "HEADER", "X-Postern-Grant", "v1")
    newest = found[0].split()[-1].decode()
    client.uid("STORE", newest, "+FLAGS", "(\\Deleted)")
    client.expunge()
    client.logout()


@case("item 37: a silent server is no silent stream")
def _():
    held = Held(server, "zebra")
    stream = search(held, True)
    held.await_held()
    stream.progress()
    start = time.monotonic()
    comment = stream.event()
    assert time.monotonic() - start < KEEP
    assert comment.startswith(":"), comment
    assert not held.go.is_set()
    held.go.set()
    stream.rest()


@case("item 37: what fails in the midst of a stream is told in it")
def _():
    held = Held(server, "zebra")
    stream = search(held, True)
    held.await_held()
    stream.progress()
    for line in held.lines:
        if line.fileno() != -1:
            line.shutdown(socket.SHUT_RDWR)
    held.go.set()
    _, answer = stream.rest()
    assert answer["result"]["isError"] is True, answer


@eras("item 37: a wait tells the seconds that have passed")
def _(modern):
    stream = Stream(server.mcp(modern), "wait_for_mail", folder=FOLDER,
                    timeout_seconds=40)
    first, second = stream.progress(), stream.progress()
    check_rising([first, second], "t1")
    assert first["total"] == second["total"] == 40, first
    uid = server.deliver(FOLDER, "Subject: arrived\n\nHello.\n")
    told, answer = stream.rest()
    check_rising([first, second, *told], "t1")
    told = answer["result"]["structuredContent"]
    assert told["message"]["uid"] == uid, told


@case("item 37: a conversation that is looked for in all folders, too")
def _():
    key = secrets.token_hex(8)
    uid = server.deliver(FOLDER, "Message-ID: <%s@example.org>\n"
                         "Subject: t\n\nx\n" % key)
    held = Held(server, key)
    stream = Stream(held.mcp(True), "get_mail_thread", folder=FOLDER, uid=uid)
    held.await_held()
    check_rising([stream.progress()], "t1")
    held.go.set()
    _, answer = stream.rest()
    assert not answer["result"].get("isError"), answer


@case("item 37: an attachment that is read piece by piece, too")
def _():
    uid = server.deliver(FOLDER, "MIME-Version: 1.0\nContent-Type: text/csv;"
                         " name=long.csv\nContent-Disposition: attachment;"
                         " filename=long.csv\n\n" + "a,b;c,d\n" * 200000)
    held = Held(server, "BODY.PEEK[1])")
    stream = Stream(held.mcp(True), "get_mail_attachment", folder=FOLDER,
                    uid=uid, inline=True)
    held.await_held()
    check_rising([stream.progress()], "t1")
    held.go.set()
    _, answer = stream.rest()
    told = answer["result"]["structuredContent"]
    assert told["text"].startswith("a,b;c,d") and told["next_offset"], answer


@case("item 38: a modern client that goes ends the work, and its session")
def _():
    needs_farewell()
    held = Held(server, "zebra")
    stream = search(held, True)
    held.await_held()
    stream.progress()
    assert held.open() == 1
    stream.leave()
    soon(lambda: held.open() == 0)
    assert not held.go.is_set()
    held.go.set()
    server.mcp().tool("list_mail_messages", folder=FOLDER)


@case("item 38: of a legacy client the work is done to its end")
def _():
    held = Held(server, "zebra")
    stream = search(held, False)
    held.await_held()
    stream.progress()
    stream.leave()
    time.sleep(LEAVE / 3)
    assert held.open() == 1
    asked = len(held.heard)
    held.go.set()
    soon(lambda: len(held.heard) > asked + 1)


@eras("item 38: a wait ends with its client, and the next one finds a place")
def _(modern):
    needs_farewell()
    stream = Stream(server.mcp(modern), "wait_for_mail", folder=FOLDER,
                    timeout_seconds=50)
    stream.progress()
    stream.leave()

    def waits():
        told = server.mcp().tool("wait_for_mail", folder=FOLDER,
                                 timeout_seconds=1)
        return "note" not in told
    soon(waits)


@case("item 38: as many as there are workers go, and all are free again")
def _():
    needs_farewell()
    held = Held(server, "zebra")
    mcp = held.mcp(True)
    streams = [Stream(mcp, "search_mail_messages", folder="\\All",
                      text="zebra") for _ in range(WORKERS)]
    # A mailbox has only so many sessions, of which others may be kept.
    begun = [s for s in streams if s.head()[1] == "text/event-stream"]
    assert len(begun) > 1, [s.head() for s in streams]
    for stream in begun:
        stream.progress()
    for stream in streams:
        stream.leave()
    soon(lambda: held.open() == 0)
    assert not held.go.is_set()
    held.go.set()
    for _ in range(2 * WORKERS):
        told = mcp.tool("search_mail_messages", folder=FOLDER, text="zebra")
        assert told["total"] == 1, told


def sending(smtp, **arguments):
    """Who sends through that server, and the call as it stands."""
    mcp = mailboxes.through(server, smtp_port=smtp.port, smtp_tls=True)
    mcp.modern = True
    subject = "streamed " + secrets.token_hex(8)
    return mcp, {"to": ["ann@example.org"], "subject": subject,
                 "text_body": "Hello.", **arguments}


def sent(subject):
    """How many copies were filed."""
    client = server.imap()
    _, told = client.list()
    names = [line.split(b'"')[-2].decode() for line in told
             if line.endswith(b'Sent"')] or [server.folder("Sent")]
    found = mailboxes.find(client, names[0], "SUBJECT", subject)
    client.logout()
    return len(found)


@case("item 38: who goes before the final dot has sent nothing")
def _():
    needs_farewell()
    with ScriptedSmtp(os.environ["TEST_TLS"], implicit=True) as smtp:
        smtp.plan = {"data": "stall"}
        mcp, arguments = sending(smtp, request_id=secrets.token_hex(8))
        stream = Stream(mcp, "send_mail_message", **arguments)
        stream.progress()
        stream.leave()
        soon(smtp.is_idle)
        assert smtp.taken == [] and sent(arguments["subject"]) == 0
        # Nothing stands in the way of trying again.
        smtp.plan = {}

        def again():
            told = mcp.tool("send_mail_message", **arguments)
            return told["state"] == "sent"
        soon(again)
        assert len(smtp.taken) == 1 and sent(arguments["subject"]) == 1


@case("item 38: who goes behind it has sent it, and it is filed")
def _():
    with ScriptedSmtp(os.environ["TEST_TLS"], implicit=True) as smtp:
        taken, go = threading.Event(), threading.Event()

        def hold(_):
            taken.set()
            go.wait(postern.TIMEOUT)
        smtp.on_taken = hold
        mcp, arguments = sending(smtp)
        stream = Stream(mcp, "send_mail_message", **arguments)
        stream.progress()
        assert taken.wait(postern.TIMEOUT)
        stream.leave()
        time.sleep(LEAVE / 2)
        go.set()
        smtp.await_idle()
        soon(lambda: sent(arguments["subject"]) == 1)
        assert len(smtp.taken) == 1


case.run()
