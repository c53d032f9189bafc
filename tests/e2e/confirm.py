#!/usr/bin/env python3
"""Ask me first, by a question that the client shows (MRTR of 2026-07-28):
nothing is done without a yes that was given to exactly that call, and with
one it is done once."""
import concurrent.futures
import secrets

import asking
import invitations
import mailboxes
import postern
from asking import NO, YES, call, client, confirmed, question, refused, said

server = postern.Server()
case = postern.Cases()
SENT, DRAFTS, BOX = map(server.folder, ("Sent", "Drafts", "Asked"))
TRASH = server.folder("Trash")
SEND = "send_mail_message"
DELETE = "delete_mail_message"
box = asking.Box(server, BOX)
put, there, kept = box.put, box.there, box.kept
clients = {}


def asked(*kinds):
    """One client for each choice of kinds."""
    if kinds not in clients:
        clients[kinds] = client(server, *kinds)
    return clients[kinds]


@case("item 60: sending asks first, names whom it goes to, and is done by a "
      "yes")
def _():
    arguments = asking.message(cc="Third <third@postern.test>",
                               text_body="secret words\n")
    first = call(asked("send"), SEND, arguments)
    lines = question(first)
    assert "To: " + arguments["to"] in lines, lines
    assert "Cc: third@postern.test" in lines, lines
    assert "secret words" not in str(first), first
    assert arguments["subject"] not in str(first), first
    assert kept(SENT, "Subject", arguments["subject"]) == []
    told = call(asked("send"), SEND, arguments, first["requestState"],
                YES)["structuredContent"]
    assert told["state"] == "sent" and told["filed"]["folder"] == SENT, told
    assert asking.arrivals(server, told["message_id"]) == 1


@case("item 60: what nobody wants to be asked for is done at once")
def _():
    told = call(asked("delete"), SEND, asking.message())
    assert told["structuredContent"]["state"] == "sent", told
    result = call(asked("send"), DELETE,
                  {"folder": BOX, "uid": put(), "permanent": True})
    assert result["structuredContent"]["permanent"], result


@case("item 60: no, in each way it can be said, is an answer: nothing is "
      "done")
def _():
    for answer in (said("decline"), said("cancel"), NO,
                   {**said("decline"), "other": {"action": "x"}}):
        arguments = asking.message()
        first = call(asked("send"), SEND, arguments)
        result = call(asked("send"), SEND, arguments, first["requestState"],
                      answer)
        assert not result.get("isError"), result
        assert result["structuredContent"]["state"] == "refused", result
        assert kept(SENT, "Subject", arguments["subject"]) == []
    uid = put()
    arguments = {"folder": BOX, "uid": uid, "permanent": True}
    first = call(asked("delete"), DELETE, arguments)
    result = call(asked("delete"), DELETE, arguments, first["requestState"],
                  said("decline"))
    assert "nothing was done" in result["structuredContent"]["note"], result
    assert there(BOX, uid)


@case("item 60: a missing answer, or one of another shape, is asked for "
      "again")
def _():
    arguments = asking.message()
    first = call(asked("send"), SEND, arguments)
    for answers in (None, {}, {"other": {"action": "accept"}},
                    said("accept"), said("accept", ok="true"),
                    said("accept", ok=1), said("accept", yes=True)):
        again = call(asked("send"), SEND, arguments, first["requestState"],
                     answers)
        assert question(again) == question(first), again
        assert again["requestState"] != first["requestState"]
    assert kept(SENT, "Subject", arguments["subject"]) == []
    # An answer to nothing that was asked is none.
    question(call(asked("send"), SEND, arguments, None, YES))


@case("item 60: an answer that is none is refused")
def _():
    arguments = asking.message()
    first = call(asked("send"), SEND, arguments)
    for answers in ([], "accept", {"confirm": "accept"}, {"confirm": {}},
                    {"confirm": {"action": True}}, said("yes")):
        refused(asked("send"), SEND, arguments, first["requestState"],
                answers)
    for state in (True, 7, {}, None):
        params = {"name": SEND, "arguments": arguments,
                  "requestState": state, "inputResponses": YES}
        try:
            result = asked("send").call("tools/call", params)
        except postern.Refused as bad:
            assert bad.code == -32602, bad
        else:
            assert state is None, (state, result)


@case("item 60: a requestState that was changed, or is another token, is "
      "refused")
def _():
    arguments = asking.message()
    state = call(asked("send"), SEND, arguments)["requestState"]
    for changed in (*asking.tampered(state), "", "x", state[:-1],
                    state + "A", asked("send").token):
        refused(asked("send"), SEND, arguments, changed)
    assert kept(SENT, "Subject", arguments["subject"]) == []


@case("item 60: a requestState of other arguments, another tool or method is "
      "refused")
def _():
    arguments = asking.message()
    state = call(asked("send"), SEND, arguments)["requestState"]
    for more in ({"to": "third@postern.test"}, {"bcc": "t@postern.test"},
                 {"text_body": "other\n"}, {"request_id": "r1"}):
        refused(asked("send"), SEND, {**arguments, **more}, state)
    refused(asked("send"), "create_draft_mail_message", arguments, state)
    refused(asked("send"), "list_accounts", {}, state)
    for method in ("tools/list", "prompts/list", "server/discover"):
        try:
            asked("send").call(method, {"requestState": state})
        except postern.Refused as bad:
            assert bad.code in (-32602, -32601), bad
        else:
            raise AssertionError(method)
    # The order of arguments says nothing.
    turned = dict(reversed(list(arguments.items())))
    told = call(asked("send"), SEND, turned, state, YES)
    assert told["structuredContent"]["state"] == "sent", told


@case("item 60: a requestState of another grant is refused")
def _():
    arguments = asking.message()
    state = call(asked("send"), SEND, arguments)["requestState"]
    refused(client(server, "send"), SEND, arguments, state)
    assert kept(SENT, "Subject", arguments["subject"]) == []


@case("item 60: a yes is good for once: what was sent is not sent again")
def _():
    arguments = asking.message()
    first = call(asked("send"), SEND, arguments)
    told = call(asked("send"), SEND, arguments, first["requestState"],
                YES)["structuredContent"]
    for _ in range(2):
        assert "used" in refused(asked("send"), SEND, arguments,
                                 first["requestState"])
    assert asking.arrivals(server, told["message_id"]) == 1
    assert len(kept(SENT, "Subject", arguments["subject"])) == 1


@case("item 60: one yes by several at once: it is sent once")
def _():
    arguments = asking.message()
    state = call(asked("send"), SEND, arguments)["requestState"]

    def go(_):
        mcp = postern.Mcp(server, asked("send").token, True)
        try:
            result = call(mcp, SEND, arguments, state, YES)
        except postern.Refused as bad:
            assert bad.code == -32602, bad
            return "used"
        if result.get("isError"):
            error = result["structuredContent"]["error"]
            assert error["code"] == "unknown_state", error
            return "unknown"
        return result["structuredContent"]["state"]

    with concurrent.futures.ThreadPoolExecutor(4) as pool:
        states = sorted(pool.map(go, range(4)))
    if not server.keeps():
        raise postern.Skip("nothing is kept in the mailbox")
    assert states.count("sent") == 1, states
    assert set(states) <= {"sent", "used", "unknown"}, states
    found = kept(SENT, "Subject", arguments["subject"])
    assert len(found) == 1, found


@case("item 60: who acted on a yes was killed: nobody knows, and nothing is "
      "done")
def _():
    if not server.keeps():
        raise postern.Skip("nothing is kept in the mailbox")
    arguments = asking.message()
    first = call(asked("send"), SEND, arguments)
    told = call(asked("send"), SEND, arguments, first["requestState"],
                YES)["structuredContent"]
    asking.forget_outcome(server)
    result = call(asked("send"), SEND, arguments, first["requestState"], YES)
    error = result["structuredContent"]["error"]
    assert error["code"] == "unknown_state", error
    assert "nobody knows" in error["message"], error
    assert asking.arrivals(server, told["message_id"]) == 1


@case("item 60: what a yes was given to is done, or asked for anew")
def _():
    uid = put()
    arguments = {"folder": BOX, "uid": uid}
    mcp = asked("trash")
    state = call(mcp, DELETE, arguments)["requestState"]
    box = mailboxes.login(server)
    box.select('"%s"' % BOX)
    box.uid("STORE", str(uid), "+FLAGS", r"(\Deleted)")
    box.expunge()
    box.logout()
    result = call(mcp, DELETE, arguments, state, YES)
    error = result["structuredContent"]["error"]
    assert error["code"] == "message_not_found", error


@case("item 60: deleting for good asks, and names folder and UIDs alone")
def _():
    uids = [put(), put()]
    lines, told = confirmed(asked("delete"), DELETE, {
        "folder": BOX, "uids": uids, "permanent": True})
    assert "Folder: " + BOX in lines, lines
    assert "UIDs: %d:%d" % tuple(uids) in lines, lines
    assert "received" not in str(lines), lines
    assert sorted(told["uids"]) == uids, told
    assert not any(there(BOX, uid) for uid in uids)


@case("item 60: moving to the trash and elsewhere ask as what they are")
def _():
    uid = put()
    lines, told = confirmed(asked("trash"), DELETE,
                            {"folder": BOX, "uid": uid})
    assert told["uids"] == [uid] and "To folder: " + TRASH in lines, lines
    uid = put()
    lines, told = confirmed(asked("trash"), "move_mail_message", {
        "folder": BOX, "uid": uid, "destination": "\\Trash"})
    assert told["destination"] == TRASH, told
    uid = put()
    result = call(asked("trash"), "move_mail_message", {
        "folder": BOX, "uid": uid, "destination": BOX + "2",
        "create": True})
    assert result["structuredContent"]["uids"] == [uid], result
    uid = put()
    lines, told = confirmed(asked("move"), "move_mail_message", {
        "folder": BOX, "uid": uid, "destination": BOX + "2"})
    assert "To folder: " + BOX + "2" in lines, lines
    assert not there(BOX, uid)
    look = call(asked("move"), "move_mail_message", {
        "folder": BOX, "uid": put(), "destination": BOX + "2",
        "dry_run": True})
    assert look["structuredContent"]["dry_run"], look


@case("item 60: the flag of what is to be deleted asks as deleting does")
def _():
    arguments = {"folder": BOX, "uid": put(), "add": ["\\deleted"]}
    tool = "update_mail_message_flags"
    first = call(asked("delete"), tool, arguments)
    assert question(first)[0] == "Mark messages as deleted", first
    result = call(asked("delete"), tool, arguments, first["requestState"],
                  NO)
    assert "said no" in result["content"][0]["text"], result
    assert there(BOX, arguments["uid"])
    _, told = confirmed(asked("trash"), tool, arguments)
    assert told["uids"] == [arguments["uid"]], told
    result = call(asked("delete"), tool, {**arguments, "add": ["\\Seen"]})
    assert result["resultType"] == "complete", result


@case("item 60: what goes to the trash by another name, or as a whole folder, "
      "asks as that")
def _():
    tool = "move_mail_message"
    for name in ("Trash", "trash-" + secrets.token_hex(4)):
        arguments = {"folder": BOX, "uid": put(), "create": True,
                     "destination": name if name == "Trash" else
                     server.folder("Trash", name)}
        lines, told = confirmed(asked("trash"), tool, arguments)
        assert lines[0] == "Move messages to the trash", lines
        assert told["destination"].startswith(TRASH), told
    name = "Asked-" + secrets.token_hex(4)
    put(server.folder(name))
    arguments = {"name": server.folder(name),
                 "new_name": server.folder("Trash", name)}
    lines, told = confirmed(asked("trash"), "rename_mailbox", arguments)
    assert "Folder: " + arguments["name"] in lines, lines
    assert told["name"] == arguments["new_name"], told
    result = call(asked("trash"), "rename_mailbox", {
        "name": told["name"], "new_name": server.folder(name)})
    assert result["structuredContent"]["name"] == server.folder(name), result


@case("item 60: a draft in the place of another asks as what becomes of that")
def _():
    tool = "create_draft_mail_message"
    for kind, folder, word in (("trash", DRAFTS, "to the trash"),
                               ("delete", TRASH, "for good")):
        uid = server.deliver(folder, "Subject: old\n\nold\n", r"(\Draft)")
        arguments = {**asking.message(), "folder": folder,
                     "replaces_uid": uid}
        first = call(asked(kind), tool, arguments)
        lines = question(first)
        assert word in lines[0], lines
        assert "UID of the other draft: %d" % uid in lines, lines
        assert there(folder, uid)
        told = call(asked(kind), tool, arguments, first["requestState"], YES)
        assert told["structuredContent"]["replaced_uid"] == uid, told
        assert not there(folder, uid)


@case("item 60: deleting a folder asks, and names those that go")
def _():
    name = server.folder("Asked-" + secrets.token_hex(4))
    put(name)
    lines, told = confirmed(asked("delete"), "delete_mailbox", {
        "name": name, "even_if_not_empty": True})
    assert "Folder: " + name in lines and told["deleted"] == [name], told


@case("item 60: a draft, also one that answers, asks where that is wanted")
def _():
    lines, told = confirmed(asked("draft"), "create_draft_mail_message",
                            asking.message())
    assert lines[0] == "Keep a draft", lines
    assert kept(DRAFTS, "Message-ID", told["message_id"])
    uid = put()
    lines, told = confirmed(asked("draft"), "reply_mail_message", {
        "folder": BOX, "uid": uid, "text_body": "y\n", "draft": True})
    assert told["state"] == "draft" and "received" not in str(lines), lines
    assert "To: someone@example.org" in lines, lines


@case("item 60: answering and forwarding ask, and mark the other afterwards")
def _():
    address, _ = mailboxes.other()
    for tool, more, mark in (
            ("reply_mail_message", {"to": address}, "\\Answered"),
            ("forward_mail_message", {"to": address}, "$Forwarded")):
        uid = put()
        arguments = {"folder": BOX, "uid": uid, "text_body": "y\n", **more}
        first = call(asked("send"), tool, arguments)
        assert "received" not in str(first["inputRequests"]), first
        assert mark not in mailboxes.flags(server, BOX, uid)
        told = call(asked("send"), tool, arguments, first["requestState"],
                    YES)["structuredContent"]
        assert told["state"] == "sent", told
        assert asking.arrivals(server, told["message_id"]) == 1
        if mark[0] == "\\":
            assert mark in mailboxes.flags(server, BOX, uid)


@case("item 60: a draft is sent by a yes to that draft")
def _():
    mcp = asked("send")
    draft = call(mcp, "create_draft_mail_message",
                 asking.message())["structuredContent"]
    lines, told = confirmed(mcp, "send_draft_mail_message", {
        "folder": draft["folder"], "uid": draft["uid"]})
    assert "UID: %d" % draft["uid"] in lines, lines
    assert told["state"] == "sent", told
    assert asking.arrivals(server, told["message_id"]) == 1


@case("item 60: an answer to an invitation asks where that is wanted")
def _():
    uid = invitations.put(server)
    lines, told = confirmed(asked("invitation"), "respond_to_invitation", {
        "uid": uid, "response": "accept"})
    assert lines[0] == "Answer an invitation", lines
    assert told["state"] == "sent" and told["accepted"], told


@case("item 60: an answer to an invitation in one's own words asks as sending "
      "does")
def _():
    tool = "respond_to_invitation"
    uid = invitations.put(server)
    arguments = {"uid": uid, "response": "accept", "comment": "secret words"}
    first = call(asked("send"), tool, arguments)
    assert question(first)[0] == "Send a message", first
    assert "secret words" not in str(first), first
    result = call(asked("send"), tool, arguments, first["requestState"], NO)
    assert result["structuredContent"]["state"] == "refused", result
    del arguments["comment"]
    told = call(asked("send"), tool, arguments)
    assert told["structuredContent"]["state"] == "sent", told


@case("item 60: leaving a list asks, and names whom it tells")
def _():
    address, _ = mailboxes.other()
    uid = server.deliver("INBOX", (
        "List-Unsubscribe: <mailto:%s?subject=evil%%20words>\n"
        "From: news@list.example\nTo: %s\nSubject: News\n\nx\n" % (
            address, server.username)))
    lines, told = confirmed(asked("unsubscribe"), "unsubscribe_mailing_list",
                            {"uid": uid})
    assert "Mail to: " + address in lines, lines
    assert "evil" not in str(lines), lines
    assert told["way"] == "mail" and told["sent"]["state"] == "sent", told


@case("item 60: a client that shows no forms is given no question")
def _():
    arguments = asking.message()
    for forms in ({}, {"elicitation": {"url": {}}}, {"elicitation": True},
                  {"sampling": {}}):
        result = call(asked("send"), SEND, arguments, forms=forms)
        told = result["structuredContent"]
        assert told["state"] == "waiting_for_confirmation", told
    result = call(asked("send"), SEND, arguments,
                  forms={"elicitation": {"form": {}}})
    question(result)


case.run()
