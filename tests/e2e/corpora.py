#!/usr/bin/env python3
"""Every mail of the corpora through a real mail server to what a model gets:
each answer is whole and of its schema, in every format, and none loses text.
Where the mail server is not Dovecot, every tenth of them."""
import email
import email.errors
import email.policy
import glob
import json
import os
import re
import time

import postern

server = postern.Server()
case = postern.Cases()
CORPORA = os.environ.get("POSTERN_CORPORA", "../shared/corpora")
FOLDER = server.folder("Corpora %x" % int(time.time() * 1000))
ANSWER_CHARS = 100000
SETS = ("mime/*", "own/mail-injection", "injection/*")
FORMATS = ("text", "markdown", "html", "headers", "source")
# What a tool may say of a message or a part as it is.
REFUSALS = ("limit",)
# Text that Python finds and a mail server does not tell of.
KNOWN = {
    "mime/enmime/parts/empty-ctype-bad-content.raw":
        "of a type that is none: it is an attachment",
    "mime/james-mime4j-testmsgs/multipartemptypart.msg":
        "behind the last part",
    "mime/mimetools-testmsgs/double-semicolon.msg":
        "no boundary is told for two semicolons",
    "mime/mimetools-testmsgs/double-semicolon.out":
        "no boundary is told for two semicolons",
    "mime/stalwart-mail-parser/malformed/001.eml":
        "a boundary and no more",
}
MAILS = {}


def files():
    """The paths of all that may be a mail."""
    found = []
    for pattern in SETS:
        for path in glob.glob(os.path.join(CORPORA, pattern, "**"),
                              recursive=True):
            name = os.path.basename(path)
            if os.path.isfile(path) and name[0] not in "._" and \
                    not name.endswith(".expect.json"):
                found.append(path)
    return sorted(found)


def attacked():
    """Mails of BIPIA, each with attacks of its own in plain and HTML."""
    folder = os.path.join(CORPORA, "injection", "bipia")
    with open(os.path.join(folder, "text_attack_train.json"),
              encoding="utf-8") as file:
        attacks = [a for kind in json.load(file).values() for a in kind]
    with open(os.path.join(folder, "train.jsonl"), encoding="utf-8") as file:
        for i, line in enumerate(file):
            text = json.loads(line)["context"]
            attack = attacks[i % len(attacks)]
            at = (0, len(text) // 2, len(text))[i % 3]
            mail = email.message.EmailMessage(policy=email.policy.SMTP)
            mail["From"], mail["Subject"] = "a@example.org", "bipia %d" % i
            mail.set_content(text[:at] + " " + attack + " " + text[at:])
            yield "bipia %d" % i, bytes(mail), text, attack


def append(client, name, data):
    """Its UID; where the server does not take it, None."""
    data = data.replace(b"\0", b"").replace(b"\r\n", b"\n")
    data = data.replace(b"\r", b"\n").replace(b"\n", b"\r\n")
    kind, _ = client.append('"%s"' % FOLDER, "", None, data or b"\r\n")
    if kind != "OK":
        return
    MAILS[len(MAILS) + 1] = (name, data)


def needed():
    if not os.path.isdir(os.path.join(CORPORA, "mime")):
        raise postern.Skip("no corpora")


def of_ten(uids):
    """Lists of at most ten."""
    return [uids[i:i + 10] for i in range(0, len(uids), 10)]


def read(uids, form):
    result = server.mcp().result("get_mail_message", folder=FOLDER,
                                 uids=uids, format=form)
    assert not result.get("isError"), (uids, result)
    assert len(result["content"][0]["text"]) <= ANSWER_CHARS
    told = result["structuredContent"]
    assert [m["uid"] for m in told["messages"]] == uids, uids
    return told["messages"]


def words(data):
    """The words a plain reader finds in the text of a mail."""
    if not re.match(rb"[!-9;-~]+:", data):
        return []
    try:
        mail = email.message_from_bytes(data, policy=email.policy.default)
        body = mail.get_body(("plain",))
        text = body.get_content() if body is not None else ""
    except Exception:  # Python's parser falls over some of these.
        return []
    # What is no header, the mail server calls one all the same.
    if any(isinstance(d, email.errors.MissingHeaderBodySeparatorDefect)
           for d in mail.defects):
        return []
    return text.replace("\0", "").split()


@case("the mail server takes them")
def _():
    needed()
    paths = files()
    # What a program makes of them does not change with how it is started.
    if os.environ.get("IMAP", "dovecot") != "dovecot" or \
            os.environ.get("MODE") == "cgi":
        paths = paths[::10]
    client = server.imap()
    client.create('"%s"' % FOLDER)
    for path in paths:
        with open(path, "rb") as file:
            append(client, os.path.relpath(path, CORPORA), file.read())
    for name, data, _, _ in attacked():
        append(client, name, data)
    client.select('"%s"' % FOLDER, True)
    _, found = client.uid("SEARCH", "ALL")
    uids = [int(uid) for uid in found[0].split()]
    client.logout()
    told = list(MAILS.values())
    MAILS.clear()
    MAILS.update(zip(uids, told))
    assert len(uids) == len(told) > 100, (len(uids), len(told))
    print("# %d mails; %d are not taken" % (len(MAILS), len(paths) + 50 -
                                            len(MAILS)))


for one in FORMATS:
    @case("every mail as %s is whole" % one)
    def _(form=one):
        needed()
        for uids in of_ten(list(MAILS)):
            for message in read(uids, form):
                if form == "source":
                    assert form in message or \
                        len(MAILS[message["uid"]][1]) < 10, message


@case("no text is lost")
def _():
    needed()
    lost = []
    for uids in of_ten(list(MAILS)):
        for message in read(uids, "text"):
            name, data = MAILS[message["uid"]]
            theirs = words(data)
            if theirs and not message.get("text", "").strip() and \
                    not message.get("quoted_text_removed"):
                lost.append((name, theirs[:5]))
    for name, theirs in lost:
        print("# %s: %s" % (name, KNOWN.get(name, theirs)))
    assert {name for name, _ in lost} <= set(KNOWN), lost


@case("attacks in mails come out as data, and the text is intact")
def _():
    needed()
    by_name = {name: uid for uid, (name, _) in MAILS.items()}
    for name, _, text, attack in attacked():
        message = read([by_name[name]], "text")[0]
        shown = "".join(message["text"].split())
        if message.get("quoted_text_removed"):
            continue
        assert "".join(attack.split()) in shown, (name, message)
        assert message["subject"] == name and "note" not in message, message


@case("lists of them, with text, are whole")
def _():
    needed()
    seen, cursor = [], None
    while True:
        result = server.mcp().result(
            "list_mail_messages", folder=FOLDER, per_page=100,
            include_body=True, cursor=cursor)
        assert not result.get("isError"), result
        assert len(result["content"][0]["text"]) <= ANSWER_CHARS
        told = result["structuredContent"]
        seen += [m["uid"] for m in told["messages"]]
        cursor = told.get("next_cursor")
        if cursor is None:
            break
    assert seen == sorted(MAILS, reverse=True), (len(seen), len(MAILS))


@case("every attachment comes inline, or it is said why not")
def _():
    needed()
    count, refused = 0, {}
    for uids in of_ten(list(MAILS)):
        for message in read(uids, "headers"):
            for part in message.get("attachments", ()):
                result = server.mcp().result(
                    "get_mail_attachment", folder=FOLDER,
                    uid=message["uid"], part=part["part"], inline=True)
                count += 1
                if result.get("isError"):
                    code = result["structuredContent"]["error"]["code"]
                    name = MAILS[message["uid"]][0]
                    refused.setdefault(code, []).append(
                        "%s %s" % (name, part["part"]))
    print("# %d attachments" % count)
    for code, names in refused.items():
        print("# %s: %d: %s" % (code, len(names), names[:5]))
    assert set(refused) <= set(REFUSALS), refused


case.run()
