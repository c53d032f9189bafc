#!/usr/bin/env python3
"""What a server for sending can and can't do, and what is sent to it then:
SIZE, 8BITMIME, SMTPUTF8, FUTURERELEASE, AUTH."""
import datetime
import os
import secrets
import time

import mailboxes
import postern
from scripted_smtp import ScriptedSmtp

server = postern.Server()
case = postern.Cases()
ENCLOSED, SENT = map(server.folder, ("Enclosed8", "Sent"))
smtp = ScriptedSmtp(os.environ["TEST_TLS"])
client = mailboxes.through(server, smtp_port=smtp.port)


def can(*extensions):
    smtp.extensions, smtp.plan, smtp.taken = extensions, {}, []


def send(**arguments):
    told = client.tool("send_mail_message",
                       **{"to": "a@example.org", "subject": "x",
                          "text_body": "x\n", **arguments})
    smtp.await_idle()
    message, = smtp.taken
    return told, message


def refusal(**arguments):
    error = client.tool_error("send_mail_message",
                              **{"to": "a@example.org", "subject": "x",
                                 "text_body": "x\n", **arguments})
    smtp.await_idle()
    assert smtp.taken == [], smtp.taken
    return error


def later(**more):
    at = datetime.datetime.now(datetime.timezone.utc) + \
        datetime.timedelta(**more)
    return at.replace(microsecond=0)


def text(moment):
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


@case("a message goes out where nothing but SMTP is offered")
def _():
    can()
    told, message = send(text_body="Grüße\n.\n..\n" + "lang " * 300)
    assert message.parameters == "", message.parameters
    assert max(message.content) < 0x80
    assert b"quoted-printable" in message.content
    assert max(map(len, message.content.split(b"\r\n"))) <= 76
    assert told["accepted"] == message.recipients == ["a@example.org"]


@case("SIZE is told, and what is over it is refused before it is sent")
def _():
    can("PIPELINING", "SIZE 20000")
    _, message = send()
    assert "SIZE=%d" % len(message.content) in message.parameters
    can("PIPELINING", "SIZE 20000")
    error = refusal(text_body="x" * 30000)
    assert error["code"] == "limit" and "20000" in error["message"], error
    can("SIZE 0")
    assert send(text_body="x" * 30000)[0]["state"] == "sent"


@case("8BITMIME is asked for only where the content needs it")
def _():
    uid = server.deliver(ENCLOSED, (
        "From: a@example.org\nSubject: eight\nMIME-Version: 1.0\n"
        "Content-Type: text/plain; charset=utf-8\n"
        "Content-Transfer-Encoding: 8bit\n\nGrüße\n").encode())
    enclosed = [{"folder": ENCLOSED, "uid": uid}]
    can("8BITMIME")
    assert send(text_body="Grüße\n")[1].parameters == ""
    can("8BITMIME")
    _, message = send(attach_messages=enclosed)
    assert message.parameters == " BODY=8BITMIME", message.parameters
    assert "Grüße".encode() in message.content
    can()
    error = refusal(attach_messages=enclosed)
    assert "ASCII" in error["message"] and not error["retryable"], error


@case("a domain beyond ASCII goes out as IDNA says, without SMTPUTF8")
def _():
    can("PIPELINING")
    told, message = send(to=["Jürgen <j@bücher.example>"],
                         cc="k@ΠΑΡΆΔΕΙΓΜΑ.example")
    assert message.recipients == ["j@xn--bcher-kva.example",
                                  "k@xn--hxajbheg2az3al.example"]
    assert message.parameters == "" and max(message.content) < 0x80
    assert "xn--bcher-kva.example" in message.header("To")
    assert told["accepted"] == message.recipients


@case("a name beyond ASCII before the @ needs SMTPUTF8")
def _():
    can("PIPELINING", "8BITMIME")
    error = refusal(to="jürgen@bücher.example")
    assert "ASCII" in error["message"], error
    assert error["code"] == "unsupported" and not error["retryable"], error
    can("PIPELINING", "8BITMIME", "SMTPUTF8")
    _, message = send(to="jürgen@bücher.example")
    assert message.recipients == ["jürgen@xn--bcher-kva.example"]
    assert " SMTPUTF8" in message.parameters


@case("send_at has the server hold the message, where it can")
def _():
    at = later(hours=2)
    can("FUTURERELEASE")
    told, message = send(send_at=at.astimezone(datetime.timezone(
        datetime.timedelta(hours=2))).isoformat())
    assert message.parameters == " HOLDUNTIL=" + text(at)
    assert text(at) in told["note"] and told["state"] == "sent", told
    kept = mailboxes.login(server)
    assert mailboxes.find(kept, SENT, "Message-ID", told["message_id"])
    kept.logout()


@case("a repeated request_id is found when the time of send_at is over")
def _():
    can("FUTURERELEASE 86400")
    arguments = {"to": "a@example.org", "subject": "x", "text_body": "x",
                 "request_id": secrets.token_hex(8),
                 "send_at": text(later(seconds=2))}
    first = client.tool("send_mail_message", **arguments)
    time.sleep(3)
    again = client.tool("send_mail_message", **arguments)
    assert again["message_id"] == first["message_id"], again
    assert "before" in again["note"] and len(smtp.taken) == 1, again


@case("send_at is held within the server's limits only")
def _():
    at = later(hours=2)
    for limits in ("3600", "86400 " + text(later(hours=1)),
                   "0 " + text(later(hours=1))):
        can("FUTURERELEASE " + limits)
        error = refusal(send_at=text(at))
        assert error["code"] == "invalid_argument", error
        assert "until" in error["message"], error
    can("FUTURERELEASE 86400 " + text(later(days=2)))
    assert " HOLDUNTIL=" in send(send_at=text(at))[1].parameters


@case("send_at is refused where the server can't, or it is no time to come")
def _():
    can("PIPELINING")
    error = refusal(send_at=text(later(hours=1)))
    assert error["code"] == "unsupported", error
    assert "later" in error["message"] and not error["retryable"]
    can("FUTURERELEASE")
    for wrong in ("tomorrow", "2026-07-28", "2026-07-28T09:30:00",
                  text(later(hours=-1)), "2026-02-30T09:30:00Z"):
        error = refusal(send_at=wrong)
        assert error["code"] == "invalid_argument", (wrong, error)
        assert "send_at" in error["message"], error


@case("a mechanism that the server lacks, or a refusal, is told as such")
def _():
    can()
    smtp.mechanisms = "GSSAPI"
    error = refusal()
    assert not error["retryable"], error
    smtp.mechanisms = "PLAIN"
    smtp.plan = {"auth": "535 5.7.8 wrong"}
    error = refusal()
    assert "wrong" in error["message"] and not error["retryable"], error
    smtp.plan = {"auth": "454 4.7.0 later"}
    assert refusal()["retryable"]


@case("what may have been sent is a draft, and its request_id sends no more")
def _():
    can()
    smtp.plan = {"dot": "cut"}
    arguments = {"to": "a@example.org", "subject": "x", "text_body": "x\n",
                 "request_id": secrets.token_hex(8)}
    first = client.tool("send_mail_message", **arguments)
    assert first["state"] == "unknown", first
    assert first["filed"]["uid"] and "draft" in first["filed"]["note"]
    smtp.plan = {}
    again = client.tool("send_mail_message", **arguments)
    assert again["state"] == "unknown" and len(smtp.taken) == 1, again
    assert again["filed"]["uid"] == first["filed"]["uid"]


case.run()
