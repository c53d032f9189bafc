#!/usr/bin/env python3
"""Drafts that are sent as they stand: what leaves, what is kept, and what is
refused; nothing is sent twice."""
import os
import secrets
import threading

import mailboxes
import memory
import postern
from scripted_smtp import ScriptedSmtp

HUGE_BYTES = 20 * 1024 * 1024
SPARE_BYTES = 8 * 1024 * 1024

server = postern.Server()
SENT, DRAFTS = map(server.folder, ("Sent", "Drafts"))
OTHERS = server.folder("Drafts-2")
case = postern.Cases()
address, _ = mailboxes.other()


def put(text, folder=DRAFTS, **fields):
    """A draft made of these fields and a text: its UID."""
    head = {"From": server.username, "To": address, "Subject": "Entwurf",
            **fields}
    lines = ["%s: %s" % (name.replace("_", "-"), value)
             for name, value in head.items() if value is not None]
    body = text if isinstance(text, bytes) else text.encode()
    return server.deliver(folder, "\n".join(lines).encode() + b"\n\n" + body,
                          "\\Draft")


def new_id():
    return "<%s@draft.example>" % secrets.token_hex(8)


def send(uid, client=None, **more):
    return (client or server.mcp()).tool("send_draft_mail_message", uid=uid,
                                         **more)


def refusal(uid, **more):
    error = server.mcp().tool_error("send_draft_mail_message", uid=uid,
                                    **more)
    if "folder" not in more:
        assert is_there(uid), "the draft is gone"
    return error


def is_there(uid, folder=DRAFTS):
    """Whether it is, and does not only wait for an expunge."""
    client = mailboxes.login(server)
    client.select('"%s"' % folder, True)
    _, found = client.uid("SEARCH", None, "UNDELETED", "UID", str(uid))
    client.logout()
    return str(uid).encode() in found[0].split()


def arrived(message_id):
    client = mailboxes.login(server, *mailboxes.other())
    uid = mailboxes.await_message(client, message_id)
    raw = mailboxes.raw(client, uid)
    message = mailboxes.read(client, uid)
    client.logout()
    return message, raw


def kept(message_id, folder=SENT):
    client = mailboxes.login(server)
    found = [mailboxes.raw(client, uid) for uid in
             mailboxes.find(client, folder, "Message-ID", message_id)]
    client.logout()
    return found


def head_of(raw):
    """What the sender wrote: not the trace that was added on the way."""
    head = raw.split(b"\r\n\r\n")[0]
    return head[head.index(b"\r\nFrom:") + 2 if b"\r\nFrom:" in head else 0:]


@case("a draft is sent as it stands, filed with Bcc, and gone from Drafts")
def _():
    ours = new_id()
    body = "Zeile\n.\n..zwei\nFrom here\n" + "x" * 900 + "\n"
    before = put(body, Subject="davor")
    uid = put(body, Cc="Anna <anna@postern.test>",
              Bcc="geheim@postern.test", Message_ID=ours,
              Date="Tue, 28 Jul 2026 09:30:00 +0200",
              Subject="=?utf-8?q?Entw=C3=BCrfe?=", X_Mozilla_Draft_Info="x")
    after = put(body, Subject="danach")
    sent = send(uid)
    assert sent["state"] == "sent" and sent["message_id"] == ours, sent
    assert sorted(sent["accepted"]) == sorted(
        [address, "anna@postern.test", "geheim@postern.test"]), sent
    message, raw = arrived(ours)
    assert message["Subject"] == "Entwürfe"
    assert message["Date"] == "Tue, 28 Jul 2026 09:30:00 +0200"
    assert b"geheim" not in head_of(raw) and b"Mozilla" not in raw
    assert raw.split(b"\r\n\r\n", 1)[1] == body.replace("\n",
                                                        "\r\n").encode()
    copy, = kept(ours)
    assert b"\r\nBcc: geheim@postern.test\r\n" in copy
    assert copy.split(b"\r\n\r\n", 1)[1] == raw.split(b"\r\n\r\n", 1)[1]
    assert sent["filed"]["folder"] == SENT
    assert "\\Draft" not in mailboxes.flags(server, SENT,
                                            sent["filed"]["uid"])
    assert not is_there(uid) and is_there(before) and is_there(after)


@case("a draft of create_draft_mail_message goes the whole way")
def _():
    draft = server.mcp().tool(
        "create_draft_mail_message", to=address, bcc="b@postern.test",
        subject="Größe", text_body="Grüße\n", html_body="<p>Grüße</p>")
    sent = send(draft["uid"], uidvalidity=draft["uidvalidity"])
    assert sent["message_id"] == draft["message_id"]
    message, raw = arrived(draft["message_id"])
    assert message["Subject"] == "Größe"
    assert message.get_body(("plain",)).get_content().strip() == "Grüße"
    assert b"\nbcc:" not in head_of(raw).lower()
    assert not is_there(draft["uid"])


@case("a draft without date and id gets both, and is recognised by its id")
def _():
    uid = put("x\n", Subject="bare")
    first = send(uid)
    message, _ = arrived(first["message_id"])
    assert message["Date"].datetime is not None
    assert first["message_id"].endswith("@%s>" %
                                        server.username.split("@")[1])
    copy, = kept(first["message_id"])
    assert b"\r\nDate: " in copy


@case("what was sent before is not sent again: by the draft's id")
def _():
    ours = new_id()
    first = send(put("eins\n", Message_ID=ours))
    assert first["state"] == "sent"
    uid = put("zwei\n", Message_ID=ours)
    again = send(uid)
    assert "before" in again["note"] and "accepted" not in again, again
    assert again["filed"]["uid"] == first["filed"]["uid"]
    assert is_there(uid) and len(kept(ours)) == 1
    arrived(ours)


@case("what was sent before is not sent again: by the request's id")
def _():
    request = secrets.token_hex(8)
    uid = put("x\n", Message_ID=new_id())
    first = send(uid, request_id=request)
    assert first["state"] == "sent", first
    for number in (uid, put("anderer\n", Message_ID=new_id())):
        again = send(number, request_id=request)
        assert "before" in again["note"] and "accepted" not in again, again
        assert again["filed"]["uid"] == first["filed"]["uid"]
    copy, = kept(first["message_id"])
    _, raw = arrived(first["message_id"])
    assert b"X-Postern" in copy and b"X-Postern" not in raw


@case("of many calls at once one sends")
def _():
    ours, told = new_id(), []
    uid = put("x\n", Message_ID=ours)

    def call():
        told.append(server.mcp().result("send_draft_mail_message", uid=uid))

    server.mcp()
    threads = [threading.Thread(target=call) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    accepted = [t for t in told if not t.get("isError")
                and "accepted" in t["structuredContent"]]
    assert len(accepted) == 1, told
    arrived(ours)


@case("a draft that may have been sent stays, and is not sent again")
def _():
    smtp = ScriptedSmtp(os.environ["TEST_TLS"])
    client = mailboxes.through(server, smtp_port=smtp.port)
    uid = put("x\n", Message_ID=new_id())
    smtp.plan = {"dot": "cut"}
    assert send(uid, client)["state"] == "unknown"
    smtp.plan = {}
    for more in ({}, {"request_id": "r"}):
        again = send(uid, client, **more)
        assert again["state"] == "unknown" and "flag" in again["note"], again
    assert len(smtp.taken) == 1 and is_there(uid)
    server.mcp().tool("update_mail_message_flags", folder="\\Drafts",
                      uid=uid, remove=["$SubmitPending"])
    assert send(uid, client)["state"] == "sent"
    assert len(smtp.taken) == 2 and not is_there(uid)


@case("a draft that was refused stays, and can be sent later")
def _():
    smtp = ScriptedSmtp(os.environ["TEST_TLS"])
    client = mailboxes.through(server, smtp_port=smtp.port)
    uid = put("x\n", Message_ID=new_id())
    for plan in ({"rcpt": ["550 no"]}, {"data": "451 later"},
                 {"greeting": "554 no"}, {"auth": "535 no"},
                 {"dot": "554 no"}, {"mail": "cut"}):
        smtp.plan = plan
        client.tool_error("send_draft_mail_message", uid=uid)
        assert is_there(uid) and smtp.taken == []
        assert "$submitpending" not in {
            f.lower() for f in mailboxes.flags(server, DRAFTS, uid)}
    smtp.plan = {}
    sent = send(uid, client)
    assert sent["state"] == "sent" and not is_there(uid), sent
    assert len(smtp.taken) == 1


@case("20 MB go from server to server in little memory")
def _():
    line = b"x" * 76 + b"\r\n"
    body = line * (HUGE_BYTES // len(line))
    small, large = put("x\n"), put(body)
    first = memory.least("mcp", lambda: send(small))
    with memory.Watch("mcp") as watch:
        sent = send(large)
    if not memory.is_sanitized():
        assert watch.grown() - first < SPARE_BYTES, watch.grown()
    assert sent["state"] == "sent", sent
    _, raw = arrived(sent["message_id"])
    assert raw.split(b"\r\n\r\n", 1)[1] == body
    copy, = kept(sent["message_id"])
    assert copy.split(b"\r\n\r\n", 1)[1] == body


@case("headers that would say more than they do are put right")
def _():
    smtp = ScriptedSmtp(os.environ["TEST_TLS"])
    client = mailboxes.through(server, smtp_port=smtp.port)
    head = (b"From: " + server.username.encode() + b"\r\n"
            b"To: Freunde: \"A, B\" <a@example.org>,\r\n c@example.org;\r\n"
            b"Cc: (Kommentar) d@example.org\r\n"
            b"cc: =?utf-8?q?J=C3=BCrgen?= <e@b\xc3\xbccher.example>\r\n"
            b"BCC: f@example.org\r\nBcc:\r\n g@example.org\r\n"
            b"Subject: Gr\xc3\xbc\xc3\x9fe\r\n  und\r\n mehr\r\n"
            b"Subject: nochmal\r\n"
            b"X-Long: " + b"wort " * 300 + b"\r\n"
            b"X-Folded: a\r\n \t \r\n b\r\n"
            b"Return-Path: <x@example.org>\r\nX-Mozilla-Status: 0001\r\n"
            b"Sender: boss@example.org\r\nDate: gestern\r\n"
            b"Message-ID: <one@x> <two@x>\r\nMessage-ID: <three@x>\r\n"
            b"Content-Type: text/plain; charset=utf-8\r\n"
            b"Content-Transfer-Encoding: quoted-printable\r\n"
            b"MIME-Version: 1.0\r\n\r\nBcc: evil@example.org\r\n")
    uid = server.deliver(DRAFTS, head)
    sent = send(uid, client)
    message, = smtp.taken
    assert sorted(message.recipients) == [
        "a@example.org", "c@example.org", "d@example.org",
        "e@xn--bcher-kva.example", "f@example.org", "g@example.org"]
    told, body = message.content.split(b"\r\n\r\n", 1)
    assert body == b"Bcc: evil@example.org\r\n"
    names = [line.split(b":")[0].lower() for line in
             told.replace(b"\r\n ", b" ").split(b"\r\n")]
    for name in (b"from", b"to", b"cc", b"subject", b"date", b"message-id"):
        assert names.count(name) == 1, (name, told)
    for name in (b"bcc", b"sender", b"return-path", b"x-mozilla-status"):
        assert name not in names, told
    assert max(told) < 0x80 and b"\r\n \t \r\n" not in told
    assert max(map(len, told.split(b"\r\n"))) <= 998
    assert message.header("Message-ID") == "<one@x>" == sent["message_id"]
    assert b"Content-Transfer-Encoding: quoted-printable" in told


@case("8bit content is sent as such, where the server takes it")
def _():
    smtp = ScriptedSmtp(os.environ["TEST_TLS"])
    client = mailboxes.through(server, smtp_port=smtp.port)
    fields = {"MIME_Version": "1.0",
              "Content_Type": "text/plain; charset=utf-8",
              "Content_Transfer_Encoding": "8bit"}
    uid = put("Grüße\n", Message_ID=new_id(), **fields)
    smtp.extensions = ("PIPELINING",)
    error = client.tool_error("send_draft_mail_message", uid=uid)
    assert "ASCII" in error["message"] and is_there(uid), error
    smtp.extensions = ("8BITMIME",)
    send(uid, client)
    message, = smtp.taken
    assert "BODY=8BITMIME" in message.parameters
    assert "Grüße".encode() in message.content


@case("what can't be sent is refused, says why, and stays")
def _():
    for fields, word in (
            ({"To": None}, "recipient"),
            ({"To": "undisclosed-recipients:;"}, "recipient"),
            ({"To": "Bob"}, "no address"),
            ({"To": "a@example.org, b c@"}, "no address"),
            ({"From": "boss@example.org"}, "own addresses"),
            ({"From": None}, "From"),
            ({"From": server.username + ", boss@example.org"}, "From"),
            ({"FROM": "boss@example.org"}, "From"),
            ({"Resent_To": "x@example.org"}, "Resent-To"),
            ({"Resent_Bcc": "x@example.org"}, "Resent-Bcc")):
        error = refusal(put("x\n", Message_ID=new_id(), **fields))
        assert error["code"] in ("invalid_argument", "not_permitted"), error
        assert word in error["message"], (fields, error)
        assert not error["retryable"], error


@case("mail that is no draft is not sent as one, whoever it says it is from")
def _():
    forged = "\n".join((
        "From: %s", "To: evil@example.org", "Subject: Ja", "", "Ja!\n"))
    for flags in ("", "\\Seen \\Answered"):
        uid = server.deliver(OTHERS, forged % server.username, flags)
        error = refusal(uid, folder=OTHERS)
        assert error["code"] == "invalid_argument", error
        assert "no draft" in error["message"] and is_there(uid, OTHERS)
        error = server.mcp().tool_error(
            "create_draft_mail_message", folder=OTHERS, replaces_uid=uid,
            text_body="x")
        assert error["code"] == "invalid_argument", error
        assert "no draft" in error["message"] and is_there(uid, OTHERS)


@case("another folder's draft is sent from there; wrong places are told")
def _():
    uid = put("x\n", OTHERS, Message_ID=new_id())
    client = server.imap(OTHERS, True)
    validity = int(client.response("UIDVALIDITY")[1][0])
    client.logout()
    error = refusal(uid, folder=OTHERS, uidvalidity=validity + 1)
    assert error["code"] == "uidvalidity_changed", error
    assert is_there(uid, OTHERS)
    sent = send(uid, folder=OTHERS, uidvalidity=validity)
    assert sent["state"] == "sent" and not is_there(uid, OTHERS), sent
    error = server.mcp().tool_error("send_draft_mail_message",
                                    uid=4294967290)
    assert error["code"] == "message_not_found", error
    error = refusal(1, folder="Nirgends")
    assert error["code"] == "folder_not_found", error
    for wrong in ({}, {"uid": 0}, {"uid": [1, 2]},
                  {"uid": 1, "request_id": "x" * 300}):
        error = server.mcp().tool_error("send_draft_mail_message", **wrong)
        assert error["code"] == "invalid_argument", (wrong, error)


@case("a grant without sending sends no draft")
def _():
    mcp = server.mcp(scopes=("mail:read", "mail:modify"))
    assert "send_draft_mail_message" not in [t["name"] for t in mcp.tools()]


case.run()
