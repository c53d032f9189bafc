#!/usr/bin/env python3
"""Which extensions of IMAP each tool makes use of where the server has them,
and that it does its work where one is missing.  What was used goes into a
file of $TAP_DIR, of which tests/contract/extensions makes a table."""
import json
import os
import secrets

import mailboxes
import postern
import recorder

server = postern.Server()
case = postern.Cases()
tools = {}
LETTER = ("From: Ann <ann@example.org>\nTo: me@postern.test\n"
          "Message-ID: <%s@example.org>\nSubject: %s\nMIME-Version: 1.0\n"
          "Content-Type: text/plain; charset=utf-8\n\nGrüße\n")


def tool(name, *rows):
    """A call of a tool.  A row is a capability, what must be used of it
    where it is offered, and what where it is not."""
    def keep(function):
        tools[name] = (function, rows)
        return function
    return keep


def put(subject="=?utf-8?q?Gr=C3=BC=C3=9Fe?=", folder=None, message=LETTER):
    """A new message in a folder of its own: name and UID."""
    folder = folder or server.folder("Ext-" + secrets.token_hex(4))
    return folder, server.deliver(folder, message % (
        secrets.token_hex(8), subject))


def is_gone(folder, uid, told):
    """Or marked so, where single messages can't be expunged."""
    if uid not in mailboxes.subjects(server, folder):
        return True
    return "\\Deleted" in mailboxes.flags(server, folder, uid) and \
        "\\Deleted" in told["note"]


@tool("list_accounts", ("QUOTA", "QUOTA", None))
def _(mcp):
    told = mcp.tool("list_accounts", check=True)
    assert len(told["accounts"]) == 1, told


@tool("list_mailboxes", ("LIST-EXTENDED", "LIST-EXTENDED", "LSUB"),
      ("LIST-STATUS", "LIST-STATUS", "STATUS"),
      ("SPECIAL-USE", "SPECIAL-USE", None))
def _(mcp):
    told = mcp.tool("list_mailboxes")["mailboxes"]
    roles = {f["role"]: f["name"] for f in told if "role" in f}
    assert roles.get("\\Sent") == server.folder("Sent"), told
    inbox, = [f for f in told if f["name"] == "INBOX"]
    assert inbox["messages"] >= inbox["unseen"] >= 0, inbox


@tool("list_mail_messages", ("PREVIEW", "PREVIEW", None))
def _(mcp):
    folder, uid = put()
    told = mcp.tool("list_mail_messages", folder=folder)
    assert [m["uid"] for m in told["messages"]] == [uid], told


@tool("search_mail_messages", ("ESEARCH", "ESEARCH", "SEARCH"),
      ("LITERAL+", "LITERAL+", "literals that wait"))
def _(mcp):
    folder, uid = put()
    put("Hallo", folder)
    told = mcp.tool("search_mail_messages", folder=folder, subject="Grüße")
    assert [m["uid"] for m in told["messages"]] == [uid], told
    assert told["total"] == 1, told


@tool("get_mail_message")
def _(mcp):
    folder, uid = put()
    told = mcp.tool("get_mail_message", folder=folder, uid=uid)
    assert told["message"]["text"].strip() == "Grüße", told


@tool("get_mail_attachment")
def _(mcp):
    folder, uid = put(message="From: a@example.org\nMessage-ID: <%s@x>\n"
                      "Subject: %s\nMIME-Version: 1.0\nContent-Type: "
                      "multipart/mixed; boundary=b\n\n--b\nContent-Type: "
                      "text/plain\n\nx\n--b\nContent-Type: text/csv\n"
                      "Content-Disposition: attachment; filename=a.csv\n\n"
                      "1,2\n--b--\n")
    told = mcp.tool("get_mail_attachment", folder=folder, uid=uid, part="2",
                    inline=True)
    assert "1,2" in json.dumps(told), told


@tool("send_mail_message", (None, "APPEND", None))
def _(mcp):
    subject = secrets.token_hex(8)
    told = mcp.tool("send_mail_message", to=server.username, subject=subject,
                    text_body="Grüße")
    assert told["state"] == "sent" and "uid" in told["filed"], told
    there = mailboxes.subjects(server, server.folder("Sent"))
    assert there[told["filed"]["uid"]] == subject


@tool("create_draft_mail_message", (None, "APPEND", None))
def _(mcp):
    told = mcp.tool("create_draft_mail_message", subject="Draft",
                    text_body="Grüße")
    assert mailboxes.subjects(server, server.folder("Drafts"))[
        told["uid"]] == "Draft"


@tool("update_mail_message_flags", (None, "STORE", None))
def _(mcp):
    folder, uid = put()
    told = mcp.tool("update_mail_message_flags", folder=folder, uid=uid,
                    add=["\\Flagged"])
    assert told["uids"] == [uid], told


@tool("move_mail_message", ("MOVE", "MOVE", "COPY"))
def _(mcp):
    folder, uid = put()
    target = server.folder("Ext-" + secrets.token_hex(4))
    told = mcp.tool("move_mail_message", folder=folder, uid=uid,
                    destination=target, create=True)
    assert told["uids"] == [uid], told
    assert list(mailboxes.subjects(server, target)) == [1]
    assert is_gone(folder, uid, told)


@tool("delete_mail_message", ("UIDPLUS", "UID EXPUNGE", None))
def _(mcp):
    folder, uid = put()
    _, other = put("other", folder)
    client = server.imap(folder)
    client.uid("STORE", str(other), "+FLAGS", "\\Deleted")
    client.logout()
    told = mcp.tool("delete_mail_message", folder=folder, uid=uid,
                    permanent=True)
    assert told["uids"] == [uid], told
    assert is_gone(folder, uid, told)
    left = mailboxes.subjects(server, folder)
    assert other in left, "somebody else's message was taken along"


def name():
    return server.folder("Ext-" + secrets.token_hex(4))


@tool("create_mailbox")
def _(mcp):
    new = name()
    assert mcp.tool("create_mailbox", name=new)["name"] == new
    assert mailboxes.subjects(server, new) == {}


@tool("rename_mailbox")
def _(mcp):
    (old, _), new = put(), name()
    assert mcp.tool("rename_mailbox", name=old, new_name=new)["name"] == new
    assert len(mailboxes.subjects(server, new)) == 1


@tool("delete_mailbox")
def _(mcp):
    folder, _ = put()
    mcp.tool("delete_mailbox", name=folder, even_if_not_empty=True)
    kind, _ = server.imap().select('"%s"' % folder)
    assert kind == "NO"


@tool("copy_mail_message", (None, "COPY", None))
def _(mcp):
    (folder, uid), target = put(), name()
    told = mcp.tool("copy_mail_message", folder=folder, uid=uid,
                    destination=target, create=True)
    assert told["uids"] == [uid], told
    assert len(mailboxes.subjects(server, target)) == 1


@tool("undo_mail_change", ("MOVE", "MOVE", "COPY"))
def _(mcp):
    (folder, uid), target = put(), name()
    told = mcp.tool("move_mail_message", folder=folder, uid=uid,
                    destination=target, create=True)
    told = mcp.tool("undo_mail_change", undo=told["undo"])
    change, = told["changes"]
    assert change["destination"] == folder, told


@tool("get_mail_thread")
def _(mcp):
    folder, uid = put("Talk", message="From: a@example.org\nMessage-ID: "
                      "<%s@x>\nSubject: %s\n\nx\n")
    first = mcp.tool("get_mail_message", folder=folder,
                     uid=uid)["message"]["message_id"]
    _, answer = put("Re: Talk", folder, "From: b@example.org\nReferences: " +
                    first + "\nMessage-ID: <%s@x>\nSubject: %s\n\ny\n")
    told = mcp.tool("get_mail_thread", folder=folder, uid=answer)
    assert [m["uid"] for m in told["messages"]] == [uid, answer], told


@tool("list_mail_changes", ("CONDSTORE", "CONDSTORE", None))
def _(mcp):
    folder, uid = put()
    since = mcp.tool("list_mail_changes", folder=folder)["since"]
    client = server.imap(folder)
    client.uid("STORE", str(uid), "+FLAGS", "\\Flagged")
    client.logout()
    _, new = put("new", folder)
    told = mcp.tool("list_mail_changes", folder=folder, since=since)
    assert [m["uid"] for m in told["new"]] == [new], told


@tool("wait_for_mail", ("IDLE", "IDLE", None))
def _(mcp):
    folder, _ = put()
    told = mcp.tool("wait_for_mail", folder=folder, timeout_seconds=1)
    assert told["timed_out"] is True, told


@tool("reply_mail_message", (None, "APPEND", None))
def _(mcp):
    folder, uid = put(message=LETTER.replace("ann@example.org",
                                             server.username))
    told = mcp.tool("reply_mail_message", folder=folder, uid=uid,
                    text_body="Ja", to=[server.username])
    assert told["state"] == "sent", told
    assert "\\Answered" in mailboxes.flags(server, folder, uid)


@tool("forward_mail_message", (None, "APPEND", None))
def _(mcp):
    folder, uid = put()
    told = mcp.tool("forward_mail_message", folder=folder, uid=uid,
                    to=[server.username], text_body="Here")
    assert told["state"] == "sent", told


@tool("send_draft_mail_message", (None, "APPEND", None))
def _(mcp):
    draft = mcp.tool("create_draft_mail_message", to=[server.username],
                     subject="Draft", text_body="x")
    told = mcp.tool("send_draft_mail_message", uid=draft["uid"])
    assert told["state"] == "sent", told


@tool("respond_to_invitation", (None, "APPEND", None))
def _(mcp):
    folder, uid = put("Meeting", message="From: %s\nMessage-ID: <%%s@x>\n"
                      "Subject: %%s\nMIME-Version: 1.0\nContent-Type: "
                      "text/calendar; method=REQUEST; charset=utf-8\n\n"
                      "BEGIN:VCALENDAR\nVERSION:2.0\nPRODID:-//x//y//EN\n"
                      "METHOD:REQUEST\nBEGIN:VEVENT\nUID:%s@example.org\n"
                      "DTSTAMP:20260101T000000Z\nDTSTART:20270101T100000Z\n"
                      "DTEND:20270101T110000Z\nSUMMARY:Meeting\n"
                      "ORGANIZER:mailto:%s\nATTENDEE;PARTSTAT=NEEDS-ACTION:"
                      "mailto:%s\nEND:VEVENT\nEND:VCALENDAR\n" % (
                          mailboxes.other()[0], secrets.token_hex(4),
                          mailboxes.other()[0], server.username))
    told = mcp.tool("respond_to_invitation", folder=folder, uid=uid,
                    response="accept")
    told = told.get("sent", told)
    assert told["state"] == "sent", told


@tool("unsubscribe_mailing_list")
def _(mcp):
    folder, uid = put()
    error = mcp.tool_error("unsubscribe_mailing_list", folder=folder, uid=uid)
    assert "List-Unsubscribe" in json.dumps(error), error


@tool("suggest_mail_actions", ("ESEARCH", "ESEARCH", "SEARCH"))
def _(mcp):
    folder, uid = put()
    mcp.tool("suggest_mail_actions", folder=folder, uid=uid)


@tool("find_unanswered_mail")
def _(mcp):
    folder, uid = put()
    mcp.tool("find_unanswered_mail", folder=folder)


@tool("get_upload_url")
def _(mcp):
    told = mcp.tool("get_upload_url", filename="a.txt",
                    content_type="text/plain", size=3)
    assert told["url"].startswith("http"), told


def by(gate):
    told = server.sign_in(client=server.provision(imap=gate.port),
                          cardless="NAMESPACE" in gate.hidden)
    return postern.Mcp(server, told["access_token"])


def use(name, mcp, gate):
    """Calls a tool on new sessions, and judges what it made use of."""
    function, rows = tools[name]
    gate.drop_all()
    del gate.commands[:]
    function(mcp)
    used = gate.used()
    plain = [word.partition("×")[0] for word in used]
    assert "EXPUNGE" not in plain, gate.commands
    for capability, there, otherwise in rows:
        can = capability is None or (server.can(capability) and
                                                     capability not in gate.hidden)
        wanted = there if can else otherwise
        assert wanted is None or wanted in plain, (wanted, gate.commands)
        if not can and there not in (None, "COPY", "STORE"):
            assert there not in plain, (there, gate.commands)
    return used


def keep(name, used):
    if "TAP_DIR" not in os.environ:
        return
    path = os.path.join(os.environ["TAP_DIR"], "%se2e-extensions.used" %
                        os.environ.get("TAP_PREFIX", ""))
    with open(path, "a", encoding="utf-8") as file:
        file.write("%s: %s\n" % (name, ", ".join(used)))


whole = recorder.Recorder(server)
clients = []


def make_case(name):
    @case("%s makes use of what the server has" % name)
    def _():
        if not clients:
            clients.append(by(whole))
        used = use(name, clients[0], whole)
        print("# %s: %s" % (name, ", ".join(used)))
        keep(name, used)


def make_missing_case(hidden, names):
    @case("without %s: %s" % (" and ".join(hidden), ", ".join(names)))
    def _():
        with recorder.Recorder(server, hidden) as gate:
            mcp = by(gate)
            for name in names:
                use(name, mcp, gate)


MISSING = (
    (("UIDPLUS",), ("delete_mail_message", "move_mail_message",
                    "create_draft_mail_message")),
    (("MOVE",), ("move_mail_message", "delete_mail_message",
                 "undo_mail_change")),
    (("MOVE", "UIDPLUS"), ("delete_mail_message",)),
    (("SPECIAL-USE",), ("list_mailboxes", "send_mail_message")),
    (("LIST-STATUS",), ("list_mailboxes",)),
    (("LIST-EXTENDED", "LIST-STATUS", "SPECIAL-USE"), ("list_mailboxes",)),
    (("ESEARCH",), ("search_mail_messages", "list_mail_messages")),
    (("LITERAL+",), ("search_mail_messages", "send_mail_message")),
    (("CONDSTORE", "QRESYNC"), ("list_mail_messages", "list_mail_changes",
                                "update_mail_message_flags")),
    (("QRESYNC",), ("list_mail_changes",)),
    (("NAMESPACE",), ("list_mailboxes", "create_mailbox")),
    (("THREAD=REFS", "THREAD=REFERENCES"), ("get_mail_thread",)),
    (("IDLE",), ("wait_for_mail",)),
    (("PREVIEW",), ("list_mail_messages",)),
)
listed = {told["name"] for told in server.mcp().tools()}
for one in tools:
    if one in listed:
        make_case(one)
for lacks, concerned in MISSING:
    make_missing_case(lacks, [one for one in concerned if one in listed])
case.run()
