#!/usr/bin/env python3
"""list_mail_changes: what is new, changed and gone since the last call."""
import time

import postern

server = postern.Server()
case = postern.Cases()
FOLDER = server.folder("Changes")
MODSEQ = server.can("CONDSTORE") or server.can("QRESYNC")
VANISHED = server.can("QRESYNC")


def message(subject):
    return ("From: Ann <ann@example.org>\nTo: demo@postern.test\n"
            "Subject: %s\nDate: Thu, 1 Oct 2026 10:00:00 +0200\n\nHello.\n"
            % subject)


def fresh(name):
    """A folder with three messages, and the since that names it."""
    folder = server.folder("Changes" + name)
    server.imap().delete('"%s"' % folder)
    uids = [server.deliver(folder, message("old %d" % i)) for i in range(3)]
    told = server.mcp().tool("list_mail_changes", folder=folder)
    return folder, uids, told["since"]


def call(folder, since):
    return server.mcp().tool("list_mail_changes", folder=folder, since=since)


def changes(folder, since):
    told = call(folder, since)
    assert "note" not in told, told
    return told


def deliver_many(folder, subjects):
    """UIDs of as many messages."""
    client = server.imap(folder)
    _, before = client.uid("SEARCH", "ALL")
    for subject in subjects:
        told, _ = client.append('"%s"' % folder, "", None,
                                message(subject).replace("\n", "\r\n")
                                .encode())
        assert told == "OK"
    client.noop()
    _, after = client.uid("SEARCH", "ALL")
    client.logout()
    return sorted(set(map(int, after[0].split())) -
                  set(map(int, before[0].split())))


def flag(folder, uids, kind="+FLAGS", flags="\\Flagged"):
    client = server.imap(folder)
    told, _ = client.uid("STORE", ",".join(map(str, uids)), kind,
                         "(%s)" % flags)
    assert told == "OK"
    client.logout()


def remove(folder, uids):
    flag(folder, uids, flags="\\Deleted")
    client = server.imap(folder)
    client.expunge()
    client.logout()


@case("the first call tells nothing but where to go on from")
def _():
    folder, _, _ = fresh("First")
    told = server.mcp().tool("list_mail_changes", folder=folder)
    assert told["since"] and told["uidvalidity"], told
    assert "Nothing to compare" in told["note"], told
    for name in ("new", "changed", "gone", "gone_count"):
        assert name not in told, told
    told = changes(folder, told["since"])
    for name in ("new", "changed", "gone", "gone_count"):
        assert name not in told, told
    assert ("incomplete" in told) == (not MODSEQ), told


@case("without a folder it is INBOX")
def _():
    told = server.mcp().tool("list_mail_changes")
    since = told["since"]
    uid = server.deliver("INBOX", message("for the inbox"))
    told = server.mcp().tool("list_mail_changes", since=since)
    assert told["folder"] == "INBOX" and "@" in told["account"], told
    assert uid in [m["uid"] for m in told["new"]], told
    remove("INBOX", [uid])


@case("what is new comes as a summary, once")
def _():
    folder, _, since = fresh("New")
    uids = [server.deliver(folder, message(s)) for s in ("one", "two")]
    told = changes(folder, since)
    assert [m["uid"] for m in told["new"]] == uids, told
    assert [m["subject"] for m in told["new"]] == ["one", "two"], told
    assert told["defaults"]["from"] == "Ann <ann@example.org>", told
    assert "gone" not in told and "gone_count" not in told, told
    assert "changed" not in told, told
    told = changes(folder, told["since"])
    assert "new" not in told and "changed" not in told, told


@case("flags that changed come with what they are now")
def _():
    folder, uids, since = fresh("Flags")
    flag(folder, uids[1:2])
    told = changes(folder, since)
    assert ("incomplete" in told) == (not MODSEQ), told
    assert "gone" not in told and "new" not in told, told
    if MODSEQ:
        (one,) = told["changed"]
        assert one["uid"] == uids[1], told
        assert "\\Flagged" in one["flags"], told
    flag(folder, uids[1:2], "-FLAGS")
    told = changes(folder, told["since"])
    if MODSEQ:
        (one,) = told["changed"]
        assert one["uid"] == uids[1], told
        assert "\\Flagged" not in one.get("flags", []), told
    assert "changed" not in changes(folder, told["since"])


@case("what is gone is named, or counted where the server can't name it")
def _():
    folder, uids, since = fresh("Gone")
    remove(folder, uids[:2])
    new = server.deliver(folder, message("after"))
    told = changes(folder, since)
    if VANISHED:
        assert told["gone"] == uids[:2] and "gone_count" not in told, told
        assert "incomplete" not in told, told
    else:
        assert told["gone_count"] == 2 and told["incomplete"], told
        assert "gone" not in told, told
    assert [m["uid"] for m in told["new"]] == [new], told
    told = changes(folder, told["since"])
    assert "gone" not in told and "gone_count" not in told, told


@case("a message that came and went between is not told")
def _():
    folder, _, since = fresh("Between")
    remove(folder, [server.deliver(folder, message("short-lived"))])
    told = changes(folder, since)
    for name in ("new", "changed", "gone", "gone_count"):
        assert name not in told, told


@case("all at once, a page at a time, and nothing twice")
def _():
    folder, _, _ = fresh("Pages")
    old = deliver_many(folder, ["then %d" % i for i in range(112)])
    since = server.mcp().tool("list_mail_changes", folder=folder)["since"]
    flag(folder, old[:110])
    remove(folder, old[110:])
    new = deliver_many(folder, ["now %d" % i for i in range(60)])
    seen, changed, gone, pages = [], [], [], 0
    while pages < 10:
        told = call(folder, since)
        assert len(told.get("new", [])) <= 50, told
        assert len(told.get("changed", [])) <= 50, told
        seen += [m["uid"] for m in told.get("new", [])]
        changed += [m["uid"] for m in told.get("changed", [])]
        gone += told.get("gone", [None] * told.get("gone_count", 0))
        since, pages = told["since"], pages + 1
        if "note" not in told:
            break
        assert "There is more" in told["note"], told
    assert pages == (3 if MODSEQ else 2), pages
    assert seen == new, (seen, new)
    assert len(gone) == 2, gone
    if MODSEQ:
        assert changed == old[:110], (changed, old)
    if VANISHED:
        assert gone == old[110:], gone
    told = changes(folder, since)
    for name in ("new", "changed", "gone", "gone_count"):
        assert name not in told, told


@case("what changes while pages are read is told behind them")
def _():
    folder, _, _ = fresh("Meanwhile")
    uids = deliver_many(folder, ["old %d" % i for i in range(60)])
    since = server.mcp().tool("list_mail_changes", folder=folder)["since"]
    flag(folder, uids)
    told = call(folder, since)
    if not MODSEQ:
        assert told["incomplete"] is True and "changed" not in told, told
        return
    assert [m["uid"] for m in told["changed"]] == uids[:50] and told["note"]
    flag(folder, uids[:1], "+FLAGS", "\\Answered")
    told = changes(folder, told["since"])
    assert [m["uid"] for m in told["changed"]] == uids[50:], told
    told = changes(folder, told["since"])
    (one,) = told["changed"]
    assert one["uid"] == uids[0] and "\\Answered" in one["flags"], told


@case("a folder made anew says so and starts over")
def _():
    folder, _, since = fresh("Anew")
    time.sleep(1.1)	# Courier numbers folders by the second
    fresh("Anew")
    told = server.mcp().tool("list_mail_changes", folder=folder, since=since)
    assert "new UIDs" in told["note"], told
    assert "new" not in told and "gone" not in told, told
    assert told["since"] != since, told
    uid = server.deliver(folder, message("later"))
    told = changes(folder, told["since"])
    assert [m["uid"] for m in told["new"]] == [uid], told


@case("a since that is none, or of another folder, is refused")
def _():
    folder, _, since = fresh("Refused")
    other, _, _ = fresh("Other")
    words = since.split(".")
    mcp = server.mcp()
    for text in ("x", since + ".1", ".".join(words[:-1]),
                 ".".join([*words[:4], "0", *words[5:]]),
                 ".".join([*words[:2], "4294967296", *words[3:]]),
                 ".".join([*words[:2], "-1", *words[3:]])):
        error = mcp.tool_error("list_mail_changes", folder=folder, since=text)
        assert error["code"] == "invalid_argument", (text, error)
        assert "Leave since out" in error["hint"], error
    error = mcp.tool_error("list_mail_changes", folder=other, since=since)
    assert "another folder" in error["message"], error
    error = mcp.tool_error("list_mail_changes", folder=folder,
                           since="1" * 121)
    assert "since" in error["message"], error
    error = mcp.tool_error("list_mail_changes", folder="Changez")
    assert error["code"] == "folder_not_found", error


@case("numbers made up by the caller do no harm")
def _():
    folder, uids, since = fresh("Made")
    words = since.split(".")
    for place, number in ((2, "1"), (2, "4294967295"), (3, "4294967295"),
                          (4, "4294967295"), (5, "4294967295"), (6, "1"),
                          (6, "9223372036854775807"), (7, "5")):
        text = list(words)
        text[place] = number
        if place == 2:
            text[5] = "4294967295"
        told = server.mcp().tool("list_mail_changes", folder=folder,
                                 since=".".join(text))
        assert told["since"], told


@case("a grant without mail:read can't see what changes")
def _():
    names = {t["name"] for t in server.mcp(scopes=("mail:send",)).tools()}
    assert "list_mail_changes" not in names


@case("nothing is marked read by it")
def _():
    folder, uids, since = fresh("Unread")
    uid = server.deliver(folder, message("unread"))
    told = changes(folder, since)
    assert "\\Seen" not in told["new"][0].get("flags", []), told
    client = server.imap(folder, readonly=True)
    _, flags = client.uid("FETCH", str(uid), "(FLAGS)")
    assert b"\\Seen" not in flags[0], flags
    client.logout()


case.run()
