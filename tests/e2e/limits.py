#!/usr/bin/env python3
"""Grants that the user limited: to recipients, however they are spelled and
by whichever tool, and to folders, by whichever way a tool gets there."""
import os
import secrets
import subprocess

import mailboxes
import postern
from scripted_smtp import ScriptedSmtp

server = postern.Server()
case = postern.Cases()
SENT, DRAFTS, OPEN, SHUT, TRASH = map(server.folder, (
    "Sent", "Drafts", "Open", "Shut", "Trash"))
friend, _ = mailboxes.other()
HOME = friend.split("@")[1]
EVIL = "evil@elsewhere.example"


def limited(kind, *limits, client=None):
    """A client whose grant the user limited, as its token says."""
    build = os.environ.get("BUILD", "build")
    token = (client or server.mcp()).token
    told = subprocess.run(
        [os.path.join(build, "tests/e2e/limit"), kind, *limits],
        input=token, text=True, check=True, capture_output=True,
        env={"POSTERN_CONF": os.environ["TEST_POSTERN_CONF"],
             **postern.SANITIZERS}, timeout=postern.TIMEOUT)
    return postern.Mcp(server, told.stdout.strip())


def stage(*limits):
    """Such a client limited to recipients, and the server it sends by."""
    smtp = ScriptedSmtp(os.environ["TEST_TLS"])
    client = mailboxes.through(server, smtp_port=smtp.port)
    return limited("recipients", *limits, client=client), smtp


def letter(folder="INBOX", text="Text\n", flags="", **fields):
    head = {"From": friend, "To": server.username, "Subject": "Frage",
            "Message_ID": "<%s@postern.test>" % secrets.token_hex(8),
            **fields}
    lines = ["%s: %s" % (name.replace("_", "-"), value)
             for name, value in head.items() if value is not None]
    return server.deliver(folder, "\n".join(lines) + "\n\n" + text, flags)


def sends(mcp, **more):
    return mcp.result("send_mail_message", **{
        "to": friend, "subject": "s", "text_body": "t\n", **more})


@case("a grant for some recipients writes to them, however they are spelled")
def _():
    mcp, smtp = stage("@postern.test", "b\u00fccher.example",
                      "One@Sub.Example.org")
    for to in ("a@postern.test", "A <A@POSTERN.TEST>", '"a"@postern.test',
               '"evil@elsewhere.example" <a@postern.test>',
               '"a b"@postern.test', "x@b\u00fccher.example",
               "x@B\u00dcCHER.example", "x@xn--bcher-kva.example",
               "one@sub.example.org", "ONE@sub.EXAMPLE.org",
               "a@\uff50ostern.test"):
        result = sends(mcp, to=to)
        assert not result.get("isError"), (to, result)
    assert len(smtp.taken) == 11
    for message in smtp.taken:
        for recipient in message.recipients:
            assert recipient.isascii() and recipient.split("@")[-1].lower() \
                in ("postern.test", "xn--bcher-kva.example",
                    "sub.example.org"), recipient


@case("and to nobody else, however that is spelled")
def _():
    mcp, smtp = stage("postern.test", "one@sub.example.org")
    for to in (EVIL, "two@sub.example.org", "a@postern.test.evil.example",
               "a@sub.postern.test", "a@evilpostern.test",
               '"a@postern.test" <%s>' % EVIL,
               '"x@postern.test"@elsewhere.example',
               "a@postern.test <%s>" % EVIL, "postern.test@elsewhere.example",
               "a@postern.test, %s" % EVIL, "Group: a@postern.test;",
               "Group: %s;" % EVIL, "%s (a@postern.test)" % EVIL,
               "a@postern.test\r\nBcc: " + EVIL,
               "<%s> a@postern.test" % EVIL, "@postern.test:" + EVIL,
               "a@p\u043estern.test", "a@postern.test.", "a@[127.0.0.1]",
               "a@\u2028postern.test", "a@postern\u3002test",
               "one+%s@sub.example.org" % "x"):
        for field in ("to", "cc", "bcc"):
            result = sends(mcp, **{field: [to]})
            assert result.get("isError") or all(
                r.endswith("@postern.test") for r in
                smtp.taken.pop().recipients), (field, to, result)
    result = sends(mcp, to=["a@postern.test"] * 40 + [EVIL])
    assert result["isError"] and smtp.taken == [], smtp.taken


@case("answers are led to nobody else either")
def _():
    mcp, smtp = stage("postern.test")
    error = mcp.tool_error("send_mail_message", to=friend, subject="s",
                           text_body="t", reply_to=EVIL)
    assert error["code"] == "not_permitted" and EVIL in error["message"]
    for own in (server.username, "x@postern.test"):
        assert not sends(mcp, reply_to=own).get("isError")
    assert len(smtp.taken) == 2
    for name in ("Reply-To", "Mail-Followup-To",
                 "Disposition-Notification-To"):
        uid = letter(DRAFTS, flags="\\Draft", From=server.username, To=friend,
                     **{name: "A <%s>" % EVIL})
        error = mcp.tool_error("send_draft_mail_message", uid=uid)
        assert error["code"] == "not_permitted", (name, error)
    assert len(smtp.taken) == 2


@case("an answer goes to nobody the grant leaves out, whoever is in the mail")
def _():
    mcp, smtp = stage("postern.test")
    for fields in ({"Reply_To": EVIL}, {"From": EVIL},
                   {"Reply_To": "%s, %s" % (friend, EVIL)},
                   {"Reply_To": "Freunde: %s, %s;" % (friend, EVIL)},
                   {"Mail_Reply_To": EVIL},
                   {"Reply_To": '"%s" <%s>' % (friend, EVIL)},
                   {"Reply_To": "(%s) %s" % (friend, EVIL)},
                   {"Reply_To": "=?utf-8?q?%s?= <%s>" % (
                       friend.replace("@", "=40"), EVIL)},
                   {"Reply_To": ", ".join("x%d@%s" % (
                       i, "elsewhere.example" if i == 399 else HOME)
                       for i in range(400))}):
        error = mcp.tool_error("reply_mail_message", text_body="x",
                               uid=letter(**fields))
        assert error["code"] == "not_permitted", (fields, error)
    for fields in ({"Cc": EVIL}, {"To": "%s, %s" % (server.username, EVIL)},
                   {"Mail_Followup_To": EVIL}):
        error = mcp.tool_error("reply_mail_message", text_body="x",
                               reply_all=True, uid=letter(**fields))
        assert error["code"] == "not_permitted", (fields, error)
    for more in ({"cc": EVIL}, {"bcc": EVIL}, {"to": EVIL}):
        error = mcp.tool_error("reply_mail_message", text_body="x",
                               uid=letter(), **more)
        assert error["code"] == "not_permitted", (more, error)
    assert smtp.taken == []
    told = mcp.tool("reply_mail_message", text_body="x",
                    uid=letter(Cc=EVIL))
    assert told["accepted"] == [friend], told


@case("nor does a forwarded mail, a draft or an answer to an invitation")
def _():
    mcp, smtp = stage("postern.test")
    uid = letter()
    for more in ({"to": EVIL}, {"to": friend, "cc": EVIL},
                 {"to": friend, "bcc": EVIL}):
        for whole in (False, True):
            error = mcp.tool_error("forward_mail_message", uid=uid,
                                   as_attachment=whole, **more)
            assert error["code"] == "not_permitted", (more, error)
    draft = mcp.tool("create_draft_mail_message", to=friend, bcc=EVIL,
                     text_body="x")
    error = mcp.tool_error("send_draft_mail_message", uid=draft["uid"])
    assert error["code"] == "not_permitted", error
    for fields in ({"Bcc": EVIL}, {"Cc": "Team: %s;" % EVIL},
                   {"To": "%s,\n %s" % (friend, EVIL)},
                   {"to": EVIL}):
        uid = letter(DRAFTS, flags="\\Draft",
                     **{"From": server.username, "To": friend, **fields})
        result = mcp.result("send_draft_mail_message", uid=uid)
        assert result.get("isError") or all(r == friend for r in
                                            smtp.taken.pop().recipients)
    uid = letter(
        MIME_Version="1.0", Content_Type="text/calendar; method=REQUEST",
        text="BEGIN:VCALENDAR\nMETHOD:REQUEST\nBEGIN:VEVENT\nUID:x@y\n"
        "DTSTART:20400101T100000Z\nORGANIZER:mailto:%s\n"
        "ATTENDEE:mailto:%s\nEND:VEVENT\nEND:VCALENDAR\n" % (
            EVIL, server.username))
    error = mcp.tool_error("respond_to_invitation", uid=uid,
                           response="accept")
    assert error["code"] == "not_permitted", error
    assert smtp.taken == []


@case("a list is left neither by mail to others nor by a request")
def _():
    mcp, smtp = stage("postern.test")
    proof = ("Received: from list.example by mx.postern.test; now\n"
             "Authentication-Results: mx.postern.test; dmarc=pass; dkim=pass"
             " header.d=list.example header.s=k header.b=AbCdEf12\n"
             "DKIM-Signature: v=1; d=list.example; s=k; b=AbCdEf12xyz;\n"
             " h=From:List-Unsubscribe:List-Unsubscribe-Post\n"
             "List-Unsubscribe-Post: List-Unsubscribe=One-Click\n")
    uid = server.deliver("INBOX", proof + "List-Unsubscribe: "
                         "<https://list.example/x>\nFrom: n@list.example\n\n")
    told = mcp.tool("unsubscribe_mailing_list", uid=uid)
    assert told["way"] == "none" and "limits" in told["note"], told
    assert told["url"] == "https://list.example/x", told
    uid = server.deliver("INBOX", "List-Unsubscribe: <mailto:%s>\n"
                         "From: n@list.example\n\n" % EVIL)
    error = mcp.tool_error("unsubscribe_mailing_list", uid=uid)
    assert error["code"] == "not_permitted" and smtp.taken == [], error


@case("what was written for more addresses than mail goes to is refused soon")
def _():
    many = ", ".join('"A" <a%d@postern.test>' % i for i in range(400))
    error = server.mcp().tool_error("send_mail_message", to=[many, many],
                                    subject="s", text_body="t")
    assert error["code"] == "limit" and "500" in error["message"], error


@case("a grant for some folders reaches no other, by no tool")
def _():
    hidden, seen = letter(SHUT), letter(OPEN)
    mcp = limited("folders", OPEN)
    for name, more in (
            ("list_mail_messages", {}), ("search_mail_messages", {}),
            ("get_mail_message", {"uid": hidden}),
            ("get_mail_thread", {"uid": hidden}),
            ("list_mail_changes", {}), ("find_unanswered_mail", {}),
            ("wait_for_mail", {"timeout_seconds": 1}),
            ("get_mail_attachment", {"uid": hidden, "part": "1"}),
            ("suggest_mail_actions", {"uid": hidden}),
            ("reply_mail_message", {"uid": hidden, "text_body": "x"}),
            ("forward_mail_message", {"uid": hidden, "to": friend}),
            ("respond_to_invitation", {"uid": hidden, "response": "accept"}),
            ("unsubscribe_mailing_list", {"uid": hidden}),
            ("update_mail_message_flags", {"uid": hidden,
                                           "add": ["\\Flagged"]}),
            ("move_mail_message", {"uid": hidden, "destination": OPEN}),
            ("copy_mail_message", {"uid": hidden, "destination": OPEN}),
            ("delete_mail_message", {"uid": hidden}),
            ("send_draft_mail_message", {"uid": hidden}),
            ("create_draft_mail_message", {"text_body": "x"}),
            ("send_mail_message", {"to": friend, "subject": "s",
                                   "text_body": "t"})):
        for folder in (SHUT, SHUT.upper()):
            error = mcp.tool_error(name, folder=folder, **more)
            assert error["code"] in ("not_permitted", "folder_not_found"), (
                name, error)
            assert SHUT not in error["message"], (name, error)
    for name, more in (
            ("move_mail_message", {"destination": SHUT}),
            ("copy_mail_message", {"destination": SHUT}),
            ("move_mail_message", {"destination": SHUT, "dry_run": True}),
            ("move_mail_message", {"destination": SHUT + "2",
                                   "create": True})):
        error = mcp.tool_error(name, folder=OPEN, uid=seen, **more)
        assert error["code"] == "not_permitted", (name, error)
    for more in ({"attach_messages": [{"folder": SHUT, "uid": hidden}]},
                 {"attach_messages": [{"folder": "INBOX", "uid": 1}]}):
        for name in ("send_mail_message", "create_draft_mail_message"):
            error = mcp.tool_error(name, to=friend, subject="s",
                                   text_body="t", **more)
            assert error["code"] == "not_permitted", (name, error)
    error = mcp.tool_error("create_draft_mail_message", text_body="x",
                           in_reply_to={"folder": SHUT, "uid": hidden})
    assert error["code"] == "not_permitted", error
    error = mcp.tool_error("create_draft_mail_message", text_body="x",
                           replaces_uid=1)
    assert error["code"] == "not_permitted", error
    assert mailboxes.flags(server, SHUT, hidden) <= {"\\Recent"}


@case("answers that looked not everywhere say that the user keeps the rest")
def _():
    root = "<%s@postern.test>" % secrets.token_hex(8)
    uid = letter(OPEN, Message_ID=root, Subject="Faden")
    letter(SHUT, Message_ID="<%s@postern.test>" % secrets.token_hex(8),
           References=root, Subject="Re: Faden")
    full, mcp = server.mcp(), limited("folders", OPEN)
    assert len(full.tool("get_mail_thread", folder=OPEN,
                         uid=uid)["messages"]) == 2
    told = mcp.tool("get_mail_thread", folder=OPEN, uid=uid)
    assert len(told["messages"]) == 1 and "keeps" in told["note"], told
    told = mcp.tool("search_mail_messages", folder="\\All", subject="Faden")
    assert {m["folder"] for m in told["messages"]} == {OPEN}, told
    assert "keeps" in told["note"], told
    told = mcp.tool("suggest_mail_actions", folder=OPEN, uid=uid)
    assert "keeps" in told["note"] and SHUT not in str(told), told
    letter(SENT, From=server.username, To=friend)
    told = mcp.tool("find_unanswered_mail", folder=OPEN)
    assert "keeps the sent mail" in told["note"], told
    assert "keeps" not in str(full.tool("find_unanswered_mail", folder=OPEN))
    names = [m["name"] for m in mcp.tool("list_mailboxes")["mailboxes"]]
    assert names == [OPEN], names


@case("an undo reaches no hidden folder")
def _():
    mark = secrets.token_hex(8)
    uid = letter(OPEN, Subject=mark)
    moved = server.mcp().tool("move_mail_message", folder=OPEN, uid=uid,
                              destination=SHUT, create=True)
    mcp = limited("folders", OPEN)
    if server.can("UIDPLUS"):
        error = mcp.tool_error("undo_mail_change", undo=moved["undo"])
        assert error["code"] == "not_permitted", error
    else:                       # it was only marked where it was
        told = mcp.tool("undo_mail_change", undo=moved["undo"])
        assert "allowed these folders only" in told["note"], told
    assert mark in mailboxes.subjects(server, SHUT).values(), "it is gone"
    gone = mcp.tool("delete_mail_message", folder=OPEN, uid=letter(OPEN))
    mcp.tool("undo_mail_change", undo=gone["undo"])


@case("its own mail is filed and found again, though the folders are hidden")
def _():
    mcp, request = limited("folders", OPEN), secrets.token_hex(8)
    uid = letter(OPEN)
    first = mcp.tool("reply_mail_message", folder=OPEN, uid=uid,
                     text_body="x", request_id=request)
    assert first["filed"]["folder"] == SENT, first
    again = mcp.tool("reply_mail_message", folder=OPEN, uid=uid,
                     text_body="x", request_id=request)
    assert again["message_id"] == first["message_id"], again
    assert "before" in again["note"], again
    draft = mcp.tool("create_draft_mail_message", to=friend, text_body="x")
    assert draft["folder"] == DRAFTS, draft
    error = mcp.tool_error("send_draft_mail_message", uid=draft["uid"])
    assert error["code"] == "not_permitted", error


case.run()
