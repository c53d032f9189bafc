#!/usr/bin/env python3
"""Hostile messages (corpus own/mail-injection) through a real mail server to
what a model gets: what nobody sees is not told, what is there is told, and no
message can make an answer fail or too long."""
import email.utils
import glob
import json
import os

import postern

server = postern.Server()
FOLDER = server.folder("Hostile")
case = postern.Cases()
CORPUS = os.path.join(os.environ.get("POSTERN_CORPORA", "../shared/corpora"),
                      "own", "mail-injection")
FILES = sorted(glob.glob(os.path.join(CORPUS, "*.eml")))
ANSWER_CHARS = 100000
HIDING = set()
WORST = 100


def name_of(path):
    return os.path.basename(path)[:-4]


def expected(path):
    with open(path[:-4] + ".expect.json", encoding="utf-8") as file:
        return json.load(file)


def deliver(path):
    """Its UID; None where the mail server itself does not take it."""
    with open(path, "rb") as file:
        data = file.read()
    data = data.replace(b"\0", b"")
    try:
        return server.deliver(FOLDER, data)
    except AssertionError:
        return None


def read(uid, **more):
    result = server.mcp().result("get_mail_message", folder=FOLDER, uid=uid,
                                 **more)
    assert not result.get("isError"), result
    assert len(result["content"][0]["text"]) <= ANSWER_CHARS
    return result["structuredContent"]["message"]


def flat(text):
    return " ".join(text.split())


def check(path):
    uid = deliver(path)
    if uid is None:
        print("# the mail server does not take it")
        return
    told = expected(path)
    message = read(uid)
    if message.get("message_id", "").startswith("<hid-"):
        HIDING.add(uid)
    text = flat(message.get("text", ""))
    for words in told.get("visible_must_contain", ()):
        assert flat(words) in text, (words, message)
    for words in told.get("visible_must_not_contain", ()):
        assert flat(words) not in text, (words, message)
    for form in ("markdown", "html", "headers", "source"):
        read(uid, format=form)


if not FILES:
    @case("hostile messages")
    def _():
        raise postern.Skip("no corpora")

for file in FILES:
    case("%s is read as people see it" % name_of(file))(
        lambda path=file: check(path))


@case("a list of them all is whole")
def _():
    if not FILES:
        raise postern.Skip("no corpora")
    for more in ({}, {"include_body": True}):
        result = server.mcp().result("list_mail_messages", folder=FOLDER,
                                     per_page=100, **more)
        assert not result.get("isError"), result
        assert len(result["content"][0]["text"]) <= ANSWER_CHARS
        told = result["structuredContent"]
        assert len(told["messages"]) == told["total"] > 0, told
        hiding = [m for m in told["messages"] if m["uid"] in HIDING]
        assert len(hiding) > 15, told
        for message in hiding:
            for shown in ("preview", "text", "subject"):
                assert "IGNORE ALL" not in message.get(shown, ""), message


def worst(number):
    """A message that is as long as it can be wherever it is told."""
    long = '\\"\U0001f600' * 700
    who = ", ".join('"%s" <%s.%d@example.org>' % (
        long.replace("\\", "\\\\").replace('"', '\\"')[:400], "a" * 60, i)
        for i in range(60))
    ids = ["<%s.%d@example.org>" % ("r" * 180, i) for i in range(40)]
    return ("From: %s\nTo: %s\nCc: %s\nReply-To: %s\nSubject: %s\n"
            "Message-ID: <%d.%s@example.org>\nIn-Reply-To: %s\n"
            "References: %s\nList-Id: %s\nDate: Tue, 28 Jul 2026 "
            "09:30:%02d +0200\nMIME-Version: 1.0\nContent-Type: "
            "multipart/mixed; boundary=b\n\n--b\n"
            "Content-Type: text/plain; charset=utf-8\n\n%s\n" % (
                who[:2000], who, who, who[:8000], long, number, "m" * 150,
                ids[-1], "\n ".join(ids), long[:500], number % 60,
                (long + "\n") * 40) + "".join(
                    "--b\nContent-Type: application/x-%s\nContent-Disposition"
                    ': attachment; filename="%s%d"\n\nx\n' % (
                        "t" * 60, "f" * 200, i) for i in range(30)) +
            "--b--\n").encode()


@case("however long all that is told of messages is, no answer is too long")
def _():
    folder = FOLDER + " worst"
    uids = [server.deliver(folder, worst(i), "(%s)" % " ".join(
        "Label-%s-%d" % ("l" * 40, j) for j in range(8)))
            for i in range(WORST)]
    mcp = server.mcp()
    whole = {"per_page": 100, "include_body": True, "max_chars": 20000}
    for tool, arguments in (
            ("list_mail_messages", {"per_page": 100}),
            ("list_mail_messages", whole),
            ("search_mail_messages", dict(whole, larger=1)),
            ("get_mail_thread", {"uid": uids[0], "per_page": 100}),
            ("get_mail_thread", dict(whole, uid=uids[0])),
            ("suggest_mail_actions", {"uids": uids[:100]})) + tuple(
                ("get_mail_message", dict(more, format=form, max_chars=80000))
                for more in ({"uid": uids[0]}, {"uids": uids[:10]})
                for form in ("text", "markdown", "html", "headers",
                             "source")):
        result = mcp.result(tool, folder=folder, **arguments)
        assert not result.get("isError"), (tool, arguments, result)
        told = result["content"][0]["text"]
        assert json.loads(told) == result["structuredContent"], tool
        assert 300 < len(told) <= ANSWER_CHARS, (tool, arguments, len(told))
        messages = result["structuredContent"].get("messages", [None])
        print("# %s: %d characters for %d" % (tool, len(told),
                                              len(messages)))


@case("senders who pretend are pointed out")
def _():
    if not FILES:
        raise postern.Skip("no corpora")
    for name, code in (
            ("from-display-addr", "sender_name_shows_other_address"),
            ("from-display-unicode", "sender_name_shows_other_address"),
            ("from-multi", "several_senders")):
        uid = deliver(os.path.join(CORPUS, name + ".eml"))
        codes = [w["code"] for w in read(uid).get("warnings", ())]
        assert code in codes, (name, codes)
    uid = deliver(os.path.join(CORPUS, "from-zw.eml"))
    assert read(uid)["from"].startswith("Amazon <"), read(uid)["from"]
    for name in ("from-route", "from-folded"):
        uid = deliver(os.path.join(CORPUS, name + ".eml"))
        assert email.utils.parseaddr(read(uid)["from"])[1] == \
            "evil@evil.example", name


case.run()
