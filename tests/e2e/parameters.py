#!/usr/bin/env python3
"""Parameters that no other program of these uses alone: what of a search,
everything of a draft, and uidvalidity where messages are changed."""
import base64
import secrets

import mailboxes
import postern

server = postern.Server()
DRAFTS = server.folder("Drafts")
case = postern.Cases()
LETTER = ("From: Ann <ann@example.org>\nTo: me@postern.test\nCc: %s\n"
          "Subject: %s\nDate: Thu, 1 Oct 2026 10:00:00 +0200\n"
          "Message-ID: <%s@example.org>\n\n%s\n")


def folder():
    return server.folder("Parameters-" + secrets.token_hex(4))


def put(name, subject, cc="cc@example.org", text="Hello", flags=""):
    return server.deliver(name, LETTER % (cc, subject, secrets.token_hex(8),
                                          text), flags)


def found(name, **criteria):
    told = server.mcp().tool("search_mail_messages", folder=name, **criteria)
    return sorted(m["uid"] for m in told["messages"])


@case("a search by copy, by flags that answers and readers set, by days")
def _():
    name = folder()
    one = put(name, "one", cc="Carl <carl@example.org>")
    two = put(name, "two", flags="\\Seen \\Answered")
    assert found(name, cc="carl@example.org") == [one]
    assert found(name, cc="nobody@example.org") == []
    assert found(name, answered=True) == [two]
    assert found(name, unread=True) == [one]
    assert found(name, since="2020-01-01") == [one, two]
    assert found(name, since="2099-01-01") == []
    assert found(name, before="2099-01-01", unread=True) == [one]
    assert found(name, before="2020-01-01") == []
    for day in ("since", "before"):
        error = server.mcp().tool_error("search_mail_messages", folder=name,
                                        **{day: "yesterday"})
        assert error["code"] == "invalid_argument", error


@case("a search with bodies, each cut to max_chars")
def _():
    name = folder()
    put(name, "long", text="0123456789 " * 40)
    mcp = server.mcp()
    told = mcp.tool("search_mail_messages", folder=name, subject="long",
                    include_body=True, max_chars=200)
    message, = told["messages"]
    assert message["text"].startswith("0123456789"), message
    assert len(message["text"]) <= 200, message
    told = mcp.tool("search_mail_messages", folder=name, subject="long")
    assert "text" not in told["messages"][0], told


@case("a draft with everything a draft can have, in a folder of choice")
def _():
    name, mcp = folder(), server.mcp()
    server.imap().create('"%s"' % name)
    source = folder()
    uid = server.deliver(source, "From: a@example.org\nMessage-ID: <%s@x>\n"
                         "Subject: files\nMIME-Version: 1.0\nContent-Type: "
                         "multipart/mixed; boundary=b\n\n--b\nContent-Type: "
                         "text/plain\n\nx\n--b\nContent-Type: text/csv\n"
                         "Content-Disposition: attachment; filename=a.csv\n"
                         "\n1,2\n--b--\n" % secrets.token_hex(8))
    link = mcp.tool("get_mail_attachment", folder=source, uid=uid, part="2")
    told = mcp.tool(
        "create_draft_mail_message", folder=name, to=["b@example.org"],
        cc=["c@example.org"], bcc=["d@example.org"], subject="Everything",
        text_body="Text", html_body="<p>Text <img src=\"cid:logo\"></p>",
        reply_to="answers@example.org", attachment_urls=[link["url"]],
        attach_messages=[{"folder": source, "uid": uid}],
        attachments=[{"filename": "logo.png", "content_type": "image/png",
                      "content_id": "logo", "content_base64":
                      base64.b64encode(b"\x89PNG").decode()}],
        **{"from": "Dr. Ä <%s>" % server.username})
    client = mailboxes.login(server)
    client.select('"%s"' % name, True)
    message = mailboxes.read(client, told["uid"])
    client.logout()
    sender, = message["From"].addresses
    assert (sender.display_name, sender.addr_spec) == (
        "Dr. Ä", server.username), sender
    assert message["Cc"] == "c@example.org"
    assert message["Reply-To"] == "answers@example.org"
    parts = {part.get_content_type(): part for part in message.walk()}
    assert "Text" in parts["text/html"].get_content()
    assert parts["image/png"]["Content-ID"] == "<logo>"
    assert parts["image/png"].get_payload(decode=True) == b"\x89PNG"
    assert b"1,2" in parts["text/csv"].get_payload(decode=True)
    assert "message/rfc822" in parts
    error = mcp.tool_error("create_draft_mail_message", text_body="x",
                           folder="a\u0001b")
    assert error["code"] == "invalid_argument", error


@case("a reply goes where reply_to says")
def _():
    told = server.mcp().tool("send_mail_message", to=[server.username],
                             subject="Reply-To", text_body="x",
                             reply_to="answers@example.org")
    client = mailboxes.login(server)
    uid = mailboxes.await_message(client, told["message_id"])
    assert mailboxes.read(client, uid)["Reply-To"] == "answers@example.org"
    client.logout()


@case("a reply and a forward with a file of a type and an id")
def _():
    name, mcp = folder(), server.mcp()
    uid = put(name, "original")
    file = {"filename": "logo.png", "content_type": "image/png",
            "content_id": "logo",
            "content_base64": base64.b64encode(b"\x89PNG").decode()}
    for tool, more in (("reply_mail_message", {}),
                       ("forward_mail_message", {"to": ["b@example.org"]})):
        told = mcp.tool(tool, folder=name, uid=uid, text_body="x", draft=True,
                        html_body="<p><img src=\"cid:logo\"></p>",
                        attachments=[file], **more)
        client = mailboxes.login(server)
        uids = mailboxes.find(client, DRAFTS, "Message-ID",
                              told["message_id"])
        message = mailboxes.read(client, uids[-1])
        client.logout()
        image, = [part for part in message.walk()
                  if part.get_content_type() == "image/png"]
        assert image["Content-ID"] == "<logo>", message
        assert image.get_payload(decode=True) == b"\x89PNG"


CHANGES = (("update_mail_message_flags", {"add": ["\\Flagged"]}),
           ("copy_mail_message", {"destination": "\\Archive"}),
           ("move_mail_message", {"destination": "\\Archive"}),
           ("delete_mail_message", {"permanent": True}))


@case("a change is made to the messages of that uidvalidity only")
def _():
    name, mcp = folder(), server.mcp()
    uids = [put(name, "message %d" % i) for i in range(4)]
    listed = mcp.tool("list_mail_messages", folder=name)
    validity = listed["uidvalidity"]
    for uid, (tool, more) in zip(uids, CHANGES):
        error = mcp.tool_error(tool, folder=name, uids=[uid],
                               uidvalidity=validity + 1, **more)
        assert error["code"] == "uidvalidity_changed", error
        assert uid in mailboxes.subjects(server, name)
        told = mcp.tool(tool, folder=name, uids=[uid], uidvalidity=validity,
                        **more)
        assert told.get("copied", told)["uids"] == [uid], told


@case("an attachment is read of the message of that uidvalidity only")
def _():
    name, mcp = folder(), server.mcp()
    uid = put(name, "text")
    validity = mcp.tool("list_mail_messages", folder=name)["uidvalidity"]
    told = mcp.tool("get_mail_attachment", folder=name, uid=uid, part="1",
                    uidvalidity=validity, inline=True)
    assert "Hello" in str(told), told
    error = mcp.tool_error("get_mail_attachment", folder=name, uid=uid,
                           part="1", uidvalidity=validity + 1)
    assert error["code"] == "uidvalidity_changed", error


case.run()
