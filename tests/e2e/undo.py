#!/usr/bin/env python3
"""Changes taken back by undo_mail_change, looked at by a second client."""
import secrets
import time

import mailboxes
import postern

server = postern.Server()
case = postern.Cases()


def folder():
    return server.folder("Undo-" + secrets.token_hex(4))


def put(name, *subjects, flags=""):
    return [server.deliver(name, "From: a@postern.test\nMessage-ID: <%s@"
                           "postern.test>\nSubject: %s\n\nx\n" %
                           (secrets.token_hex(8), subject), flags)
            for subject in subjects]


def visible(name):
    """Subjects of what a person sees there: not what is marked \\Deleted."""
    return sorted(subject for uid, subject in
                  mailboxes.subjects(server, name).items()
                  if "\\Deleted" not in mailboxes.flags(server, name, uid))


def undone(mcp, told):
    answer = mcp.tool("undo_mail_change", undo=told["undo"])
    error = mcp.tool_error("undo_mail_change", undo=told["undo"])
    assert error["code"] == "message_not_found", error
    assert "nothing is left to undo" in error["message"], error
    return answer["changes"]


@case("a move is taken back, and names where the messages are")
def _():
    mcp, source, target = server.mcp(), folder(), folder()
    uids = put(source, "one", "two", "three")
    put(target, "there")
    told = mcp.tool("move_mail_message", folder=source,
                    uids=[uids[0], uids[2]], destination=target)
    assert visible(source) == ["two"], told
    change, = undone(mcp, told)
    assert change["folder"] == target and change["destination"] == source
    assert visible(source) == ["one", "three", "two"]
    assert visible(target) == ["there"]
    if "new_uids" in change:
        there = mailboxes.subjects(server, source)
        assert sorted(there[uid] for uid in change["new_uids"]) == \
            ["one", "three"], change


@case("what was deleted comes back from Trash")
def _():
    mcp, source = server.mcp(), folder()
    uid, = put(source, "back " + source)
    told = mcp.tool("delete_mail_message", folder=source, uid=uid)
    assert visible(source) == []
    change, = undone(mcp, told)
    assert change["folder"] == server.folder("Trash"), change
    assert visible(source) == ["back " + source]
    assert "back " + source not in visible(server.folder("Trash"))


@case("flags: only what really changed, message by message")
def _():
    mcp, source = server.mcp(), folder()
    one, = put(source, "one", flags="(\\Seen $Old)")
    two, = put(source, "two", flags="(\\Flagged)")
    told = mcp.tool("update_mail_message_flags", folder=source,
                    uids=[one, two], add=["\\Seen", "$New"],
                    remove=["$Old", "\\Flagged"])
    client = server.imap(source)
    client.uid("STORE", str(two), "+FLAGS", "(\\Answered)")
    client.logout()
    change, = undone(mcp, told)
    assert sorted(change["uids"]) == [one, two] and \
        change["folder"] == source
    assert mailboxes.flags(server, source, one) - {"\\Recent"} == \
        {"\\Seen", "$Old"}
    assert mailboxes.flags(server, source, two) - {"\\Recent"} == \
        {"\\Flagged", "\\Answered"}
    told = mcp.tool("update_mail_message_flags", folder=source, uid=one,
                    add=["\\Seen"])
    assert "undo" not in told, told


@case("a draft that was made goes, and the one it replaced comes back")
def _():
    mcp, drafts = server.mcp(), server.folder("Drafts")
    mark = secrets.token_hex(4)
    one = mcp.tool("create_draft_mail_message", subject="one " + mark,
                   text_body="x")
    two = mcp.tool("create_draft_mail_message", subject="two " + mark,
                   text_body="x", replaces_uid=one["uid"])
    assert two["replaced_uid"] == one["uid"], two
    assert [s for s in visible(drafts) if mark in s] == ["two " + mark]
    undone(mcp, two)
    assert [s for s in visible(drafts) if mark in s] == ["one " + mark]
    three = mcp.tool("create_draft_mail_message", subject="three " + mark,
                     text_body="x")
    change, = undone(mcp, three)
    assert change["uids"] == [three["uid"]], change
    assert [s for s in visible(drafts) if mark in s] == ["one " + mark]


@case("what can't be taken back has no undo")
def _():
    mcp, source = server.mcp(), folder()
    uids = put(source, "one", "two")
    for more in ({"permanent": True}, {"dry_run": True}):
        told = mcp.tool("delete_mail_message", folder=source, uid=uids.pop(),
                        **more)
        assert "undo" not in told, told


@case("messages that went on, and a folder that is gone")
def _():
    mcp, source, target = server.mcp(), folder(), folder()
    uids = put(source, "one", "two")
    told = mcp.tool("move_mail_message", folder=source, uids=uids,
                    destination=target, create=True)
    if server.can("UIDPLUS"):
        mcp.tool("delete_mail_message", folder=target,
                 uid=told["new_uids"][0], permanent=True)
        change, = undone(mcp, told)
        assert change["uids"] == [told["new_uids"][1]], change
        assert change["missing"] == [told["new_uids"][0]], change
        assert visible(source) == ["two"]
    told = mcp.tool("move_mail_message", folder=source,
                    uid=list(mailboxes.subjects(server, source))[-1],
                    destination=target)
    client = server.imap()
    client.delete('"%s"' % source)
    client.logout()
    error = mcp.tool_error("undo_mail_change", undo=told["undo"])
    assert error["code"] == "folder_not_found", error
    assert source in error["message"], error


@case("a folder that was made anew is not the same")
def _():
    mcp, source = server.mcp(), folder()
    uid, = put(source, "one")
    told = mcp.tool("update_mail_message_flags", folder=source, uid=uid,
                    add=["\\Flagged"])
    client = server.imap()
    client.delete('"%s"' % source)
    client.logout()
    time.sleep(1.1)     # some servers' UIDVALIDITY is a time in seconds
    put(source, "another")
    error = mcp.tool_error("undo_mail_change", undo=told["undo"])
    assert error["code"] == "uidvalidity_changed", error


@case("only its own connection can use it, and only as it is")
def _():
    mcp, source, target = server.mcp(), folder(), folder()
    uid, = put(source, "one")
    told = mcp.tool("move_mail_message", folder=source, uid=uid,
                    destination=target, create=True)
    other = postern.Mcp(server, server.sign_in()["access_token"])
    for client, undo in ((other, told["undo"]), (mcp, ""), (mcp, "x"),
                         (mcp, told["undo"][:-6] + "AAAAAA"),
                         (mcp, mcp.token), (mcp, "x" * 7169)):
        error = client.tool_error("undo_mail_change", undo=undo)
        assert error["code"] == "invalid_argument", error
    assert visible(target) == ["one"]
    undone(mcp, told)


case.run()
