#!/usr/bin/env python3
"""Ask me first, by a link to the user's own page: for clients that can't show
a question.  Nothing is done before somebody who is signed in to that mailbox
says so there, and then once."""
import base64
import concurrent.futures
import html
import json
import secrets

import asking
import invitations
import mailboxes
import postern
from relay import Relay
from asking import client, link_of, press, visit
from visitor import Visitor

server = postern.Server()
case = postern.Cases()
SENT, DRAFTS, BOX = map(server.folder, ("Sent", "Drafts", "Linked"))
TRASH = server.folder("Trash")
SEND = "send_mail_message"
DELETE = "delete_mail_message"
box = asking.Box(server, BOX)
put, there, kept = box.put, box.there, box.kept
clients = {}


def asked(*kinds, **fields):
    key = kinds + tuple(fields)
    if key not in clients:
        clients[key] = client(server, *kinds, modern=False, **fields)
    return clients[key]


def shown(visitor):
    return html.unescape(visitor.page.text())


def is_done(visitor, word="done"):
    page = press(visitor, "confirm")
    assert page.status == 200, page
    assert word in page.text(), page
    return page


def is_over(visitor, decision="confirm", status=(404, 409)):
    page = press(visitor, decision)
    assert page.status in status, page
    return page


@case("item 61: what is to be sent waits as a draft, is shown whole, and goes "
      "out by Confirm")
def _():
    arguments = asking.message(cc="Third <third@postern.test>",
                               text_body="secret <b>words</b>\n")
    url, told = link_of(asked("send"), SEND, arguments)
    draft = told["filed"]
    assert draft["folder"] == DRAFTS and there(DRAFTS, draft["uid"]), told
    assert kept(SENT, "Message-ID", told["message_id"]) == []
    visitor = visit(server, url)
    page = shown(visitor)
    for word in (arguments["to"], "third@postern.test", arguments["subject"],
                 "secret <b>words</b>", "Send a message"):
        assert word in page, (word, page)
    assert "<b>words</b>" not in visitor.page.text()
    is_done(visitor, "was sent")
    assert asking.arrivals(server, told["message_id"]) == 1
    assert len(kept(SENT, "Message-ID", told["message_id"])) == 1
    assert not there(DRAFTS, draft["uid"])


@case("item 61: all that goes out is shown: HTML that says something else than "
      "the text, what it hides, and where answers go")
def _():
    for kind, tool in (("send", SEND), ("draft", "create_draft_mail_message")):
        url, _ = link_of(asked(kind), tool, asking.message(
            text_body="harmless text\u200b\n", reply_to="away@x.example",
            html_body="<p>other words</p><p style='display:none'>unseen "
            "words</p><img src='https://x.example/?address=words'>"))
        page = shown(visit(server, url))
        for word in ("harmless text", "other words", "unseen words",
                     "?address=words", "away@x.example",
                     "Characters that nobody sees"):
            assert word in page, (kind, word, page)


@case("item 61: a link does it once: not by Confirm again, nor by another "
      "browser")
def _():
    url, told = link_of(asked("send"), SEND, asking.message())
    first, second = visit(server, url), visit(server, url)
    is_done(first, "was sent")
    is_over(first)
    is_over(second)
    assert visit(server, url).page.status in (404, 409)
    assert asking.arrivals(server, told["message_id"]) == 1


@case("item 61: Confirm pressed in several browsers at once: it is sent once")
def _():
    url, told = link_of(asked("send"), SEND, asking.message())
    visitors = [visit(server, url) for _ in range(3)]
    with concurrent.futures.ThreadPoolExecutor(3) as pool:
        pages = list(pool.map(lambda v: press(v, "confirm"), visitors))
    sent = [page for page in pages if "The message was sent" in page.text()]
    if not server.keeps():
        raise postern.Skip("nothing is kept in the mailbox")
    assert len(sent) == 1, [page.text() for page in pages]
    assert asking.arrivals(server, told["message_id"]) == 1
    assert len(kept(SENT, "Message-ID", told["message_id"])) == 1


@case("item 61: who acted on a link was killed: nobody knows, and nothing is "
      "done")
def _():
    if not server.keeps():
        raise postern.Skip("nothing is kept in the mailbox")
    arguments = asking.message()
    url, _ = link_of(asked("draft"), "create_draft_mail_message", arguments)
    visitor = visit(server, url)
    is_done(visitor)
    asking.forget_outcome(server)
    page = press(visitor, "confirm")
    assert page.status == 200 and "nobody knows" in page.text(), page
    assert len(kept(DRAFTS, "Subject", arguments["subject"])) == 1


@case("item 61: what was refused is not done any more")
def _():
    url, told = link_of(asked("send"), SEND, asking.message())
    visitor = visit(server, url)
    other = visit(server, url)
    page = press(visitor, "refuse")
    assert page.status == 200 and "Nothing was done" in page.text(), page
    assert there(DRAFTS, told["filed"]["uid"])
    if not server.keeps():
        raise postern.Skip("nothing is kept in the mailbox")
    is_over(other)
    assert kept(SENT, "Message-ID", told["message_id"]) == []


@case("item 61: a link without a sign-in shows and does nothing")
def _():
    arguments = asking.message()
    url, told = link_of(asked("send"), SEND, arguments)
    visitor = Visitor(server)
    page = visitor.open(url)
    assert page.status == 200 and "password" in page.text(), page
    assert arguments["subject"] not in page.text()
    assert arguments["to"] not in page.text()
    press(visitor, "confirm")
    assert kept(SENT, "Message-ID", told["message_id"]) == []


@case("item 61: a link is nothing to another mailbox")
def _():
    address, password = mailboxes.other()
    arguments = asking.message()
    url, told = link_of(asked("send"), SEND, arguments)
    visitor = visit(server, url, username=address, password=password)
    assert arguments["subject"] not in visitor.page.text()
    press(visitor, "confirm")
    assert kept(SENT, "Message-ID", told["message_id"]) == []


@case("item 61: a link that was changed, or is another token, does nothing")
def _():
    arguments = asking.message()
    url, told = link_of(asked("send"), SEND, arguments)
    token = asking.token_of(url)
    state = asking.call(client(server, "send"), SEND,
                        asking.message())["requestState"]
    for bad in (*asking.tampered(token), "", "x", state,
                asked("send").token):
        page = Visitor(server).open(url.replace(token, bad))
        assert page.status == 410, page
    assert kept(SENT, "Message-ID", told["message_id"]) == []


@case("item 61: a link holds no credential")
def _():
    url, _ = link_of(asked("send"), SEND, asking.message())
    token = asking.token_of(url)
    header = json.loads(base64.urlsafe_b64decode(
        token.split(".")[0] + "=="))
    assert header["typ"] == "mcp-state+jwe", header
    message, headers = asked("send").message("tools/list")
    other = postern.Mcp(server, token)
    assert other.post(message, headers).status == 401


@case("item 61: an agent that was disconnected gets nothing done")
def _():
    if not server.keeps():
        raise postern.Skip("nothing is kept in the mailbox")
    mcp = client(server, "send", modern=False)
    url, told = link_of(mcp, SEND, asking.message())
    visitor = visit(server, url)
    box = mailboxes.login(server)
    root = server.folder("Connected Agents")
    box.select('"%s"' % root)
    _, found = box.uid("SEARCH", "UNDELETED", "HEADER", "X-Postern-Grant",
                       "v1")
    box.uid("STORE", found[0].split()[-1].decode(), "+FLAGS.SILENT",
            r"(\Deleted)")
    box.expunge()
    box.logout()
    page = press(visitor, "confirm")
    assert page.status == 403 and "disconnected" in page.text(), page
    assert kept(SENT, "Message-ID", told["message_id"]) == []


@case("item 61: another draft in its place is not sent")
def _():
    url, told = link_of(asked("send"), SEND, asking.message())
    box = mailboxes.login(server)
    box.select('"%s"' % DRAFTS)
    box.uid("STORE", str(told["filed"]["uid"]), "+FLAGS.SILENT",
            r"(\Deleted)")
    box.expunge()
    box.logout()
    visitor = visit(server, url)
    assert visitor.page.status == 404, visitor.page
    assert kept(SENT, "Message-ID", told["message_id"]) == []


@case("item 61: a request_id that waits already waits by the same draft")
def _():
    arguments = asking.message(request_id="r" + secrets.token_hex(8))
    _, first = link_of(asked("send"), SEND, arguments)
    url, again = link_of(asked("send"), SEND, arguments)
    assert again["filed"]["uid"] == first["filed"]["uid"], (first, again)
    is_done(visit(server, url), "was sent")
    told = asked("send").tool(SEND, **arguments)
    assert told["state"] == "sent" and "sent before" in told["note"], told
    assert asking.arrivals(server, told["message_id"]) == 1


@case("item 61: what waits for its time is shown with it, and keeps it where "
      "it is asked for again")
def _():
    if not server.keeps():
        raise postern.Skip("nothing is kept in the mailbox")
    arguments = asking.message(request_id=secrets.token_hex(8),
                               send_at="2099-01-02T03:04:05+00:00")
    for _ in range(2):
        url, _ = link_of(asked("send"), SEND, arguments)
        page = shown(visit(server, url))
        assert "To be sent at" in page and "2099-01-02T03:04:05" in page, page


@case("item 61: answers and forwarded messages wait, and mark the other once "
      "sent")
def _():
    address, _ = mailboxes.other()
    for tool, mark in (("reply_mail_message", "\\Answered"),
                       ("forward_mail_message", "$Forwarded")):
        uid = put()
        url, told = link_of(asked("send"), tool, {
            "folder": BOX, "uid": uid, "text_body": "y\n", "to": address})
        assert mark not in mailboxes.flags(server, BOX, uid)
        is_done(visit(server, url), "was sent")
        assert asking.arrivals(server, told["message_id"]) == 1
        if mark[0] == "\\":
            assert mark in mailboxes.flags(server, BOX, uid)


@case("item 61: a draft that is there is sent by a link, whichever folder it "
      "is in")
def _():
    draft = asked("send").tool("create_draft_mail_message",
                               **asking.message(folder=BOX))
    url, told = link_of(asked("send"), "send_draft_mail_message",
                        {"folder": BOX, "uid": draft["uid"]})
    is_done(visit(server, url), "was sent")
    assert asking.arrivals(server, draft["message_id"]) == 1


@case("item 61: a grant of some folders and recipients only waits as any "
      "other")
def _():
    address, _ = mailboxes.other()
    mcp = client(server, "send", "unsubscribe", modern=False, folders="INBOX",
                 recipients=address)
    url, told = link_of(mcp, SEND, asking.message())
    is_done(visit(server, url), "was sent")
    assert asking.arrivals(server, told["message_id"]) == 1
    error = mcp.tool_error(SEND, **asking.message(cc="x@postern.test"))
    assert error["code"] == "not_permitted", error


@case("item 61: deleting for good waits, and its page names folder and UIDs "
      "alone")
def _():
    uids = [put(), put()]
    url, told = link_of(asked("delete"), DELETE, {
        "folder": BOX, "uids": uids, "permanent": True})
    assert "UIDs: %d:%d" % tuple(uids) in told["message"], told
    assert "Messages: 2\n" in told["message"], told
    assert all(there(BOX, uid) for uid in uids)
    visitor = visit(server, url)
    page = shown(visitor)
    assert BOX in page and "%d:%d" % tuple(uids) in page, page
    assert "received text" not in page, page
    is_done(visitor)
    assert not any(there(BOX, uid) for uid in uids)
    is_over(visitor)


@case("item 61: moving waits, to the trash and elsewhere")
def _():
    uid = put()
    url, _ = link_of(asked("trash"), DELETE, {"folder": BOX, "uid": uid})
    assert there(BOX, uid)
    is_done(visit(server, url))
    assert not there(BOX, uid)
    uid = put()
    url, _ = link_of(asked("move"), "move_mail_message", {
        "folder": BOX, "uid": uid, "destination": BOX + "2",
        "create": True})
    assert there(BOX, uid)
    is_done(visit(server, url))
    assert not there(BOX, uid)


@case("item 61: deleting a folder waits")
def _():
    name = server.folder("Linked-" + secrets.token_hex(4))
    put(name)
    url, _ = link_of(asked("delete"), "delete_mailbox", {
        "name": name, "even_if_not_empty": True})
    visitor = visit(server, url)
    assert name in shown(visitor)
    is_done(visitor)
    box = mailboxes.login(server)
    assert box.select('"%s"' % name, True)[0] == "NO"
    box.logout()


@case("item 61: a draft waits, however long its text is")
def _():
    mcp = asked("draft")
    for size in (10, 60000):
        if size > 1000 and not server.keeps():
            raise postern.Skip("nothing is kept in the mailbox")
        arguments = asking.message(text_body="words \u00e4 <i> " * size)
        url, _ = link_of(mcp, "create_draft_mail_message", arguments)
        assert kept(DRAFTS, "Subject", arguments["subject"]) == []
        visitor = visit(server, url)
        assert "words \u00e4 <i> words" in shown(visitor)
        assert arguments["subject"] in shown(visitor)
        is_done(visitor)
        found = kept(DRAFTS, "Subject", arguments["subject"])
        assert len(found) == 1, found
        is_over(visitor)
        assert len(kept(DRAFTS, "Subject", arguments["subject"])) == 1


def hidden():
    """How many messages wait in the hidden folder."""
    box = mailboxes.login(server)
    count = 0
    for name in (server.folder("Connected Agents", "Uploads"),
                 server.folder("Connected Agents") + " (Uploads)"):
        if box.select('"%s"' % name, True)[0] == "OK":
            count += len(box.uid("SEARCH", "UNDELETED")[1][0].split())
    box.logout()
    return count


@case("item 61: what waits in the hidden folder goes with the answer, and an "
      "upload with the yes alone")
def _():
    if not server.keeps():
        raise postern.Skip("nothing is kept in the mailbox")
    mcp, before = asked("draft"), hidden()
    upload = mcp.tool("get_upload_url", filename="a.bin", size=9)["url"]
    assert postern.fetch("PUT", upload, {}, b"the bytes").status < 300
    arguments = asking.message(text_body="x" * 2000,
                               attachment_urls=[upload])
    file = int(upload.startswith(server.base_url))      # else it is in S3
    for decision, left in (("refuse", file), ("confirm", 0)):
        url, _ = link_of(mcp, "create_draft_mail_message", arguments)
        assert hidden() == before + 1 + file
        visitor = visit(server, url)
        assert "a.bin" in shown(visitor)
        page = press(visitor, decision)
        assert page.status == 200, page
        assert hidden() == before + left, (decision, hidden(), before)
    uid, = kept(DRAFTS, "Subject", arguments["subject"])
    box = mailboxes.login(server)
    box.select('"%s"' % DRAFTS, True)
    file, = mailboxes.read(box, uid).iter_attachments()
    box.logout()
    assert file.get_payload(decode=True) == b"the bytes", file


@case("item 61: an answer kept as a draft waits")
def _():
    uid = put()
    url, _ = link_of(asked("draft"), "reply_mail_message", {
        "folder": BOX, "uid": uid, "text_body": "y\n", "draft": True})
    is_done(visit(server, url))
    assert kept(DRAFTS, "To", "someone@example.org")


@case("item 61: an answer to an invitation waits")
def _():
    uid = invitations.put(server)
    url, told = link_of(asked("invitation"), "respond_to_invitation", {
        "uid": uid, "response": "accept"})
    visitor = visit(server, url)
    assert "Answer an invitation" in shown(visitor)
    is_done(visitor, "was sent")
    assert asking.arrivals(server, told["message_id"]) == 1


@case("item 61: leaving a list waits")
def _():
    address, _ = mailboxes.other()
    uid = server.deliver("INBOX", (
        "List-Unsubscribe: <mailto:%s?subject=leave-%s>\n"
        "From: news@list.example\nTo: %s\nSubject: News\n\nx\n" % (
            address, secrets.token_hex(8), server.username)))
    url, _ = link_of(asked("unsubscribe"), "unsubscribe_mailing_list",
                     {"uid": uid})
    visitor = visit(server, url)
    assert address in shown(visitor)
    is_done(visitor)
    is_over(visitor)


@case("item 61: whose servers the operator named for the agent signs in "
      "with these")
def _():
    told = server.ready["imap"]
    with Relay((told["host"], told["port"])) as gate:
        agent = server.provision(imap=gate.port)
        mcp = client(server, "send", modern=False, agent=agent)
        url, told = link_of(mcp, SEND, asking.message())
        is_done(visit(server, url), "was sent")
        assert asking.arrivals(server, told["message_id"]) == 1


@case("item 61: of two mailboxes the one that is asked for gets the link")
def _():
    address, password = mailboxes.other()
    told = server.sign_in(fields={"ask": ["delete"]}, before=[
        {"username": address, "password": password, "ask": ["delete"]}])
    mcp = postern.Mcp(server, told["access_token"])
    uid = put()
    url, _ = link_of(mcp, DELETE, {
        "account": server.username, "folder": BOX, "uid": uid,
        "permanent": True})
    is_done(visit(server, url))
    assert not there(BOX, uid)


case.run()
