#!/usr/bin/env python3
"""Mail that is sent: what leaves, what arrives, what is kept.  With an S3
server its files come from there."""
import base64
import hashlib
import os
import secrets

import mailboxes
import memory
import postern
from relay import Relay

LARGE_BYTES = 10 * 1024 * 1024
HUGE_BYTES = 25 * 1024 * 1024  # as much as a message can hold
SPARE_BYTES = 6 * 1024 * 1024  # that sending takes besides

server = postern.Server()
SENT, DRAFTS, FILES = map(server.folder, ("Sent", "Drafts", "Files"))
ENCLOSED, THREADS = map(server.folder, ("Enclosed", "Threads"))
case = postern.Cases()


def send(**arguments):
    return server.mcp().tool("send_mail_message", **arguments)


def arrived(message_id, who=None):
    """The message in the other mailbox: parsed, and as bytes."""
    client = mailboxes.login(server, *(who or mailboxes.other()))
    uid = mailboxes.await_message(client, message_id)
    message, raw = mailboxes.read(client, uid), mailboxes.raw(client, uid)
    client.logout()
    return message, raw


def copies(message_id, folder=SENT):
    client = mailboxes.login(server)
    uids = mailboxes.find(client, folder, "Message-ID", message_id)
    messages = [mailboxes.read(client, uid) for uid in uids]
    client.logout()
    return messages


def text_of(message):
    text = message.get_body(("plain",)).get_content()
    return text.replace("\r\n", "\n")


@case("a message arrives as it was written, and its copy is in Sent")
def _():
    address, _ = mailboxes.other()
    text = ("Schöne Grüße \U0001F4EE\n\n.\n..zwei Punkte\nFrom here\n"
            "ein Leerzeichen am Ende \n" + "Wort " * 400 + "\n-- \nDemo\n")
    sent = send(to=['"Größe, Jürgen" <%s>' % address],
                cc="anna@postern.test", subject="Überraschung \u2014 日本語",
                text_body=text)
    assert sent["state"] == "sent", sent
    assert sorted(sent["accepted"]) == sorted(
        [address, "anna@postern.test"])
    assert "refused" not in sent
    message, raw = arrived(sent["message_id"])
    assert message["Subject"] == "Überraschung \u2014 日本語"
    assert message["To"].addresses[0].display_name == "Größe, Jürgen"
    assert message["To"].addresses[0].addr_spec == address
    assert message["Cc"].addresses[0].addr_spec == "anna@postern.test"
    assert message["From"].addresses[0].addr_spec == server.username
    assert text_of(message) == text
    assert max(len(line) for line in raw.split(b"\r\n")) <= 998
    assert b"\n" not in raw.replace(b"\r\n", b"")
    kept, = copies(sent["message_id"])
    assert text_of(kept) == text and kept["Subject"] == message["Subject"]
    assert sent["filed"]["folder"] == SENT
    assert "\\Seen" in mailboxes.flags(server, SENT, sent["filed"]["uid"])


@case("Bcc gets the message; nobody who gets it sees that")
def _():
    address, _ = mailboxes.other()
    sent = send(to=address, bcc=["geheim@postern.test"], subject="Bcc",
                text_body="x\n")
    assert "geheim@postern.test" in sent["accepted"]
    for who in (None, ("geheim@postern.test", server.password)):
        _, raw = arrived(sent["message_id"], who)
        head = raw.split(b"\r\n\r\n")[0]
        # Who got it stands in the trace that the server adds at delivery.
        ours = head[head.index(b"\r\nFrom:"):] if b"\r\nFrom:" in head \
            else head
        assert b"geheim" not in ours, ours
        assert b"\nbcc:" not in head.lower()
    client = mailboxes.login(server)
    uid, = mailboxes.find(client, SENT, "Message-ID", sent["message_id"])
    kept = mailboxes.raw(client, uid)
    client.logout()
    bcc = b"Bcc: geheim@postern.test\r\n"
    assert kept.count(bcc) == 1, kept
    assert raw.endswith(kept.replace(bcc, b"")), (raw, kept)


def put_file(content):
    """A message of the mailbox with that file: its UID."""
    return server.deliver(FILES, b"\n".join([
        b"From: a@postern.test", b"Subject: large", b"MIME-Version: 1.0",
        b'Content-Type: multipart/mixed; boundary="b"', b"", b"--b",
        b"Content-Type: text/plain", b"", b"see the file", b"--b",
        b"Content-Type: application/octet-stream",
        b"Content-Disposition: attachment;"
        b" filename*=UTF-8''gro%C3%9Fe%20Datei.bin",
        b"Content-Transfer-Encoding: base64", b"",
        base64.encodebytes(content) + b"--b--", b""]))


def digest(content):
    return hashlib.sha256(content).hexdigest()


def watch_sending(name="send_mail_message", **arguments):
    """The answer to a message that goes out in little memory: beside what a
    small one takes, that of its files, which is given back."""
    common = {"to": mailboxes.other()[0], "subject": "large",
              "text_body": "hier\n"}
    mcp = server.mcp()
    small = memory.least("mcp", lambda: mcp.tool(name, **common))
    with memory.Watch("mcp") as large:
        told = server.mcp().tool(name, **common, **arguments)
    if not memory.is_sanitized():
        more = large.grown() - small
        assert more < HUGE_BYTES + SPARE_BYTES, more
        assert large.kept() < SPARE_BYTES, large.kept()
    return told


@case("25 MB through attachment_urls arrive byte for byte, in little memory")
def _():
    content = os.urandom(HUGE_BYTES)
    link = server.mcp().tool("get_mail_attachment", folder=FILES,
                             uid=put_file(content))
    sent = watch_sending(attachment_urls=[link["url"]])
    assert sent["state"] == "sent", sent
    message, _ = arrived(sent["message_id"])
    kept, = copies(sent["message_id"])
    for part in (*message.iter_attachments(), *kept.iter_attachments()):
        assert part.get_filename() == "große Datei.bin", part.get_filename()
        assert digest(part.get_content()) == digest(content)


@case("a message of 25 MB is enclosed, and put into a draft, so too")
def _():
    uid = put_file(os.urandom(HUGE_BYTES * 7 // 10))
    enclosed = [{"folder": FILES, "uid": uid}]
    sent = watch_sending(attach_messages=enclosed)
    draft = watch_sending("create_draft_mail_message",
                          attach_messages=enclosed)
    message, _ = arrived(sent["message_id"])
    kept, = copies(draft["message_id"], DRAFTS)
    for whole in (message, kept):
        part, = whole.iter_attachments()
        assert part.get_content()["Subject"] == "large"


@case("HTML with an inline image, and attachments as base64")
def _():
    address, _ = mailboxes.other()
    image, table = os.urandom(3000), b"a;b\r\n1;2\r\n"
    sent = send(
        to=address, subject="HTML",
        html_body="<p>Guten <b>Tag</b></p><img src='cid:logo@x'>",
        attachments=[
            {"filename": "logo.png", "content_type": "image/png",
             "content_id": "logo@x",
             "content_base64": base64.b64encode(image).decode()},
            {"filename": "tabelle.csv", "content_type": "text/csv",
             "content_base64": base64.b64encode(table).decode()}])
    message, _ = arrived(sent["message_id"])
    assert "<b>Tag</b>" in message.get_body(("html",)).get_content()
    assert "Guten Tag" in text_of(message), text_of(message)
    parts = {p.get_filename(): p for p in message.walk() if
             p.get_filename()}
    assert parts["logo.png"].get_content() == image
    assert parts["logo.png"]["Content-ID"] == "<logo@x>"
    assert parts["tabelle.csv"].get_payload(decode=True) == table


@case("messages of the mailbox are enclosed whole")
def _():
    address, _ = mailboxes.other()
    inner = ("From: a@postern.test\nSubject: =?utf-8?q?inn=C3=A4n?=\n"
             "Message-ID: <inner@x>\n\n" + "Zeile\n" * 200000)
    uid = server.deliver(ENCLOSED, inner)
    sent = send(to=address, subject="enclosed", text_body="x\n",
                attach_messages=[{"folder": ENCLOSED, "uid": uid}])
    message, _ = arrived(sent["message_id"])
    part, = message.iter_attachments()
    assert part.get_content_type() == "message/rfc822"
    told = part.get_content()
    assert told["Message-ID"] == "<inner@x>" and told["Subject"] == "innän"
    assert told.get_content().count("Zeile") == 200000
    error = server.mcp().tool_error(
        "send_mail_message", to=address, subject="x", text_body="x",
        attach_messages=[{"folder": ENCLOSED, "uid": 4711}])
    assert error["code"] == "message_not_found", error
    mcp = server.mcp(scopes=("mail:send",))
    try:
        mcp.tool("send_mail_message", to=address, subject="x", text_body="x",
                 attach_messages=[{"folder": ENCLOSED, "uid": uid}])
        raise AssertionError("it was sent")
    except postern.Refused as why:
        assert why.status == 403, why
        assert "mail:read mail:send" in why.response.header(
            "WWW-Authenticate"), why.response


@case("each recipient's refusal is told, the others get the message")
def _():
    address, _ = mailboxes.other()
    sent = send(to=[address, "nobody1@postern.test"], subject="some",
                text_body="x\n")
    assert sent["state"] == "sent" and sent["accepted"] == [address], sent
    refused, = sent["refused"]
    assert refused["address"] == "nobody1@postern.test"
    assert "550" in refused["reply"], refused
    arrived(sent["message_id"])


@case("where nobody is accepted nothing is sent, nothing filed")
def _():
    subject = "none " + secrets.token_hex(8)
    error = server.mcp().tool_error(
        "send_mail_message", to="nobody2@postern.test", subject=subject,
        text_body="x\n")
    assert error["code"] == "recipients_refused", error
    assert "nobody2@postern.test" in error["message"]
    assert not error["retryable"]
    client = mailboxes.login(server)
    assert mailboxes.find(client, SENT, "Subject", subject) == []
    client.logout()


@case("where all say later nothing is sent, and it may be tried again")
def _():
    error = server.mcp().tool_error(
        "send_mail_message", to=["busy1@postern.test", "busy2@postern.test"],
        subject="later", text_body="x\n")
    assert error["code"] == "unavailable", error
    assert "busy2@postern.test: 450" in error["message"], error
    assert error["retryable"]


@case("a repeated request_id sends nothing again")
def _():
    address, _ = mailboxes.other()
    arguments = {"to": address, "subject": "once", "text_body": "x\n",
                 "request_id": "r" + secrets.token_hex(8)}
    first = send(**arguments)
    again = send(**arguments)
    assert again["message_id"] == first["message_id"]
    assert again["filed"]["uid"] == first["filed"]["uid"]
    assert "before" in again["note"], again
    other = send(**arguments, folder=server.folder("Kopien " +
                                                   secrets.token_hex(4)))
    assert "before" in other["note"], other
    assert other["filed"] == first["filed"], other
    arrived(first["message_id"])
    assert len(copies(first["message_id"])) == 1


@case("a copy that can't be filed does not make it unsent")
def _():
    address, _ = mailboxes.other()
    sent = send(to=address, subject="unfiled", text_body="x\n",
                folder="//")
    assert sent["state"] == "sent_not_filed", sent
    assert sent["filed"]["note"] and "uid" not in sent["filed"]
    assert "not" in sent["note"]
    arrived(sent["message_id"])


@case("a folder for the copy is made where it is not there")
def _():
    address, _ = mailboxes.other()
    folder = server.folder("Kopien", "Müller " + secrets.token_hex(4))
    sent = send(to=address, subject="folder", text_body="x\n", folder=folder)
    assert sent["state"] == "sent", sent
    assert sent["filed"]["folder"] == folder and sent["filed"]["uid"] == 1


@case("a folder is made where the server keeps those of a user")
def _():
    name = "Neu-" + secrets.token_hex(4)
    sent = send(to=mailboxes.other()[0], subject="folder", text_body="x\n",
                folder=name)
    assert sent["filed"]["folder"] == server.folder(name), sent
    assert sent["filed"]["uid"] == 1, sent


@case("from is one of the account's own addresses")
def _():
    address, _ = mailboxes.other()
    error = server.mcp().tool_error(
        "send_mail_message", to=address, subject="x", text_body="x",
        **{"from": "boss@postern.test"})
    assert error["code"] == "invalid_argument" and "from" in error["message"]
    sent = send(to=address, subject="named", text_body="x\n",
                **{"from": "Dr. Ä <%s>" % server.username})
    message, _ = arrived(sent["message_id"])
    assert message["From"].addresses[0].display_name == "Dr. Ä"


@case("attachment_urls takes nothing but our own")
def _():
    address, _ = mailboxes.other()
    base = server.base_url
    for url in ("http://169.254.169.254/latest/", "https://example.org/x",
                base + "/mcp", base + "/attachment/", base +
                "/attachment/eyJhbGciOiJkaXIifQ..a.b.c",
                base + "@example.org/attachment/x", "file:///etc/passwd",
                "x"):
        error = server.mcp().tool_error(
            "send_mail_message", to=address, subject="x", text_body="x",
            attachment_urls=[url])
        assert error["code"] == "invalid_argument", (url, error)


@case("wrong arguments are refused before anything is sent")
def _():
    address, _ = mailboxes.other()
    for more in ({"to": []}, {"to": "nobody"}, {"to": "a@b\r\nBcc: c@d.e"},
                 {"to": [address + ",b@postern.test"]},
                 {"cc": "a b@postern.test"}, {"unknown": 1},
                 {"attachments": [{"filename": "x",
                                   "content_base64": "***"}]},
                 {"attachments": [{"filename": "x"}]}):
        error = server.mcp().tool_error(
            "send_mail_message",
            **{"to": address, "subject": "x", "text_body": "x", **more})
        assert error["code"] == "invalid_argument", (more, error)


@case("a draft is kept with its Bcc, and replaced")
def _():
    mcp = server.mcp()
    first = mcp.tool("create_draft_mail_message", to="a@postern.test",
                     bcc="b@postern.test", subject="Entwurf ä",
                     text_body="eins\n")
    assert first["folder"] == DRAFTS and first["uid"] > 0
    kept = mailboxes.flags(server, DRAFTS, first["uid"])
    assert "\\Draft" in kept, kept
    draft, = copies(first["message_id"], DRAFTS)
    assert "b@postern.test" in draft["Bcc"] and text_of(draft) == "eins\n"
    second = mcp.tool("create_draft_mail_message", subject="Entwurf 2",
                      text_body="zwei\n", replaces_uid=first["uid"],
                      uidvalidity=first["uidvalidity"])
    assert second["replaced_uid"] == first["uid"], second
    assert first["uid"] not in mailboxes.remaining(server, DRAFTS, second)
    assert len(copies(second["message_id"], DRAFTS)) == 1
    error = mcp.tool_error("create_draft_mail_message", text_body="x",
                           replaces_uid=4294967290)
    assert error["code"] == "message_not_found", error


@case("a draft is kept in a folder that was just read")
def _():
    mcp = server.mcp()
    for _ in range(2):
        listed = mcp.tool("list_mail_messages", folder="\\Drafts")
        draft = mcp.tool("create_draft_mail_message", subject="read",
                         text_body="x\n")
        assert draft["uid"] > 0, draft
        again = mcp.tool("list_mail_messages", folder="\\Drafts")
        assert again["total"] == listed["total"] + 1, again
        assert again["messages"][0]["uid"] == draft["uid"], again


@case("a draft that answers continues the thread")
def _():
    uid = server.deliver(THREADS, (
        "From: a@postern.test\nSubject: =?utf-8?q?Gr=C3=BC=C3=9Fe?=\n"
        "Message-ID: <three@x>\nReferences: <one@x>\n <two@x>\n\nx\n"))
    mcp = server.mcp()
    draft = mcp.tool("create_draft_mail_message", text_body="Danke\n",
                     in_reply_to={"folder": THREADS, "uid": uid})
    message, = copies(draft["message_id"], DRAFTS)
    assert message["Subject"] == "Re: Grüße"
    assert message["In-Reply-To"] == "<three@x>"
    assert message["References"].split() == ["<one@x>", "<two@x>",
                                             "<three@x>"]
    error = mcp.tool_error("create_draft_mail_message", text_body="x",
                           in_reply_to={"folder": THREADS, "uid": 99999})
    assert error["code"] == "message_not_found", error


def cut_while_sending(count, cut, what="smtp", tool="send_mail_message"):
    """The result of a tool whose line to a server is cut after so many bytes
    (what the sockets' buffers hold has left the program); and its subject."""
    told = server.ready[what]
    subject = "cut " + secrets.token_hex(8)
    with Relay((told["host"], told["port"])) as relay:
        mcp = mailboxes.through(server, **{what + "_port": relay.port})
        relay.when_sent(count, cut)
        result = mcp.result(
            tool, to=mailboxes.other()[0], subject=subject,
            text_body="x\n", attachments=[{
                "filename": "x", "content_base64": base64.b64encode(
                    os.urandom(LARGE_BYTES * 3 // 4)).decode()}])
    return result, subject


def count_subject(subject, folder, who=()):
    client = mailboxes.login(server, *who)
    found = mailboxes.find(client, folder, "Subject", subject)
    client.logout()
    return len(found)


@case("a line that breaks within the message: it is not sent")
def _():
    result, subject = cut_while_sending(64 * 1024, Relay.drop_all)
    assert result["isError"] is True, result["structuredContent"]
    error = result["structuredContent"]["error"]
    assert error["code"] in ("connection_failed", "protocol_error"), error
    assert error["retryable"] is True
    assert count_subject(subject, "INBOX", mailboxes.other()) == 0
    assert count_subject(subject, SENT) == 0


@case("a line that breaks before the answer: its state is unknown")
def _():
    def cut(relay):
        relay.cut_after = 0

    result, subject = cut_while_sending(LARGE_BYTES // 2, cut)
    assert not result.get("isError"), result
    told = result["structuredContent"]
    assert told["state"] == "unknown", told
    assert "do not send again" in told["note"]
    assert count_subject(subject, SENT) == 0
    assert told["filed"]["folder"] == DRAFTS and told["filed"]["uid"], told
    assert count_subject(subject, DRAFTS) == 1


@case("a line that breaks within the copy: sent once, filed once")
def _():
    result, subject = cut_while_sending(64 * 1024, Relay.drop_all, "imap")
    told = result["structuredContent"]
    assert told["state"] == "sent" and told["filed"]["uid"], told
    arrived(told["message_id"])
    assert count_subject(subject, "INBOX", mailboxes.other()) == 1
    assert count_subject(subject, SENT) == 1


@case("an answer to the copy that is lost: sent once, filed once")
def _():
    def cut(relay):
        relay.cut_once = True
        relay.cut_after = 0

    result, subject = cut_while_sending(LARGE_BYTES // 2, cut, "imap")
    told = result["structuredContent"]
    assert told["state"] == "sent" and told["filed"]["uid"], told
    arrived(told["message_id"])
    assert count_subject(subject, "INBOX", mailboxes.other()) == 1
    assert count_subject(subject, SENT) == 1


@case("a mailbox that is gone within the copy: sent, and not filed")
def _():
    result, subject = cut_while_sending(64 * 1024, Relay.close, "imap")
    told = result["structuredContent"]
    assert told["state"] == "sent_not_filed", told
    assert told["filed"]["note"] and "not send it again" in told["note"]
    arrived(told["message_id"])
    assert count_subject(subject, "INBOX", mailboxes.other()) == 1
    assert count_subject(subject, SENT) == 0


@case("a mailbox that is gone within a draft: there is none")
def _():
    result, subject = cut_while_sending(64 * 1024, Relay.close, "imap",
                                        "create_draft_mail_message")
    assert result["isError"] is True, result["structuredContent"]
    assert count_subject(subject, DRAFTS) == 0


@case("a grant without sending can't send, and is told so")
def _():
    mcp = server.mcp(scopes=("mail:read",))
    assert "send_mail_message" not in [t["name"] for t in mcp.tools()]
    try:
        mcp.call("tools/call", {"name": "send_mail_message", "arguments": {
            "to": "a@postern.test", "text_body": "x"}})
    except postern.Refused as refused:
        assert refused.status == 403, refused
        assert "mail:send" in refused.response.header("WWW-Authenticate")
    else:
        raise AssertionError("it was not refused")


case.run()
