#!/usr/bin/env python3
"""get_mail_thread on a real mailbox: whole conversations, oldest first, in
all folders, whatever the messages claim."""
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
FOLDER = server.folder("Talk " + RUN)
OTHER = server.folder("Filed " + RUN)
LONG = server.folder("Long " + RUN)
START = datetime.datetime(2026, 3, 2, 9, 0, tzinfo=datetime.timezone.utc)
LONG_TALK = 500
NOT_A_UID = 4000000000
BOX, PLACES = {}, {}


def name_id(name):
    return "<%s.%s@example.org>" % (name, RUN)


def ids(names):
    return " ".join(name_id(name) for name in names)


def letter(name, minutes, references=(), reply_to=None, text=None, **more):
    """A message named for its id, some minutes behind the first."""
    message = email.message.EmailMessage(policy=email.policy.SMTP)
    message["From"] = more.get("sender", "Anna Berg <anna@example.org>")
    message["To"] = "demo@postern.test"
    message["Subject"] = more.get("subject", "Talk")
    message["Date"] = email.utils.format_datetime(
        START + datetime.timedelta(minutes=minutes))
    message["Message-ID"] = name_id(name)
    if references:
        message["References"] = ids(references)
    if reply_to:
        message["In-Reply-To"] = name_id(reply_to)
    message.set_content(text or "This is %s.\n" % name)
    return bytes(message)


def put(name, *words, folder=FOLDER, raw=None, **more):
    BOX[name] = uid = server.deliver(
        folder, raw or letter(name, *words, **more))
    PLACES[folder, uid] = name


def thread(name, folder=FOLDER, **more):
    return server.mcp().tool("get_mail_thread", folder=folder,
                             uid=BOX[name], **more)


def names(answer):
    """The members by the names that they were put by, in order."""
    shared = answer.get("defaults", {})
    return [PLACES[m.get("folder", shared.get("folder")), m["uid"]]
            for m in answer["messages"]]


def whole_of(answer):
    """Its messages, each with what is told of all of them."""
    return [{**answer.get("defaults", {}), **message}
            for message in answer["messages"]]


def fill():
    put("one", 0)
    put("two", 10, ["one"], "one", text="Yes.\n\nOn Mon, Anna wrote:\n"
        "> This is one.\n> And more of it.\n")
    put("sent", 20, ["one", "two"], "two", folder=server.folder("Sent"),
        sender="demo@postern.test", subject="Re: Talk")
    put("filed", 30, [], "sent", folder=OTHER)
    put("late", 40, [], "filed")
    put("copy", 5, ["one"], "one")
    BOX["copied"] = server.deliver(OTHER, letter("copy", 5, ["one"], "one"))
    PLACES[OTHER, BOX["copied"]] = "copy"
    put("stranger", 15, subject="Talk")
    put("binned", 25, ["one"], "one", folder=server.folder("Trash"))


@case("the answer says whose it is, and how many there are")
def _():
    put("lone", 0)
    told = thread("lone", page=1, per_page=7)
    assert "@" in told["account"] and told["total"] == 1, told


@case("a conversation is the same from each of its messages, oldest first")
def _():
    fill()
    want = ["one", "copy", "two", "sent", "filed", "late"]
    for name in ("one", "two", "copy", "late"):
        answer = thread(name)
        assert names(answer) == want, (name, answer)
        assert answer["total"] == len(want), answer
    assert names(thread("filed", OTHER)) == want


@case("messages that claim the same id are one conversation from each")
def _():
    folder = server.folder("Same " + RUN)
    uids = [server.deliver(folder, letter("same", minute, sender=sender))
            for minute, sender in ((0, "a@example.org"),
                                   (1, "b@example.org"))]
    uids.append(server.deliver(folder, letter("retort", 2, ["same"])))
    for uid in uids:
        told = server.mcp().tool("get_mail_thread", folder=folder, uid=uid)
        assert [m["uid"] for m in told["messages"]] == uids, (uid, told)


@case("its messages say where they are; a copy in two folders counts once")
def _():
    answer = thread("one")
    told = dict(zip(names(answer), answer["messages"]))
    assert told["one"]["folder"] == FOLDER and \
        told["one"]["uid"] == BOX["one"], told
    assert told["sent"]["folder"] == server.folder("Sent"), told
    assert told["filed"]["folder"] == OTHER, told
    assert told["copy"]["folder"] == FOLDER, told
    client = mailboxes.login(server)
    for name in ("one", "sent", "filed"):
        member = told[name]
        client.select('"%s"' % member["folder"], True)
        assert client.response("UIDVALIDITY")[1][-1] == \
            b"%d" % member["uidvalidity"], (name, member)
        raw = mailboxes.raw(client, member["uid"])
        assert name_id(name).encode() in raw, (name, raw)
    client.logout()
    assert answer["defaults"]["thread_id"], answer
    assert not any("thread_id" in m for m in answer["messages"]), answer


@case("one folder is told once, of all messages")
def _():
    answer = thread("one", cross_folder=False)
    shared = answer["defaults"]
    assert shared["folder"] == FOLDER and shared["uidvalidity"], answer
    for message in answer["messages"]:
        assert "folder" not in message, answer
        assert "uidvalidity" not in message, answer
    assert thread("one", uidvalidity=shared["uidvalidity"])["total"] == 6


@case("cross_folder false: that folder only")
def _():
    assert names(thread("one", cross_folder=False)) == ["one", "copy", "two"]
    assert names(thread("late", cross_folder=False)) == ["late"]


@case("the bin is left out, unless the message is in it")
def _():
    assert "binned" not in names(thread("one"))
    answer = thread("binned", server.folder("Trash"))
    assert "binned" in names(answer) and "one" in names(answer), answer


@case("include_body: texts without the history they quote, max_chars long")
def _():
    answer = thread("one", include_body=True)
    told = dict(zip(names(answer), answer["messages"]))
    assert told["two"]["text"].strip() == "Yes.", told["two"]
    assert told["sent"]["text"].strip() == "This is sent.", told["sent"]
    assert told["filed"]["text"].strip() == "This is filed.", told["filed"]
    answer = thread("one", include_body=True, max_chars=4)
    told = dict(zip(names(answer), answer["messages"]))
    assert told["one"]["text"] == "This", told["one"]
    assert told["one"]["next_offset"] == 4, told["one"]
    assert "text" not in thread("one")["messages"][0]


PLAIN = "Content-Type: text/plain\n\nNAME, for you.\n"
HTML = "Content-Type: text/html\n\n<p>NAME, for you.</p>\n"
FILE = ("Content-Type: application/pdf\nContent-Disposition: attachment\n\n" +
        "%PDF " + "x" * 9000 + "\n")


def multipart(kind, *parts):
    mark = "=%d" % len("".join(parts))
    return ("Content-Type: multipart/%s; boundary=\"%s\"\n\n" % (kind, mark) +
            "".join("--%s\n%s" % (mark, part) for part in parts) +
            "--%s--\n" % mark)


# Where texts may be: all but the first two are elsewhere than is guessed, or
# longer.
FORMS = {
    "short": PLAIN,
    "beside": multipart("mixed", multipart("alternative", PLAIN, HTML), FILE),
    "deep": multipart("mixed", multipart(
        "related", multipart("alternative", PLAIN, HTML), FILE), FILE),
    "behind": multipart("mixed", FILE, PLAIN),
    "long": PLAIN + "It goes on.\n" * 3000,
    "html": HTML + "<!--" + "x" * 20000 + "-->\n",
    "none": FILE
}


@case("texts are the same, be they where they are guessed to be or not")
def _():
    for at, (name, form) in enumerate(FORMS.items()):
        head = ("From: a@example.org\nSubject: Forms\nMIME-Version: 1.0\n"
                "Date: Mon, 2 Mar 2026 10:%02d:00 +0000\nMessage-ID: %s\n"
                "References: %s\n" % (at, name_id(name), name_id("short")))
        put(name, raw=(head + form.replace("NAME", name)).encode())
    whole = thread("deep", include_body=True)
    assert names(whole) == list(FORMS), whole
    for message, name in zip(whole["messages"], FORMS):
        assert message["text"].startswith(
            "" if name == "none" else name + ", for you."), message
    assert whole["messages"][-1]["text"] == "", whole["messages"][-1]
    # There are more of them than are on a page: what is shown of them is then
    # fetched when they are known.
    paged = [message for page in (1, 2, 3) for message in whole_of(thread(
        "deep", include_body=True, per_page=3, page=page))]
    assert paged == whole_of(whole), (paged, whole)
    for message in paged:
        told = server.mcp().tool("get_mail_message", folder=FOLDER,
                                 uid=message["uid"])["message"]
        assert told["text"].startswith(message["text"].rstrip("…")[:900])
    listed = {m["uid"]: m["text"] for m in server.mcp().tool(
        "list_mail_messages", folder=FOLDER, include_body=True)["messages"]}
    assert [m["text"] for m in paged] == [
        listed[m["uid"]] for m in paged], listed


@case("pages")
def _():
    first = thread("one", per_page=4)
    second = thread("one", per_page=4, page=2)
    assert first["total"] == second["total"] == 6
    assert names(first) + names(second) == [
        "one", "copy", "two", "sent", "filed", "late"], (first, second)
    third = thread("one", per_page=4, page=3)
    assert third["messages"] == [] and third["total"] == 6, third


@case("lists tell the same thread_id for a conversation")
def _():
    told = server.mcp().tool("list_mail_messages", folder=FOLDER)
    by_uid = {m["uid"]: m.get("thread_id") for m in told["messages"]}
    assert by_uid[BOX["one"]] == by_uid[BOX["two"]] == by_uid[BOX["copy"]]
    assert by_uid[BOX["one"]], told
    assert by_uid[BOX["stranger"]] != by_uid[BOX["one"]]
    read = server.mcp().tool("get_mail_message", folder=FOLDER,
                             uid=BOX["two"])["message"]
    assert read["thread_id"] == by_uid[BOX["one"]] == \
        thread("one")["defaults"]["thread_id"]


@case("a message alone is a conversation of one, also without an id")
def _():
    assert names(thread("stranger")) == ["stranger"]
    put("bare", raw=b"From: a@example.org\r\nSubject: Talk\r\n\r\nx\r\n")
    answer = thread("bare")
    assert answer["total"] == 1, answer
    assert answer["messages"][0]["uid"] == BOX["bare"], answer


@case("looking marks nothing as read")
def _():
    client = server.imap(FOLDER, True)
    _, told = client.uid("FETCH", str(BOX["two"]), "(FLAGS)")
    client.logout()
    assert b"\\Seen" not in told[0], told


@case("ids that go round in circles")
def _():
    put("loop1", 0, ["loop2", "loop3"], "loop3")
    put("loop2", 1, ["loop3", "loop1"], "loop1")
    put("loop3", 2, ["loop1", "loop2", "loop3"], "loop3")
    answer = thread("loop2")
    assert names(answer) == ["loop1", "loop2", "loop3"], answer


@case("a message with 10,000 references")
def _():
    many = ["ref%d" % i for i in range(10000)]
    put("root", 0)
    put("greedy", raw=b"From: a@example.org\r\nMessage-ID: " +
        name_id("greedy").encode() + b"\r\nDate: Mon, 2 Mar 2026 10:00:00 "
        b"+0000\r\nReferences: " + name_id("root").encode() + b"\r\n " +
        b"\r\n ".join(name_id(name).encode() for name in many) +
        b"\r\nIn-Reply-To: " + name_id("root").encode() +
        b"\r\nSubject: greedy\r\n\r\nx\r\n")
    put("answer", 90, ["root", "greedy"], "greedy")
    for name in ("answer", "greedy"):
        answer = thread(name)
        assert names(answer) == ["root", "greedy", "answer"], answer


@case("forged ids: quotes, backslashes, breaks, literals, 8-bit")
def _():
    forged = [b'<a"b\\c@example.org>', b"<x@example.org> A9 LOGOUT",
              b"<a{5}\r\n b@example.org>", b"<\xff\xfe\xe4@example.org>",
              b'<") OR ALL (")@example.org>', b"<>", b"<<<>>>", b"@",
              b"<" + b"y" * 900 + b"@example.org>", b"<%*]@example.org>"]
    for i, bad in enumerate(forged):
        put("bad%d" % i, raw=b"From: a@example.org\r\nMessage-ID: " + bad +
            b"\r\nReferences: " + bad + b" " + name_id("bad").encode() +
            b"\r\nIn-Reply-To: " + bad + b"\r\nDate: Mon, 2 Mar 2026 "
            b"10:00:0%d +0000\r\nSubject: bad\r\n\r\nx\r\n" % i)
        uids = [m["uid"] for m in thread("bad%d" % i)["messages"]]
        assert BOX["bad%d" % i] in uids, (bad, uids)
    answer = thread("bad0")
    uids = [m["uid"] for m in answer["messages"]]
    assert uids == [BOX["bad%d" % i] for i in range(len(forged))], answer


@case("who forges the id of another message hides nothing")
def _():
    put("bait", 0, folder=OTHER)
    put("hook", 5, ["bait"], "bait")
    BOX["fake"] = server.deliver(FOLDER, letter(
        "bait", 1, sender="evil@example.org"))
    PLACES[FOLDER, BOX["fake"]] = "fake"
    answer = thread("hook")
    assert names(answer) == ["bait", "fake", "hook"], answer
    assert [m.get("from", answer["defaults"]["from"])
            for m in answer["messages"]][:2] == [
        "Anna Berg <anna@example.org>", "evil@example.org"], answer


@case("what is refused, and how")
def _():
    mcp = server.mcp()
    for code, hint, arguments in (
            ("message", None, {"folder": FOLDER, "uid": NOT_A_UID}),
            ("folder", None, {"folder": FOLDER + "x", "uid": 1}),
            ("changed", None, {"folder": FOLDER, "uid": BOX["one"],
                               "uidvalidity": 1}),
            ("argument", None, {"folder": FOLDER}),
            ("argument", None, {"uid": 1, "per_page": 101}),
            ("argument", None, {"uid": 1, "page": 0}),
            ("argument", None, {"uid": 1, "max_chars": 0}),
            ("argument", None, {"uid": 0}),
            ("argument", None, {"uid": 1, "cross_folder": "perhaps"})):
        error = mcp.tool_error("get_mail_thread", **arguments)
        assert code in error["code"], (arguments, error)
    answer = thread("one", uidvalidity=thread("one")["messages"][0][
        "uidvalidity"])
    assert answer["total"] == 6


def append_all(folder, messages):
    """All of them by one connection, written before an answer is read."""
    client = mailboxes.login(server)
    client.create('"%s"' % folder)
    for i, message in enumerate(messages):
        client.send(b'T%d APPEND "%s" {%d+}\r\n%s\r\n' % (
            i, folder.encode(), len(message), message))
        while not client.readline().startswith(b"T%d " % i):
            pass
    client.select('"%s"' % folder, True)
    _, found = client.uid("SEARCH", "ALL")
    client.logout()
    return [int(uid) for uid in found[0].split()]


def append_slowly(folder, messages):
    client = mailboxes.login(server)
    client.create('"%s"' % folder)
    for message in messages:
        kind, told = client.append('"%s"' % folder, "", None, message)
        assert kind == "OK", told
    client.select('"%s"' % folder, True)
    _, found = client.uid("SEARCH", "ALL")
    client.logout()
    return [int(uid) for uid in found[0].split()]


@case("a conversation of 500 messages, page by page")
def _():
    order = ["m%d" % i for i in range(LONG_TALK)]
    messages = [letter(name, i, [order[0]] + order[max(1, i - 8):i]
                       if i else (), order[i - 1] if i else None)
                for i, name in enumerate(order)]
    put_all = append_all if server.can("LITERAL+") else append_slowly
    uids = put_all(LONG, messages)
    assert len(uids) == LONG_TALK
    begun = time.monotonic()
    got = []
    for page in (1, 3, 5):
        answer = server.mcp().tool(
            "get_mail_thread", folder=LONG, uid=uids[LONG_TALK // 2],
            page=page, per_page=100)
        assert answer["total"] == LONG_TALK, answer["total"]
        assert "note" not in answer, answer["note"]
        got += answer["messages"]
    assert [m["uid"] for m in got] == uids[:100] + uids[200:300] + \
        uids[400:]
    print("# three pages of a conversation of %d took %.1f s" % (
        LONG_TALK, time.monotonic() - begun))


@case("a conversation whose messages name only the one before them")
def _():
    order = ["chain%d" % i for i in range(12)]
    for i, name in enumerate(order):
        put(name, i, (), order[i - 1] if i else None)
    assert names(thread("chain6")) == order
    for i, name in enumerate(order):
        put("far" + name, i, (), "far" + order[i - 1] if i else None,
            folder=OTHER if i % 2 else FOLDER)
    answer = thread("farchain6")
    told = names(answer)
    assert told == ["far" + name for name in order] or "note" in answer, \
        answer


case.run()
