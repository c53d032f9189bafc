#!/usr/bin/env python3
"""Folders made, renamed, removed and listed, and messages copied between
them, looked at by a second IMAP client."""
import secrets

import mailboxes
import postern

server = postern.Server()
case = postern.Cases()


def fresh(*below):
    return server.folder("Folder-" + secrets.token_hex(4), *below)


def put(name, *subjects):
    return [server.deliver(name, "From: a@postern.test\nSubject: %s\n\nx\n" %
                           subject) for subject in subjects]


def names(command, pattern="*"):
    """Names of LIST or LSUB, those that can be opened."""
    client = server.imap()
    _, lines = getattr(client, command)('""', '"%s"' % pattern)
    client.logout()
    return {line.rsplit(b'" ', 1)[-1].strip(b'"').decode()
            for line in lines
            if line is not None and b"\\Noselect" not in line
            and b"\\NonExistent" not in line}


def listed(mcp, name):
    told = mcp.tool("list_mailboxes", pattern=name)["mailboxes"]
    return [m for m in told if m["name"] == name]


@case("a folder is made and subscribed; nested by / or the server's own")
def _():
    mcp, name = server.mcp(), "Folder-" + secrets.token_hex(4)
    told = mcp.tool("create_mailbox", name=name)
    assert told["name"] == server.folder(name), told
    assert server.folder(name) in names("list")
    assert server.folder(name) in names("lsub")
    made, = listed(mcp, told["name"])
    assert "subscribed" not in made and "selectable" not in made, made
    client = mailboxes.login(server)
    client.unsubscribe('"%s"' % told["name"])
    client.logout()
    made, = listed(mcp, told["name"])
    assert made["subscribed"] is False and "selectable" not in made, made
    told = mcp.tool("create_mailbox", name=name + "/Unter ä & ö")
    assert told["name"] == server.folder(name, "Unter ä & ö"), told
    assert listed(mcp, told["name"])[0]["messages"] == 0
    told = mcp.tool("create_mailbox", name=server.folder(name, "c", "d"))
    assert told["name"] == server.folder(name, "c", "d"), told
    assert told["name"] in names("list")


@case("names that no folder may have, and one that is there")
def _():
    mcp = server.mcp()
    for name in ("", " ", "a//b", "/a", "a/", "a*", "a%b", "a\nb", "a\x85b", "a\x7f", "\\Archive", "inbox", "x" * 501,
                 "/".join("a" * 30)):
        error = mcp.tool_error("create_mailbox", name=name)
        assert error["code"] == "invalid_argument", (name, error)
    name = fresh()
    mcp.tool("create_mailbox", name=name)
    error = mcp.tool_error("create_mailbox", name=name)
    assert "already" in error["message"], error
    assert error["code"] == "invalid_argument", error


@case("a name that would be shown as another is refused, with the other")
def _():
    mcp, old, name = server.mcp(), fresh(), "Seen-" + secrets.token_hex(4)
    mcp.tool("create_mailbox", name=old)
    for hidden in (" " + name, "\u202e" + name, name[:2] + "\u200b" + name[2:]):
        error = mcp.tool_error("create_mailbox", name=hidden)
        assert error["code"] == "invalid_argument", error
        assert '"%s"' % name in error["hint"], (hidden, error)
        error = mcp.tool_error("rename_mailbox", name=old, new_name=hidden)
        assert error["code"] == "invalid_argument", error
    assert not [n for n in names("list") if name in n]
    assert old in names("list")


@case("what create_mailbox refuses no move or copy makes")
def _():
    mcp, source, name = server.mcp(), fresh(), "Made-" + secrets.token_hex(4)
    uid, = put(source, "one")
    for wrong in (name + "*", name + "%", name + "\u200b", " " + name):
        for tool in ("move_mail_message", "copy_mail_message"):
            error = mcp.tool_error(tool, folder=source, uid=uid,
                                   destination=wrong, create=True)
            assert error["code"] == "invalid_argument", (tool, error)
        error = mcp.tool_error("move_mail_message", folder=source, uid=uid,
                               destination=wrong, create=True, dry_run=True)
        assert error["code"] == "invalid_argument", error
    assert not [n for n in names("list") if name in n]
    told = mcp.tool("copy_mail_message", folder=source, uid=uid,
                    destination=name + "/below", create=True)
    assert listed(mcp, told["destination"]), told


@case("a folder is reached by the name it is listed with, whatever it holds")
def _():
    mcp, tail = server.mcp(), secrets.token_hex(4)
    for wire in ("Odd&IAs-" + tail, "Odd&IC4-x" + tail, "Odd&AKA-" + tail,
                 "Odd  two" + tail):
        wire = server.folder(wire)
        with server.imap() as client:
            status, said = client.create('"%s"' % wire)
            assert status == "OK", said
            status, said = client.append('"%s"' % wire, "", None,
                                         b"Subject: odd\r\n\r\nodd\r\n")
            assert status == "OK", said
        shown = [box["name"] for box in
                 mcp.tool("list_mailboxes", per_page=200)["mailboxes"]
                 if tail in box["name"]]
        assert len(shown) == 1, shown
        told = mcp.tool("list_mail_messages", folder=shown[0])
        assert told["total"] == 1, (shown, told)
        assert mcp.tool("delete_mailbox", name=shown[0],
                        even_if_not_empty=True), shown
        assert not [n for n in names("list") if tail in n]


@case("below INBOX in any case: the answer's name is the one listed")
def _():
    mcp, name = server.mcp(), "Kid-" + secrets.token_hex(4)
    try:
        made = mcp.tool("create_mailbox", name="inbox/" + name)["name"]
    except postern.ToolError as refused:
        # There are servers that have nothing below INBOX.
        assert refused.code == "server_refused", refused
        assert not [n for n in names("list") if name in n], names("list")
        return
    assert made in names("list"), (made, names("list"))
    assert listed(mcp, made)[0]["name"] == made
    told = mcp.tool("delete_mailbox", name="Inbox/" + name)
    assert told["deleted"] == [made], told


@case("a folder is renamed, with what is in and below it")
def _():
    mcp, old, new = server.mcp(), fresh(), fresh()
    mcp.tool("create_mailbox", name=old)
    put(old, "in it")
    below = mcp.tool("create_mailbox", name=old + "/below")["name"]
    put(below, "below it")
    told = mcp.tool("rename_mailbox", name=old, new_name=new)
    assert told["name"] == new and "1 folder" in told["note"], told
    there = names("list")
    assert new in there and old not in there and below not in there
    assert list(mailboxes.subjects(server, new).values()) == ["in it"]
    moved = below.replace(old, new)
    assert list(mailboxes.subjects(server, moved).values()) == ["below it"]
    subscribed = names("lsub")
    assert {new, moved} <= subscribed and old not in subscribed
    assert below not in subscribed


@case("a folder is moved under another parent")
def _():
    mcp, parent, name = server.mcp(), fresh(), fresh()
    mcp.tool("create_mailbox", name=parent)
    mcp.tool("create_mailbox", name=name)
    told = mcp.tool("rename_mailbox", name=name, new_name=parent + "/Neu")
    assert told["name"].startswith(parent) and "note" not in told, told
    assert told["name"] in names("list")
    error = mcp.tool_error("rename_mailbox", name=parent,
                           new_name=parent + "/Neu/x")
    assert error["code"] == "invalid_argument", error
    error = mcp.tool_error("rename_mailbox", name=parent,
                           new_name=told["name"])
    assert "already" in error["message"], error


@case("INBOX and folders with a role are neither renamed nor removed")
def _():
    mcp = server.mcp()
    for name in ("INBOX", "inbox", "\\Inbox", "\\Sent", "\\Trash",
                 server.folder("Drafts")):
        for tool, more in (("rename_mailbox", {"new_name": fresh()}),
                           ("delete_mailbox", {"even_if_not_empty": True})):
            error = mcp.tool_error(tool, name=name, **more)
            assert error["code"] == "not_permitted", (name, error)
    assert {"INBOX", server.folder("Sent")} <= names("list")


@case("no such folder: the similar ones are named")
def _():
    mcp, name = server.mcp(), fresh()
    mcp.tool("create_mailbox", name=name)
    for tool, more in (("rename_mailbox", {"new_name": fresh()}),
                       ("delete_mailbox", {})):
        error = mcp.tool_error(tool, name=name + "x", **more)
        assert error["code"] == "folder_not_found", error
        assert name in error["message"], error


@case("an empty folder is removed, and unsubscribed")
def _():
    mcp, name = server.mcp(), fresh()
    mcp.tool("create_mailbox", name=name)
    told = mcp.tool("delete_mailbox", name=name)
    assert told["deleted"] == [name], told
    assert name not in names("list") and name not in names("lsub")


@case("what holds messages or folders is removed only where that is wanted")
def _():
    mcp, name = server.mcp(), fresh()
    mcp.tool("create_mailbox", name=name)
    below = mcp.tool("create_mailbox", name=name + "/below")["name"]
    error = mcp.tool_error("delete_mailbox", name=name)
    assert "1 folder" in error["message"], error
    put(below, "one", "two")
    error = mcp.tool_error("delete_mailbox", name=below,
                           even_if_not_empty=False)
    assert "2 messages" in error["message"], error
    assert error["code"] == "invalid_argument", error
    assert {name, below} <= names("list")
    told = mcp.tool("delete_mailbox", name=name, even_if_not_empty=True)
    assert told["deleted"] == [below, name], told
    assert not {name, below} & names("list")


@case("a folder that sessions have open can go, and nobody falls over it")
def _():
    mcp, name = server.mcp(), fresh()
    put(name, "one")
    for _ in range(12):
        mcp.tool("list_mail_messages", folder=name)
    mcp.tool("delete_mailbox", name=name, even_if_not_empty=True)
    for _ in range(12):
        mcp.tool("list_mail_messages", folder="INBOX", per_page=1)
        error = mcp.tool_error("list_mail_messages", folder=name)
        assert error["code"] == "folder_not_found", error


@case("messages are copied, and stay")
def _():
    mcp, source, target = server.mcp(), fresh(), fresh()
    uids = put(source, "one", "two", "three")
    error = mcp.tool_error("copy_mail_message", folder=source, uid=uids[0],
                           destination=target)
    assert error["code"] == "folder_not_found", error
    told = mcp.tool("copy_mail_message", folder=source,
                    uids=[uids[0], uids[2], 9999], destination=target,
                    create=True)
    assert told["uids"] == [uids[0], uids[2]] and told["missing"] == [9999]
    assert told["folder"] == source and told["destination"] == target
    assert sorted(mailboxes.subjects(server, source)) == uids
    there = mailboxes.subjects(server, target)
    assert sorted(there.values()) == ["one", "three"]
    if server.can("UIDPLUS"):
        assert [there[u] for u in told["new_uids"]] == ["one", "three"]
    else:
        assert "new_uids" in told or "does not tell" in told["note"], told
    told = mcp.tool("copy_mail_message", folder=source, uid=uids[1],
                    uidvalidity=told["uidvalidity"],
                    destination=target)
    assert told["uids"] == [uids[1]], told


@case("what can't be copied")
def _():
    mcp, source = server.mcp(), fresh()
    uid, = put(source, "one")
    for code, more in (
            ("message_not_found", {"uid": 4711}),
            ("invalid_argument", {"uid": uid, "destination": source}),
            ("invalid_argument", {}),
            ("uidvalidity_changed", {"uid": uid, "uidvalidity": 7})):
        error = mcp.tool_error("copy_mail_message",
                               **{"folder": source,
                                  "destination": "\\Archive", **more})
        assert error["code"] == code, (more, error)


case.run()
