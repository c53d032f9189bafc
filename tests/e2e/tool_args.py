#!/usr/bin/env python3
"""Hostile arguments (corpus own/tool-args): each is taken as what it is, or
refused, and never becomes a second command, header or recipient."""
import email
import email.policy
import json
import os

import mailboxes
import postern

server = postern.Server()
FOLDER, DRAFTS = map(server.folder, ("Arguments", "Drafts"))
case = postern.Cases()
CORPUS = os.path.join(os.environ.get("POSTERN_CORPORA", "../shared/corpora"),
                      "own", "tool-args", "cases.json")
KNOWN = {"from", "to", "cc", "bcc", "subject", "date", "message-id",
         "mime-version", "content-type", "content-transfer-encoding",
         "content-disposition", "content-id", "in-reply-to", "references",
         "reply-to"}


def outcome(name, **arguments):
    """A tool's answer, or None where it was refused for the argument."""
    try:
        result = server.mcp().result(name, **arguments)
    except postern.Refused as refused:
        assert refused.code in (-32700, -32602, -32600), refused
        return None
    if not result.get("isError"):
        return result["structuredContent"]
    error = result["structuredContent"]["error"]
    assert error["code"] in ("invalid_argument", "folder_not_found",
                             "recipients_refused", "server_refused",
                             "unsupported", "message_not_found"), error
    return None


def kept(answer):
    """Our own headers and the text of a draft as it was stored."""
    client = mailboxes.login(server)
    client.select(DRAFTS, True)
    raw = mailboxes.raw(client, answer["uid"])
    client.logout()
    assert b"\n" not in raw.replace(b"\r\n", b""), raw
    assert b"\r" not in raw.replace(b"\r\n", b""), raw
    assert max(len(line) for line in raw.split(b"\r\n")) <= 998
    message = email.message_from_bytes(raw, policy=email.policy.default)
    names = [name.lower() for name in message.keys()]
    assert set(names) <= KNOWN and len(names) == len(set(names)), names
    return message


def text_of(message):
    text = message.get_content().replace("\r\n", "\n")
    return text.rstrip("\n")


def draft(**arguments):
    answer = outcome("create_draft_mail_message", **arguments)
    return None if answer is None else kept(answer)


def folder(value):
    outcome("list_mail_messages", folder=value)


def search(value):
    answer = outcome("search_mail_messages", folder="INBOX", text=value)
    assert answer is not None or any(c < " " for c in value), value
    outcome("search_mail_messages", folder="INBOX", query=value)


def uid(value):
    for name in ("get_mail_message", "delete_mail_message"):
        assert outcome(name, folder="INBOX", uid=value) is None, value


def subject(value):
    message = draft(to="a@postern.test", subject=value, text_body="x")
    if message is not None:
        assert message.get("Bcc") is None
        assert message.get_content().strip() == "x"


def recipient(value):
    value = value.replace("example.org", "postern.test")
    message = draft(to=[value], subject="x", text_body="x")
    if message is not None and message["To"] is not None:
        assert len(message["To"].addresses) == 1, message["To"]
        assert message.get("Bcc") is None
    answer = outcome("send_mail_message", to=[value], subject="x",
                     text_body="x")
    if answer is not None:
        told = answer.get("accepted", []) + [
            one["address"] for one in answer.get("refused", [])]
        assert len(told) == 1, told


def body(value):
    message = draft(to="a@postern.test", subject="x", text_body=value)
    if message is None:
        assert "\0" in value, value
        return
    assert message.get("Bcc") is None and not message.is_multipart()
    want = value.replace("\r\n", "\n").replace("\r", "\n")
    assert text_of(message) == want.rstrip("\n"), value
    sent = outcome("send_mail_message", to=server.username, subject="x",
                   text_body=value)
    assert sent["accepted"] == [server.username], sent
    client = mailboxes.login(server)
    found = mailboxes.await_message(client, sent["message_id"])
    got = mailboxes.read(client, found)
    client.logout()
    assert text_of(got) == want.rstrip("\n"), value


def filename(value):
    parameter = "".join("%%%02X" % byte for byte in value.encode())
    uid_there = server.deliver(FOLDER, (
        "From: a@b.c\nSubject: f\nContent-Type: application/x-y\n"
        "Content-Disposition: attachment; filename*=UTF-8''%s\n\nx\n"
        % parameter))
    told = outcome("get_mail_attachment", folder=FOLDER, uid=uid_there,
                   part="1")
    response = postern.fetch("GET", told["url"])
    assert response.status == 200, response
    shown = response.header("Content-Disposition")
    assert response.header("X-Evil") is None
    assert shown.startswith("attachment; filename="), shown
    for bad in ("/", "\\", "..", "\0", "\u202e"):
        assert bad not in told.get("filename", ""), told
        assert bad not in shown, shown


def inside(name):
    def run(value):
        if name == "content_type" or name == "content_id":
            file = {"filename": "x", "content_base64": "eA==", name: value}
            draft(to="a@postern.test", text_body="x", attachments=[file])
        else:
            assert draft(to="a@postern.test", text_body="x",
                         **{name: value}) is None
    return run


WAYS = {"folder": folder, "query": search, "uid": uid, "subject": subject,
        "to[0]": recipient, "text": body,
        "filename of the MIME part": filename,
        "inreplyto": inside("in_reply_to"), "refs": inside("references"),
        "date": inside("date"), "ctype": inside("content_type"),
        "cid": inside("content_id")}


def state():
    """What no hostile argument may change."""
    client = mailboxes.login(server)
    _, boxes = client.list()
    client.logout()
    # Without the attributes: \\Marked comes and goes.
    return sorted(box.partition(b") ")[2] for box in boxes)


def one(row):
    @case("%s: %s" % (row["id"], row["expect"]))
    def _():
        if row["arg"] not in WAYS:
            raise postern.Skip("no tool has the argument " + row["arg"])
        server.token()  # signing in makes a folder
        before = state()
        WAYS[row["arg"]](row["value"])
        assert state() == before


def read_rows():
    if not os.path.exists(CORPUS):
        return []
    with open(CORPUS, encoding="utf-8") as file:
        return json.load(file)


server.deliver(FOLDER, "From: a@b.c\nSubject: first\n\nx\n")
rows = read_rows()
for item in rows:
    one(item)
if not rows:
    @case("hostile arguments")
    def _():
        raise postern.Skip("no corpora")

case.run()
