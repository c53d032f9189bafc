#!/usr/bin/env python3
"""Moving, deleting and flagging, looked at by a second IMAP client."""
import secrets

import mailboxes
import postern

server = postern.Server()
case = postern.Cases()


def folder():
    return server.folder("Change-" + secrets.token_hex(4))


def put(name, *subjects, flags=""):
    return [server.deliver(name, "From: a@postern.test\nSubject: %s\n\nx\n" %
                           subject, flags) for subject in subjects]


@case("moves exactly the messages named, and tells their new UIDs")
def _():
    mcp, source, target = server.mcp(), folder(), folder()
    uids = put(source, "one", "two", "three")
    put(target, "there")
    told = mcp.tool("move_mail_message", folder=source,
                    uids=[uids[0], uids[2], 99999], destination=target)
    assert told["uids"] == [uids[0], uids[2]], told
    assert told["missing"] == [99999]
    assert told["destination"] == target
    left = mailboxes.remaining(server, source, told)
    assert list(left.values()) == ["two"], left
    there = mailboxes.subjects(server, target)
    assert [there[uid] for uid in told["new_uids"]] == ["one", "three"]


@case("a destination that is not there: named, or made where wanted")
def _():
    mcp, source = server.mcp(), folder()
    uid, = put(source, "one")
    error = mcp.tool_error("move_mail_message", folder=source, uid=uid,
                           destination="Archve")
    assert error["code"] == "folder_not_found", error
    assert "Archive" in error["message"] + error["hint"], error
    target = server.folder("Neu", "Ordner ä & " + secrets.token_hex(4))
    told = mcp.tool("move_mail_message", folder=source, uid=uid,
                    destination=target, create=True)
    assert told["destination"] == target and told["new_uids"] == [1]
    listed = mcp.tool("list_mail_messages", folder=target)
    assert [m["subject"] for m in listed["messages"]] == ["one"]


@case("a destination is made where the server keeps those of a user")
def _():
    mcp, source, name = server.mcp(), folder(), "Neu-" + secrets.token_hex(4)
    uid, = put(source, "one")
    told = mcp.tool("move_mail_message", folder=source, uid=uid,
                    destination=name, create=True)
    assert told["destination"] == server.folder(name), told
    assert list(mailboxes.subjects(server, told["destination"])) == [1]


@case("a folder is made in the user's namespace, and found there again")
def _():
    mcp, source = server.mcp(), folder()
    one, two = put(source, "one", "two")
    name = "Neu" + secrets.token_hex(4)
    for uid in one, two:
        told = mcp.tool("move_mail_message", folder=source, uid=uid,
                        destination=name, create=True)
        assert told["destination"] == server.folder(name), told
    assert list(mailboxes.subjects(server, server.folder(name)).values()) == \
        ["one", "two"]


@case("dry_run says what would be done, and does nothing")
def _():
    mcp, source = server.mcp(), folder()
    uid, = put(source, "one")
    told = mcp.tool("move_mail_message", folder=source, uids=[uid, 4711],
                    destination="\\Archive", dry_run=True)
    assert told["dry_run"] is True and told["uids"] == [uid]
    assert told["missing"] == [4711] and told["destination"] == \
        server.folder("Archive")
    told = mcp.tool("delete_mail_message", folder=source, uid=uid,
                    permanent=True, dry_run=True)
    assert told["dry_run"] is True and told["permanent"] is True
    assert list(mailboxes.subjects(server, source)) == [uid]
    error = mcp.tool_error("move_mail_message", folder=source, uid=uid,
                           destination="Nirgends", dry_run=True)
    assert error["code"] == "folder_not_found"


@case("delete goes to Trash first, and from there for good")
def _():
    mcp, source, trash = server.mcp(), folder(), server.folder("Trash")
    uid, = put(source, "weg " + source)
    told = mcp.tool("delete_mail_message", folder=source, uid=uid)
    assert told["destination"] == trash and "permanent" not in told
    assert mailboxes.remaining(server, source, told) == {}
    there, = told["new_uids"]
    assert mailboxes.subjects(server, trash)[there] == "weg " + source
    told = mcp.tool("delete_mail_message", folder="\\Trash", uid=there)
    assert told["permanent"] is True and told["uids"] == [there]
    assert there not in mailboxes.remaining(server, trash, told)


@case("permanent removes nothing that others have marked")
def _():
    mcp, source = server.mcp(), folder()
    mine, = put(source, "mine")
    theirs, = put(source, "theirs", flags="(\\Deleted)")
    told = mcp.tool("delete_mail_message", folder=source, uid=mine,
                    permanent=True)
    assert told["uids"] == [mine] and told["permanent"] is True
    assert theirs in mailboxes.subjects(server, source)
    assert mine not in mailboxes.remaining(server, source, told)


@case("a changed uidvalidity stops everything")
def _():
    mcp, source = server.mcp(), folder()
    uid, = put(source, "one")
    for name, more in (("delete_mail_message", {}),
                       ("move_mail_message", {"destination": "\\Archive"}),
                       ("update_mail_message_flags", {"add": ["\\Seen"]})):
        error = mcp.tool_error(name, folder=source, uid=uid, uidvalidity=7,
                               **more)
        assert error["code"] == "uidvalidity_changed", error
    assert mailboxes.flags(server, source, uid) <= {"\\Recent"}


@case("no such message, no such folder, no such argument")
def _():
    mcp, source = server.mcp(), folder()
    uid, = put(source, "one")
    for code, arguments in (
            ("message_not_found", {"folder": source, "uid": 4711}),
            ("folder_not_found", {"folder": "Nirgends", "uid": 1}),
            ("invalid_argument", {"folder": source}),
            ("invalid_argument", {"folder": source, "uid": uid,
                                  "uids": [uid]}),
            ("invalid_argument", {"folder": source, "uid": 4294967296}),
            ("invalid_argument", {"folder": source, "uid": "1:*"}),
            ("invalid_argument", {"folder": source,
                                  "uids": list(range(1, 102))})):
        error = mcp.tool_error("delete_mail_message", **arguments)
        assert error["code"] == code, (arguments, error)
    error = mcp.tool_error("move_mail_message", folder=source, uid=uid,
                           destination=source)
    assert error["code"] == "invalid_argument", error


@case("flags and keywords: added, removed, told as they are now")
def _():
    mcp, source = server.mcp(), folder()
    uids = put(source, "one", "two")
    told = mcp.tool("update_mail_message_flags", folder=source, uids=uids,
                    add=["\\Seen", "$Important"])
    assert told["uids"] == uids
    assert {"\\Seen", "$Important"} <= set(told["flags"])
    assert {"\\Seen", "$Important"} <= mailboxes.flags(server, source,
                                                       uids[1])
    assert "messages" not in told, told
    told = mcp.tool("update_mail_message_flags", folder=source, uid=uids[0],
                    add=["\\Answered"])
    assert "messages" not in told and "\\Answered" in told["flags"], told
    told = mcp.tool("update_mail_message_flags", folder=source,
                    uids=uids + [4711], add="\\Seen",
                    remove=["$Important"])
    assert "\\Answered" not in told["flags"], told
    more, = told["messages"]
    assert more["uid"] == uids[0] and "\\Answered" in more["flags"], told
    assert told["missing"] == [4711], told
    assert "$Important" not in mailboxes.flags(server, source, uids[0])
    told = mcp.tool("update_mail_message_flags", folder=source, uid=uids[0],
                    add=["\\Seen"])
    assert "uids" not in told, told


@case("system flags may be named as people name them")
def _():
    mcp, source = server.mcp(), folder()
    uid, = put(source, "one")
    told = mcp.tool("update_mail_message_flags", folder=source, uid=uid,
                    add=["flagged", "Seen", "answered"])
    assert {"\\Flagged", "\\Seen", "\\Answered"} <= set(told["flags"]), told
    now = mailboxes.flags(server, source, uid)
    assert {"\\Flagged", "\\Seen", "\\Answered"} <= now, now
    assert "flagged" not in now, now
    told = mcp.tool("update_mail_message_flags", folder=source, uid=uid,
                    remove="READ, flagged")
    assert set(told["flags"]) - {"\\Recent"} == {"\\Answered"}, told
    assert "undo" in told, told


@case("what is no flag is refused")
def _():
    mcp, source = server.mcp(), folder()
    uid, = put(source, "one")
    for more in ({}, {"add": ["\\Recent"]}, {"add": ["two words"]},
                 {"add": ["a\r\nb"]}, {"add": ["\\Seen"],
                                       "remove": ["\\seen"]},
                 {"add": ["(x)"]}, {"add": ["\\Made-up"]}, {"add": ["unread"]}):
        error = mcp.tool_error("update_mail_message_flags", folder=source,
                               uid=uid, **more)
        assert error["code"] == "invalid_argument", (more, error)


case.run()
