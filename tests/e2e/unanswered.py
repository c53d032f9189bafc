#!/usr/bin/env python3
"""find_unanswered_mail on a real mailbox: whose mail waits for an answer."""
import datetime
import email.message
import email.policy
import email.utils
import time

import mailboxes
import postern

server = postern.Server()
case = postern.Cases()
RUN = "%x" % int(time.time() * 1000)
DESK = server.folder("Waiting " + RUN)
LARGE = server.folder("Crowd " + RUN)
SENT = server.folder("Sent")
ME = "demo@postern.test"
NOW = datetime.datetime.now(datetime.timezone.utc)
WINDOW = 500
BOX = {}


def letter(name, days=1, to=ME, sender=None, reply_to=None, references=(),
           **fields):
    message = email.message.EmailMessage(policy=email.policy.SMTP)
    message["From"] = sender or "%s <%s@example.org>" % (name.title(), name)
    if to:
        message["To"] = to
    message["Subject"] = "About " + name
    message["Date"] = email.utils.format_datetime(
        NOW - datetime.timedelta(days=days))
    message["Message-ID"] = "<%s.%s@example.org>" % (name, RUN)
    if reply_to:
        message["In-Reply-To"] = "<%s.%s@example.org>" % (reply_to, RUN)
    if references:
        message["References"] = " ".join(
            "<%s.%s@example.org>" % (one, RUN) for one in references)
    for field, value in fields.items():
        message[field.replace("_", "-")] = value
    message.set_content("Can you tell me?\n")
    return bytes(message)


def put_all(folder, rows):
    """Rows of name, flags, age in days and message, by one connection, each
    received when it says it was."""
    client = mailboxes.login(server)
    client.create('"%s"' % folder)
    for _, flags, days, message in rows:
        kind, told = client.append(
            '"%s"' % folder, flags or None,
            NOW - datetime.timedelta(days=days), message)
        assert kind == "OK", told
    client.select('"%s"' % folder, True)
    _, found = client.uid("SEARCH", "ALL")
    client.logout()
    uids = [int(uid) for uid in found[0].split()][-len(rows):]
    for uid, (name, _, _, _) in zip(uids, rows):
        BOX[folder, name] = uid


def row(name, flags="", days=1, **more):
    return name, flags, days, letter(name, days, **more)


def fill():
    put_all(DESK, [
        row("anna", days=3),
        row("bert", days=2, to="somebody@example.org", Cc=ME),
        row("again", days=5),
        row("answered", "(\\Seen \\Answered)"),
        row("replied", days=4),
        row("late", days=6),
        row("dora", days=8),
        row("list", List_Id="<l.example.org>"),
        row("offer", List_Unsubscribe="<mailto:x@example.org>"),
        row("bulk", Precedence="bulk"),
        row("auto", Auto_Submitted="auto-generated"),
        row("bounce", Return_Path="<>"),
        row("noreply", sender="No-Reply <no-reply@example.org>"),
        row("others", to="somebody@example.org"),
        row("nobody", to=None),
        row("mine", sender="Me <%s>" % ME),
        row("binned", "(\\Deleted)"),
        row("old", days=90),
    ])
    # The user answered: without the flag, an older message, another folder.
    put_all(SENT, [
        row("out1", days=2, sender=ME, to="replied@example.org",
            reply_to="replied"),
        row("out2", days=5, sender=ME, to="late@example.org",
            references=("late",)),
        row("out3", days=7, sender=ME, to="again@example.org",
            reply_to="again"),
        row("out4", days=9, sender=ME, to="dora@example.org"),
    ])
    put_all(DESK, [
        # After the user's answer they wrote again.
        row("late2", days=3, sender="Late <late@example.org>",
            reply_to="out2", references=("late", "out2")),
        # A robot's word ends nothing.
        row("away", days=2, sender="Anna <anna@example.org>",
            reply_to="anna", Auto_Submitted="auto-replied"),
        # A second letter, before the first was answered.
        row("anna2", days=1, sender="Anna <anna@example.org>",
            references=("anna",)),
    ])


def find(**more):
    told = server.mcp().tool("find_unanswered_mail", folder=DESK, **more)
    assert told["folder"] == DESK and told["uidvalidity"], told
    names = {uid: name for (folder, name), uid in BOX.items()
             if folder == DESK}
    return told, [names[m["uid"]] for m in told["messages"]]


@case("people who wait are listed, and nobody else")
def _():
    fill()
    told, names = find()
    assert names == ["anna2", "late2", "again", "dora", "old", "bert"], told
    assert told["total"] == 6 and "note" not in told, told


@case("why, and for how long")
def _():
    told, names = find()
    rows = dict(zip(names, told["messages"]))
    assert rows["anna2"]["addressed"] == "to", rows
    assert rows["bert"]["addressed"] == "cc", rows
    assert rows["dora"]["waiting_days"] == 8, rows
    assert rows["old"]["waiting_days"] == 90, rows
    assert rows["anna2"]["subject"] == "About anna2", rows
    client = mailboxes.login(server)
    client.select('"%s"' % DESK, True)
    assert client.response("UIDVALIDITY")[1][-1] == \
        b"%d" % told["uidvalidity"]
    _, answer = client.uid("FETCH", str(rows["dora"]["uid"]),
                           "(FLAGS BODY.PEEK[HEADER.FIELDS (SUBJECT)])")
    client.logout()
    assert b"About dora" in answer[0][1], answer
    assert b"\\Seen" not in answer[0][0], answer


@case("since: a day")
def _():
    day = (NOW - datetime.timedelta(days=6)).strftime("%Y-%m-%d")
    _, names = find(since=day)
    assert names == ["anna2", "late2", "again", "bert"], names


@case("limit and cursor: no row twice, though mail arrives meanwhile")
def _():
    first, names = find(limit=4)
    assert first["total"] == 6 and len(names) == 4, first
    put_all(DESK, [row("newer", days=0)])
    second, more = find(limit=4, cursor=first["next_cursor"])
    assert names + more == ["anna2", "late2", "again", "dora", "old",
                            "bert"], (names, more)
    assert second["total"] == 6 and "next_cursor" not in second, second
    assert find()[1][0] == "newer"


@case("answering takes it from the list")
def _():
    client = server.imap(DESK)
    client.uid("STORE", str(BOX[DESK, "newer"]), "+FLAGS", "(\\Answered)")
    client.logout()
    assert "newer" not in find()[1]
    put_all(SENT, [row("out5", days=0, sender=ME, to="dora@example.org",
                       reply_to="dora")])
    assert find()[1] == ["anna2", "late2", "again", "old", "bert"]


@case("who forges a date does not speak last; forged fields harm nothing")
def _():
    forged = letter("forger", -900, reply_to="bert")
    put_all(DESK, [
        ("forger", "", 4, forged),
        ("junk", "", 1, b"From: \xff\xfe <\"a b\"@example.org>\r\nTo: " +
         ME.encode() + b"\r\nMessage-ID: <\"x\\\r\nReferences: <<<>>> <" +
         b"y" * 3000 + b">\r\nDate: never\r\n\r\nx\r\n")])
    told, names = find()
    assert "bert" in names and "forger" not in names, told
    assert "junk" in names, told


@case("of many messages the newest are looked at, and that is said")
def _():
    put_all(LARGE, [row("first", days=30)] + [
        row("crowd%d" % i, days=1, to="others@example.org")
        for i in range(WINDOW)] + [row("last", days=1)])
    told = server.mcp().tool("find_unanswered_mail", folder=LARGE)
    assert [m["uid"] for m in told["messages"]] == [BOX[LARGE, "last"]], told
    assert str(WINDOW) in told["note"], told


@case("an empty folder")
def _():
    client = mailboxes.login(server)
    client.create('"%s"' % server.folder("Empty " + RUN))
    client.logout()
    told = server.mcp().tool("find_unanswered_mail",
                             folder=server.folder("Empty " + RUN))
    assert not told["messages"] and not told.get("total"), told
    assert told["folder"] == server.folder("Empty " + RUN), told


@case("what is refused, and how")
def _():
    mcp = server.mcp()
    for code, arguments in (
            ("folder", {"folder": DESK + "x"}),
            ("argument", {"folder": DESK, "since": "yesterday"}),
            ("argument", {"folder": DESK, "limit": 0}),
            ("argument", {"folder": DESK, "limit": 101}),
            ("argument", {"folder": DESK, "cursor": "1.2"}),
            ("changed", {"folder": DESK, "cursor": "1.5.2"})):
        error = mcp.tool_error("find_unanswered_mail", **arguments)
        assert code in error["code"], (arguments, error)


case.run()
