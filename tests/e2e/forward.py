#!/usr/bin/env python3
"""Mail that is forwarded: its text, its files, all of it as a file."""
import base64
import hashlib
import os
import secrets

import mailboxes
import memory
import postern

HUGE_BYTES = 20 * 1024 * 1024
SPARE_BYTES = 10 * 1024 * 1024	# that forwarding takes, however large

server = postern.Server()
SENT, DRAFTS, FOLDER = map(server.folder, ("Sent", "Drafts", "Forwarding"))
case = postern.Cases()

HEAD = ("From: Bob B <bob@postern.test>\nTo: %s\nCc: Carl <carl@x.test>\n"
        "Subject: %%s\nDate: Tue, 28 Jul 2026 09:30:00 +0200\n"
        "Message-ID: <%%s@x>\nMIME-Version: 1.0\n" % server.username)
IMAGE, TABLE = os.urandom(3000), "größe;1\r\n".encode("latin-1")


def original(rest, subject="Bericht"):
    """A message to be forwarded: its UID."""
    return server.deliver(FOLDER, (
        HEAD % (subject, secrets.token_hex(8))).encode() +
        (rest.encode() if isinstance(rest, str) else rest))


def part(kind, content, *more):
    """A part, in base64, with further header lines."""
    return "\n".join(["--b", "Content-Type: " + kind,
                      "Content-Transfer-Encoding: base64", *more, "",
                      base64.encodebytes(content).decode()])


def mixed(*parts):
    return "\n".join(["Content-Type: multipart/mixed; boundary=b", "",
                      *parts, "--b--", ""])


def forward(uid, mcp=None, **arguments):
    return (mcp or server.mcp()).tool(
        "forward_mail_message", folder=FOLDER, uid=uid,
        **{"to": mailboxes.other()[0], **arguments})


def refused(uid, mcp=None, **arguments):
    return (mcp or server.mcp()).tool_error(
        "forward_mail_message", folder=FOLDER, uid=uid,
        **{"to": mailboxes.other()[0], **arguments})


def arrived(answer):
    client = mailboxes.login(server, *mailboxes.other())
    message = mailboxes.read(client, mailboxes.await_message(
        client, answer["message_id"]))
    client.logout()
    return message


def kept(answer):
    """The copy of what was sent, or the draft."""
    client = mailboxes.login(server)
    folder = DRAFTS if answer["state"] == "draft" else SENT
    uid, = mailboxes.find(client, folder, "Message-ID", answer["message_id"])
    message = mailboxes.read(client, uid)
    client.logout()
    return message


def text_of(message, kind="plain"):
    text = message.get_body((kind,)).get_content()
    return text.replace("\r\n", "\n")


def files(message):
    return {p.get_filename(): p for p in message.walk() if p.get_filename()}


@case("a text goes on below its header, with one Fwd:")
def _():
    uid = original("Content-Type: text/plain; charset=utf-8\n"
                   "Content-Transfer-Encoding: 8bit\n\nGrüße \U0001F4EE\n" +
                   "lang " * 400 + "ende\n", "FW: WG: Bericht")
    answer = forward(uid, text_body="Zur Kenntnis.\n")
    assert answer["state"] == "sent", answer
    message = arrived(answer)
    assert message["Subject"] == "Fwd: Bericht", message["Subject"]
    assert message["In-Reply-To"] is None
    assert text_of(message) == (
        "Zur Kenntnis.\n\n---------- Forwarded message ----------\n"
        "From: Bob B <bob@postern.test>\n"
        "Date: Tue, 28 Jul 2026 09:30:00 +0200\n"
        "Subject: FW: WG: Bericht\nTo: %s\nCc: Carl <carl@x.test>\n\n"
        "Grüße \U0001F4EE\n%sende\n" % (server.username, "lang " * 400)), \
        text_of(message)
    assert message.get_body(("html",)) is None
    assert text_of(kept(answer)) == text_of(message)
    flags = mailboxes.flags(server, FOLDER, uid)
    assert "\\Answered" not in flags
    assert "$Forwarded" in flags or not keeps_keywords(), flags


def keeps_keywords():
    client = mailboxes.login(server)
    client.select('"%s"' % FOLDER)
    told = client.untagged_responses.get("PERMANENTFLAGS", [b""])
    client.logout()
    return b"\\*" in told[-1]


HTML = ("<p>Hallo <b>du</b><script>alert(1)</script></p>"
        "<img src='cid:logo@x'><img src='https://t.example/pixel.gif'>")


def rich():
    return original(mixed(
        part("text/html; charset=utf-8", HTML.encode()),
        part("image/png; name=logo.png", IMAGE, "Content-ID: <logo@x>",
             "Content-Disposition: inline"),
        part("text/csv; charset=iso-8859-1", TABLE,
             "Content-Disposition: attachment; "
             "filename*=utf-8''gr%C3%B6%C3%9Fe.csv"),
        part("application/pdf; name=a.pdf", b"%PDF" + IMAGE,
             "Content-ID: <unused@x>")))


@case("HTML goes on as HTML, its images within, other files beside it")
def _():
    message = arrived(forward(rich(), text_body="Siehe <unten>\n  da\n"))
    html = text_of(message, "html")
    assert "Siehe &lt;unten&gt;" in html and "<b>du</b>" in html, html
    assert "Subject: Bericht" in html and "cid:logo@x" in html, html
    for word in ("script", "alert", "t.example"):
        assert word not in html, html
    assert text_of(message).startswith("Siehe <unten>\n  da\n\n-----")
    found = files(message)
    assert sorted(found) == ["a.pdf", "größe.csv", "logo.png"], found
    assert found["logo.png"].get_payload(decode=True) == IMAGE
    assert found["logo.png"]["Content-ID"] == "<logo@x>"
    assert found["logo.png"].get_content_disposition() == "inline"
    assert found["größe.csv"].get_payload(decode=True) == TABLE
    assert found["größe.csv"].get_content_charset() == "iso-8859-1"
    assert found["a.pdf"].get_payload(decode=True) == b"%PDF" + IMAGE
    assert found["a.pdf"].get_content_disposition() == "attachment"
    assert found["a.pdf"]["Content-ID"] is None


@case("include_attachments: false leaves files out, but not shown images")
def _():
    message = arrived(forward(rich(), include_attachments=False,
                              html_body="<p>Hier</p>"))
    assert sorted(files(message)) == ["logo.png"]
    assert text_of(message, "html").startswith("<p>Hier</p>")
    assert text_of(message).startswith("Hier\n\n-----"), text_of(message)


@case("as_attachment: all of the message, as it stands")
def _():
    uid = rich()
    answer = forward(uid, as_attachment=True, text_body="Anbei\n")
    message = arrived(answer)
    assert text_of(message) == "Anbei\n"
    inner, = message.iter_attachments()
    assert inner.get_content_type() == "message/rfc822"
    inner = inner.get_content()
    assert inner["Subject"] == "Bericht"
    assert sorted(files(inner)) == ["a.pdf", "größe.csv", "logo.png"]
    kept_inner, = kept(answer).iter_attachments()
    assert files(kept_inner.get_content())["logo.png"].get_payload(
        decode=True) == IMAGE


@case("enclosed messages stay messages; what is 7 or 8 bit is decoded")
def _():
    inner = b"Subject: innen\r\n\r\nInnerer Text\r\n"
    uid = original("\n".join([
        "Content-Type: multipart/mixed; boundary=b", "", "--b", "", "Text",
        "--b", "Content-Type: message/rfc822", "",
        inner.decode().replace("\r\n", "\n"), "--b",
        "Content-Type: text/x-log; name=q.log",
        "Content-Transfer-Encoding: quoted-printable", "",
        "Gr=C3=BC=C3=9Fe=", " dahin", "--b--", ""]))
    message = arrived(forward(uid))
    enclosed = [p for p in message.walk()
                if p.get_content_type() == "message/rfc822"]
    assert enclosed[0].get_content()["Subject"] == "innen"
    log = files(message)["q.log"].get_payload(decode=True)
    assert log.decode().split() == ["Grüße", "dahin"], log


@case("20 MB go from server to server in little memory")
def _():
    content = os.urandom(HUGE_BYTES * 3 // 4)
    uid = original(mixed(
        "--b\n\nText\n", part("application/octet-stream; name=large",
                              content)))
    small = original(mixed("--b\n\nText\n", part("image/png; name=x",
                                                 IMAGE)))
    little = memory.least("mcp", lambda: forward(small))
    with memory.Watch("mcp") as much:
        answer = forward(uid)
    if not memory.is_sanitized():
        more = much.grown() - little
        assert more < SPARE_BYTES, more
    for message in (arrived(answer), kept(answer)):
        found = files(message)["large"].get_payload(decode=True)
        assert hashlib.sha256(found).digest() == \
            hashlib.sha256(content).digest()
    with memory.Watch("mcp") as whole:
        answer = forward(uid, as_attachment=True)
    if not memory.is_sanitized():
        more = whole.grown() - little
        assert more < SPARE_BYTES, more
    inner, = arrived(answer).iter_attachments()
    assert files(inner.get_content())["large"].get_payload(
        decode=True) == content


@case("what the caller encloses goes along, to all who are named")
def _():
    uid = original(mixed("--b\n\nText\n", part("image/png; name=x.png",
                                               IMAGE)))
    link = server.mcp().tool("get_mail_attachment", folder=FOLDER, uid=uid,
                             part="2")
    answer = forward(uid, cc="anna@postern.test", bcc=["geheim@postern.test"],
                     attachment_urls=[link["url"]], attachments=[{
                         "filename": "b.txt", "content_base64":
                         base64.b64encode(b"hier").decode()}],
                     include_attachments=False,
                     **{"from": "Dr. Ä <%s>" % server.username})
    assert sorted(answer["accepted"]) == sorted(
        [mailboxes.other()[0], "anna@postern.test", "geheim@postern.test"])
    message = arrived(answer)
    assert sorted(files(message)) == ["b.txt", "x.png"], files(message)
    assert message["From"].addresses[0].display_name == "Dr. Ä"
    assert message["Bcc"] is None and "geheim" in kept(answer)["Bcc"]


@case("a repeated request_id forwards once; draft: true keeps it")
def _():
    uid, request = original("\nText\n"), "f" + secrets.token_hex(8)
    first = forward(uid, request_id=request)
    again = forward(uid, request_id=request)
    assert again["message_id"] == first["message_id"]
    assert "before" in again["note"], again
    uid = original(mixed("--b\n\nText\n", part("image/png; name=x.png",
                                               IMAGE)))
    answer = forward(uid, server.mcp(scopes=("mail:read", "mail:modify")),
                     draft=True)
    assert answer["state"] == "draft" and answer["undo"], answer
    message = kept(answer)
    assert files(message)["x.png"].get_payload(decode=True) == IMAGE
    assert message["To"].addresses[0].addr_spec == mailboxes.other()[0]
    assert "$Forwarded" not in mailboxes.flags(server, FOLDER, uid)


@case("a repeated request_id keeps one draft, and calls it no sent mail")
def _():
    for name in ("reply_mail_message", "forward_mail_message"):
        uid, request = original("\nText\n"), "d" + secrets.token_hex(8)
        arguments = {"folder": FOLDER, "uid": uid, "text_body": "x",
                     "to": mailboxes.other()[0], "request_id": request}
        first = server.mcp().tool(name, draft=True, **arguments)
        again = server.mcp().tool(name, draft=True, **arguments)
        assert again["state"] == "draft", again
        assert again["filed"]["uid"] == first["filed"]["uid"], again
        assert "sent" not in again["note"], again
        server.mcp().tool("send_draft_mail_message",
                          uid=first["filed"]["uid"])
        sent = server.mcp().tool(name, **arguments)
        assert sent["state"] == "sent" and "before" in sent["note"], sent


@case("forwarding needs reading and sending")
def _():
    uid = original("\nText\n")
    for scopes, wanted in ((("mail:send",), "mail:read"),
                           (("mail:read", "mail:modify"), "mail:send")):
        try:
            server.mcp(scopes=scopes).call("tools/call", {
                "name": "forward_mail_message", "arguments": {
                    "folder": FOLDER, "uid": uid,
                    "to": "a@postern.test"}})
        except postern.Refused as refusal:
            assert refusal.status == 403, refusal
            assert wanted in refusal.response.header("WWW-Authenticate")
        else:
            raise AssertionError("it was not refused")


@case("a message that is not there, and wrong arguments")
def _():
    uid = original("\nText\n")
    listed = server.mcp().tool("list_mail_messages", folder=FOLDER)
    answer = forward(uid, uidvalidity=listed["uidvalidity"])
    assert answer["state"] == "sent", answer
    assert refused(4294967290)["code"] == "message_not_found"
    assert refused(uid, uidvalidity=4294967290)["code"] == \
        "uidvalidity_changed"
    for more in ({"to": []}, {"to": "x"}, {"from": "boss@postern.test"},
                 {"as_attachment": "perhaps"}, {"reply_all": True}):
        assert refused(uid, **more)["code"] == "invalid_argument", more


case.run()
