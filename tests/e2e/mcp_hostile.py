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
