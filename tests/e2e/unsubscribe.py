#!/usr/bin/env python3
"""Leaving mailing lists: what is asked, how, and what is not."""
import secrets
import socket
import threading

import mailboxes
import postern

server = postern.Server()
case = postern.Cases()
SENT, LISTS = map(server.folder, ("Sent", "Lists"))
leave, _ = mailboxes.other()
HOP = "Received: from list.example by mx.postern.test; now\n"
PASS = ("Authentication-Results: mx.postern.test; dmarc=pass; dkim=pass"
        " header.d=list.example header.s=k header.b=AbCdEf12\n")
SIGNED = ("DKIM-Signature: v=1; d=list.example; s=k; b=AbCdEf12xyz;\n"
          " h=From:List-Unsubscribe:List-Unsubscribe-Post\n")
CLICK = "List-Unsubscribe-Post: List-Unsubscribe=One-Click\n"


class Listener:
    """A port of this computer that nobody is to connect to."""

    def __enter__(self):
        self.connections = 0
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = self._listener.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()
        return self

    def __exit__(self, *_):
        self._listener.close()

    def _accept(self):
        while True:
            try:
                self._listener.accept()
            except OSError:
                return
            self.connections += 1


def put(*urls, head="", folder="INBOX", to=None):
    """A message of a list that names these ways to leave it: its UID."""
    ways = "List-Unsubscribe: %s\n" % ",\n ".join(
        "<%s>" % url for url in urls) if urls else ""
    return server.deliver(folder, head + ways + (
        "From: news@list.example\nTo: %s\nSubject: News\n\n"
        "<a href='https://evil.example/unsubscribe'>unsubscribe</a>\n"
        "https://evil.example/unsubscribe\n" % (to or server.username)))


def unsubscribe(uid, **more):
    return server.mcp().tool("unsubscribe_mailing_list", uid=uid,
                             **more)


def arrived(told):
    client = mailboxes.login(server, *mailboxes.other())
    message = mailboxes.read(client, mailboxes.await_message(
        client, told["sent"]["message_id"]))
    client.logout()
    return message


def mailto(**fields):
    query = "&".join("%s=%s" % item for item in fields.items())
    return "mailto:" + leave + ("?" + query if query else "")


@case("a list that is left by mail gets one, and it is told and filed")
def _():
    told = unsubscribe(put(mailto()))
    assert told["way"] == "mail" and told["sent"]["state"] == "sent", told
    assert told["sent"]["accepted"] == [leave]
    assert told["sent"]["filed"]["folder"] == SENT
    assert "url" not in told and "one-click" in told["note"]
    message = arrived(told)
    assert message["Subject"] == "unsubscribe"
    assert message["From"].addresses[0].addr_spec == server.username
    assert message["To"].addresses[0].addr_spec == leave


@case("subject and text are the list's, and nothing else of it is taken")
def _():
    word = secrets.token_hex(4)
    uid = put("https://list.example/x", mailto(
        subject="Weg%20" + word + "%20%C3%A4%0D%0ABcc:%20evil@example.org",
        body="bitte%0Abald", cc="evil@example.org",
        bcc="evil@example.org", attach="/etc/passwd",
        **{"from": "boss@example.org"}), folder=LISTS)
    client = server.imap(LISTS, True)
    validity = int(client.response("UIDVALIDITY")[1][0])
    client.logout()
    told = unsubscribe(uid, folder=LISTS, uidvalidity=validity)
    assert told["sent"]["accepted"] == [leave], told
    message = arrived(told)
    assert message["Subject"] == "Weg %s ä Bcc: evil@example.org" % word
    assert message["Cc"] is None and message["Bcc"] is None
    assert message.get_content().split() == ["bitte", "bald"]
    assert len(list(message.iter_attachments())) == 0


@case("a mailto that says much, or names many, is not used")
def _():
    for way in (mailto(subject="x" * 201), mailto(body="x" * 501),
                mailto() + ",b@example.org", "mailto:nobody",
                "mailto:", "mailto:a%0D%0AX@example.org"):
        told = unsubscribe(put(way))
        assert told["way"] == "none" and "url" not in told, told
        assert "no other way" in told["note"], told


@case("where there is only a link it is given, and not followed")
def _():
    with Listener() as listener:
        for url in ("http://127.0.0.1:%d/x" % listener.port,
                    "https://127.0.0.1:%d/x" % listener.port):
            told = unsubscribe(put(url))
            assert told["way"] == "none" and told["url"] == url, told
            assert "link" in told["note"] and "sent" not in told, told
        assert listener.connections == 0


@case("without proof of the sender no URL is asked, and it says why")
def _():
    with Listener() as listener:
        url = "https://127.0.0.1:%d/x" % listener.port
        for head, word in (
                (HOP + PASS + SIGNED, "RFC 8058"),
                (HOP + SIGNED + CLICK, "dmarc"),
                (HOP + PASS + CLICK, "DKIM"),
                (PASS + SIGNED + CLICK, "dmarc"),
                (HOP + PASS.replace("dmarc=pass", "dmarc=none") + SIGNED +
                 CLICK, "dmarc"),
                (HOP + PASS + SIGNED.replace(":List-Unsubscribe-Post", "") +
                 CLICK, "DKIM"),
                (HOP + PASS.replace("b=AbCdEf12", "b=other") + SIGNED +
                 CLICK, "DKIM"),
                (HOP + PASS + SIGNED + CLICK + CLICK, "more than one")):
            told = unsubscribe(put(url, head=head))
            assert told["way"] == "none" and word in told["note"], told
        assert listener.connections == 0


@case("a proved sender has no private address asked, nor another port")
def _():
    head = HOP + PASS + SIGNED + CLICK
    with Listener() as listener:
        for url in ("https://127.0.0.1:%d/x" % listener.port,
                    "https://localhost:%d/x" % listener.port,
                    "https://127.0.0.1/x", "https://localhost/x",
                    "https://169.254.169.254/latest/meta-data/",
                    "https://[::1]/x", "https://10.0.0.1/x",
                    "https://example.org:8443/x"):
            told = unsubscribe(put(url, head=head))
            assert told["way"] == "none" and told["url"] == url, told
            assert "No one-click" in told["note"], told
        assert listener.connections == 0
        told = unsubscribe(put("https://127.0.0.1/x", mailto(), head=head))
        assert told["way"] == "mail", told
        arrived(told)


@case("a message that is not from whom it says is left alone")
def _():
    uid = put(mailto(subject=secrets.token_hex(8)),
              head=HOP + PASS.replace("dmarc=pass", "dmarc=fail"))
    error = server.mcp().tool_error("unsubscribe_mailing_list", uid=uid)
    assert error["code"] == "not_permitted", error
    assert "dmarc" in error["message"] and not error["retryable"]


@case("a message of no list, and no message, are told as such")
def _():
    error = server.mcp().tool_error("unsubscribe_mailing_list", uid=put())
    assert error["code"] == "invalid_argument", error
    assert "not followed" in error["message"], error
    error = server.mcp().tool_error("unsubscribe_mailing_list",
                                    uid=4294967290)
    assert error["code"] == "message_not_found", error
    uid = put(mailto(), folder=LISTS)
    error = server.mcp().tool_error("unsubscribe_mailing_list", uid=uid,
                                    folder=LISTS, uidvalidity=1)
    assert error["code"] == "uidvalidity_changed", error
    for wrong in ({}, {"uid": 0}, {"uid": 1, "folder": "Nirgends"}):
        error = server.mcp().tool_error("unsubscribe_mailing_list", **wrong)
        assert error["code"] in ("invalid_argument", "folder_not_found")


@case("a list that refuses the mail is told of")
def _():
    error = server.mcp().tool_error(
        "unsubscribe_mailing_list", uid=put("mailto:nobody5@postern.test"))
    assert error["code"] == "recipients_refused", error


@case("a grant without sending leaves no list")
def _():
    mcp = server.mcp(scopes=("mail:read", "mail:modify"))
    assert "unsubscribe_mailing_list" not in [t["name"] for t in mcp.tools()]


case.run()
