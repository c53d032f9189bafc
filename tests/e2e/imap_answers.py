#!/usr/bin/env python3
"""T27: what hostile mail servers say (corpus own/imap-hostile), each answer in
the place of the true one, to the program as it runs.  It ends in an answer or
an error of its own, in time; nothing is told of what was not asked for, and no
command goes out that nobody meant.

HOSTILE=whole adds the answers that nothing but a deadline ends: 20 seconds."""
import concurrent.futures
import itertools
import json
import os
import re
import time

import postern
import program
from between import GREETING, Between

server = postern.Server()
case = postern.Cases()
CORPUS = os.path.join(os.environ.get("POSTERN_CORPORA", "../shared/corpora"),
                      "own", "imap-hostile")
SECONDS = 20            # of a flight
FOLDER = server.folder("Answers")
TEXT, CANARY = "the true text", "canary-of-another"
UID = server.deliver(FOLDER, "From: ann@example.org\nSubject: true\n\n%s\n"
                     % TEXT)
READ = ("get_mail_message", {"folder": FOLDER, "uid": UID})
LIST = ("list_mail_messages", {"folder": FOLDER})
# By the state in which a server says it: a verb, and a tool that comes there.
STATES = {
    "any": ("FETCH", READ), "fetch": ("FETCH", READ),
    "fetch 1": ("FETCH", READ), "fetch bodystructure": ("FETCH", READ),
    "fetch envelope": ("FETCH", LIST), "select": ("EXAMINE", LIST),
    "list": ("LIST", ("list_mailboxes", {"counts": False})),
    "search": ("SEARCH", ("search_mail_messages",
                          {"folder": FOLDER, "subject": "true"})),
    "append": ("APPEND", ("create_draft_mail_message",
                          {"to": "a@postern.test", "text_body": "x"})),
    "move": ("MOVE", ("move_mail_message", {
        "folder": FOLDER, "uid": UID, "destination": "INBOX"})),
    "login": ("AUTHENTICATE", LIST), "auth": ("AUTHENTICATE", LIST),
    "greeting": (None, LIST),
    "greeting with STARTTLS required": (None, LIST),
}
# These may be lived with; all others are told as an error.
HARMLESS = {
    "appenduid-bad", "bs-deep", "bs-empty-mp", "bs-lit-in-param",
    "bs-size-huge", "bs-wide", "copyuid-mismatch", "env-crlf", "exists-huge",
    "greet-nocrlf", "list-crlf-utf7", "list-delim", "list-utf7-bad", "lit-in-quoted",
    "login-ok-other-user", "ok-alert", "quoted-badesc", "search-huge",
    "uidnext-huge", "uidvalidity-0"}
# A deadline ends them, and nothing else.
ENDLESS = {"greet-empty", "greet-ssh", "lit-short", "lit-then-eof",
           "slow-1bps", "tls-alert-plain"}
# Whatever a client of ours says: commands, base64, "*" and DONE.
SAYS = re.compile(rb"([AL]\d+ [A-Z]|[A-Za-z0-9+/=]*\r\n$|\*\r\n$|DONE\r\n$)")


class Hostile(Between):
    """Listens to what is asked, too."""

    def __init__(self):
        super().__init__(server, {})
        self.wrong = []

    def _talk(self, line):
        try:
            super()._talk(line)
        except AssertionError:
            pass                # a command came while it was in its answer
        finally:
            line.close()

    def heard(self, said):
        if not SAYS.match(said):
            self.wrong.append(said)


def drip(said):
    for at in range(len(said)):
        time.sleep(1)
        yield said[at:at + 1]


def ask(token, tool, arguments):
    """What comes of it: the HTTP status, or an error's code, and what was
    answered."""
    started = time.monotonic()
    answer = program.run(
        "mcp", "POST", "/mcp", {"Authorization": "Bearer " + token,
                                "Content-Type": "application/json"},
        body=json.dumps({"jsonrpc": "2.0", "id": 1, "method": "tools/call",
                         "params": {"name": tool, "arguments": arguments}}
                        ).encode(), settings={"RATE_CALLS": "0"})
    assert time.monotonic() - started < 2.5 * SECONDS, "not in time"
    assert CANARY not in answer.text() and "SSH" not in answer.text(), answer
    if answer.status != 200:
        assert answer.status in (401, 503), answer
        return answer.status, None
    result = answer.json()["result"]
    if result.get("isError"):
        return result["structuredContent"]["error"]["code"], None
    return 200, result["structuredContent"]


def meant(state, said):
    """Whether the answer is to that command."""
    if b"Connected Agents" in said or b"X-Postern-" in said:
        return False
    return state != "fetch bodystructure" or b"BODYSTRUCTURE" in said


def play(hostile, token, name):
    """What comes of the answer of that name."""
    with open(os.path.join(CORPUS, name + ".expect.json"),
              encoding="utf-8") as file:
        about = json.load(file)
    with open(os.path.join(CORPUS, name + ".bin"), "rb") as file:
        said = file.read()
    verb, (tool, arguments) = STATES[about["state"]]
    if verb is None:
        hostile.greeting = said
        return ask(token, tool, arguments)
    if name != "tag-prefix":
        said = re.sub(rb"(?m)^A1 ", b"{tag} ", said)
    said = re.sub(rb"FETCH \((BODYSTRUCTURE|ENVELOPE)",
                  b"FETCH (UID %d \\1" % UID, said)
    stream = about.get("stream", "")
    answer = itertools.repeat(said) if "forever" in stream else said
    hostile.answers = {verb: lambda line: None if not meant(
        about["state"], line) else drip(said) if "second" in stream else
        answer}
    return ask(token, tool, arguments)


def names():
    if not os.path.isdir(CORPUS):
        raise postern.Skip("no corpora")
    return sorted(name[:-4] for name in os.listdir(CORPUS)
                  if name.endswith(".bin"))


def one(name):
    hostile = Hostile()
    token = server.sign_in(client=server.provision(imap=hostile.port))
    told, _ = play(hostile, token["access_token"], name)
    assert not hostile.wrong, (name, hostile.wrong)
    assert told != 200 or name in HARMLESS, (name, told)
    print("# %s: %s" % (name, told))


@case("T27: each answer of a hostile server ends in an answer or an error")
def _():
    hostile = Hostile()
    token = server.sign_in(client=server.provision(imap=hostile.port))
    quick = [name for name in names() if name not in ENDLESS]
    for name in quick:
        hostile.answers, hostile.greeting = {}, GREETING
        told, answer = play(hostile, token["access_token"], name)
        print("# %s: %s" % (name, told))
        assert not hostile.wrong, (name, hostile.wrong)
        assert told != 200 or name in HARMLESS, (name, answer)
    hostile.answers, hostile.greeting = {}, GREETING
    told, answer = ask(token["access_token"], *READ)
    assert told == 200 and answer["message"]["text"] == TEXT, (told, answer)


if os.environ.get("HOSTILE") == "whole":
    @case("T27: what has no end is ended by a deadline")
    def _():
        with concurrent.futures.ThreadPoolExecutor(len(ENDLESS)) as pool:
            list(pool.map(one, sorted(ENDLESS & set(names()))))


@case("T27: what is told of another message, part or folder is told of nobody")
def _():
    hostile = Hostile()
    token = server.sign_in(client=server.provision(imap=hostile.port))
    other = server.folder("Answers of another")
    server.deliver(other, "Subject: %s\n\n%s\n" % (CANARY, CANARY))
    lies = {
        "FETCH": (
            b"* 1 FETCH (UID %d BODY[1] {17}\r\n%s)\r\n" % (
                UID + 1, CANARY.encode()),
            b"* 2 FETCH (FLAGS () BODY[1] {17}\r\n%s)\r\n" % CANARY.encode(),
            b"* 1 FETCH (UID %d BODY[9] {17}\r\n%s)\r\n" % (
                UID, CANARY.encode()),
            b"* 1 FETCH (UID %d BODY[1]<5> {17}\r\n%s)\r\n" % (
                UID, CANARY.encode()),
            b"* 1 FETCH (UID %d BODY[HEADER] {17}\r\n%s)\r\n" % (
                UID, CANARY.encode())),
        "LIST": (b"* LSUB () \"/\" %s\r\n" % CANARY.encode(),
                 b"* STATUS %s (MESSAGES 7)\r\n" % CANARY.encode()),
        "EXAMINE": (b"* LIST () \"/\" %s\r\n* SEARCH 7 8\r\n"
                    % CANARY.encode(),)}
    tools = {"FETCH": READ, "LIST": STATES["list"][1], "EXAMINE": LIST}
    # In the place of all that is asked, and of the text alone.
    for verb, lie, spared in [
            (verb, lie, spared) for verb, answers in lies.items()
            for lie in answers for spared in (b"X-Postern-", b"BODYSTRUCTURE")
            if verb == "FETCH" or spared == b"X-Postern-"]:
        hostile.answers = {verb: lambda said: None if not meant(
            "any", said) or spared in said else lie + b"{tag} OK\r\n"}
        told, answer = ask(token["access_token"], *tools[verb])
        assert verb != "FETCH" or told != 200, (lie, answer)


case.run()
