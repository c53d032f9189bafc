#!/usr/bin/env python3
"""wait_for_mail: the next message that arrives, or that none did."""
import threading
import time

import postern

server = postern.Server()
case = postern.Cases()
FOLDER = server.folder("Waiting")
BEFORE = 1.5		# seconds until a wait has surely begun
SOON = 25		# seconds within which it must end then: a busy computer's,
			# and before a wait would by itself
server.deliver(FOLDER, "Subject: was there before\n\nHello.\n")


def message(subject, sender="Ann <ann@example.org>"):
    return ("From: %s\nTo: demo@postern.test\nSubject: %s\n"
            "Date: Thu, 1 Oct 2026 10:00:00 +0200\n\nHello.\n"
            % (sender, subject))


class Wait(threading.Thread):
    """A call in the background."""

    def __init__(self, **arguments):
        super().__init__(daemon=True)
        self.arguments = {"folder": FOLDER, "timeout_seconds": 30,
                          **arguments}
        self.mcp = server.mcp()
        self.mcp.tools()
        self.told = self.bad = None
        self.start()
        time.sleep(BEFORE)

    def run(self):
        try:
            self.told = self.mcp.tool("wait_for_mail", **self.arguments)
        except Exception as bad:
            self.bad = bad

    def end(self):
        """What it answered, soon."""
        self.join(SOON)
        assert not self.is_alive(), "still waiting"
        assert self.bad is None, self.bad
        return self.told


@case("a message that arrives ends it, and comes as a summary")
def _():
    wait = Wait()
    assert wait.is_alive(), wait.told
    uid = server.deliver(FOLDER, message("here I am"))
    told = wait.end()
    assert told["message"]["uid"] == uid, told
    assert told["message"]["folder"] == FOLDER, told
    assert told["message"]["subject"] == "here I am", told
    assert told["message"]["from"] == "Ann <ann@example.org>", told
    assert told["message"]["uidvalidity"] and "timed_out" not in told, told
    changes = server.mcp().tool("list_mail_changes", folder=FOLDER,
                                since=told["since"])
    assert [m["uid"] for m in changes["new"]] == [uid], changes


@case("without a folder it is INBOX")
def _():
    wait = Wait(folder=None)
    uid = server.deliver("INBOX", message("to the inbox"))
    assert wait.end()["message"]["uid"] == uid, wait.told
    client = server.imap("INBOX")
    client.uid("STORE", str(uid), "+FLAGS", "(\\Deleted)")
    client.expunge()
    client.logout()


@case("what was there before does not count: the time passes")
def _():
    start = time.monotonic()
    told = server.mcp().tool("wait_for_mail", folder=FOLDER,
                             timeout_seconds=2)
    took = time.monotonic() - start
    assert told["timed_out"] is True and "message" not in told, told
    assert 1.9 < took < 2 + SOON, took
    changes = server.mcp().tool("list_mail_changes", folder=FOLDER,
                                since=told["since"])
    assert "new" not in changes, changes


@case("flags that change and messages that go do not end it")
def _():
    uid = server.deliver(FOLDER, message("to be removed"))
    wait = Wait()
    client = server.imap(FOLDER)
    client.uid("STORE", str(uid), "+FLAGS", "(\\Deleted)")
    client.expunge()
    client.logout()
    time.sleep(1)
    assert wait.is_alive(), wait.told
    uid = server.deliver(FOLDER, message("in its place"))
    assert wait.end()["message"]["uid"] == uid, wait.told


@case("only from whom it waits for")
def _():
    wait = Wait(**{"from": "bob@example.org"})
    server.deliver(FOLDER, message("not this"))
    time.sleep(1)
    assert wait.is_alive(), wait.told
    uid = server.deliver(FOLDER, message("but this",
                                         "Bob <bob@example.org>"))
    assert wait.end()["message"]["uid"] == uid, wait.told


@case("only with the subject it waits for, in any language")
def _():
    wait = Wait(subject="Grüße")
    server.deliver(FOLDER, message("Gruesse"))
    time.sleep(1)
    assert wait.is_alive(), wait.told
    uid = server.deliver(FOLDER, message("=?utf-8?q?Sch=C3=B6ne_Gr=C3=BC"
                                         "=C3=9Fe?="))
    told = wait.end()
    assert told["message"]["uid"] == uid, told
    assert told["message"]["subject"] == "Schöne Grüße", told


@case("both must hold")
def _():
    wait = Wait(subject="invoice", timeout_seconds=7,
                **{"from": "bob@example.org"})
    server.deliver(FOLDER, message("invoice"))
    server.deliver(FOLDER, message("else", "Bob <bob@example.org>"))
    told = wait.end()
    assert told["timed_out"] is True, told


@case("while one waits, the next is told at once what it can do instead")
def _():
    wait = Wait()
    start = time.monotonic()
    told = server.mcp().tool("wait_for_mail", folder=FOLDER,
                             timeout_seconds=30)
    assert time.monotonic() - start < SOON, told
    assert "list_mail_changes" in told["note"], told
    assert told["timed_out"] is True, told
    uid = server.deliver(FOLDER, message("for both"))
    assert wait.end()["message"]["uid"] == uid, wait.told
    changes = server.mcp().tool("list_mail_changes", folder=FOLDER,
                                since=told["since"])
    assert [m["uid"] for m in changes["new"]] == [uid], changes


@case("other calls are answered while one waits")
def _():
    wait = Wait()
    start = time.monotonic()
    for _ in range(6):
        server.mcp().tool("list_mail_messages", folder=FOLDER, per_page=1)
    assert time.monotonic() - start < SOON
    assert wait.is_alive(), wait.told
    server.deliver(FOLDER, message("enough"))
    assert "message" in wait.end(), wait.told


@case("what can't be waited for is refused")
def _():
    mcp = server.mcp()
    for seconds in (0, 51, -1):
        error = mcp.tool_error("wait_for_mail", folder=FOLDER,
                               timeout_seconds=seconds)
        assert "timeout_seconds" in error["message"], error
    error = mcp.tool_error("wait_for_mail", folder="Waitinng",
                           timeout_seconds=1)
    assert error["code"] == "folder_not_found", error
    error = mcp.tool_error("wait_for_mail", folder=FOLDER, timeout_seconds=1,
                           subject="x" * 1001)
    assert "subject" in error["message"], error


@case("a folder that goes during the wait: that is told")
def _():
    name = server.folder("Going")
    server.deliver(name, message("soon gone"))
    wait = Wait(folder=name, timeout_seconds=8)
    assert wait.is_alive(), wait.told
    server.mcp().tool("delete_mailbox", name=name, even_if_not_empty=True)
    wait.join(40)
    assert not wait.is_alive(), "still waiting"
    assert "folder_not_found" in str(wait.bad), (wait.told, wait.bad)
    assert "during the wait" in str(wait.bad), wait.bad


@case("words that look like commands are words")
def _():
    told = server.mcp().tool("wait_for_mail", folder=FOLDER,
                             timeout_seconds=1,
                             subject='") ALL (" {3}', **{"from": "* %"})
    assert told["timed_out"] is True, told


case.run()
