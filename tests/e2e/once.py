#!/usr/bin/env python3
"""What has a request_id is sent once: by the records in the mailbox, also
where nothing else there tells that it was sent."""
import concurrent.futures
import secrets
import time

import mailboxes
import postern

server = postern.Server()
SENT = server.folder("Sent")
RECORDS = server.folder("Connected Agents", "Sent Once")
case = postern.Cases()
SEND = "send_mail_message"


def message(**more):
    address, _ = mailboxes.other()
    return {"to": address, "subject": "once " + secrets.token_hex(8),
            "text_body": "x\n", "request_id": "r" + secrets.token_hex(8),
            **more}


def arrivals(message_id):
    """How often it is in the other mailbox, once it is."""
    client = mailboxes.login(server, *mailboxes.other())
    mailboxes.await_message(client, message_id)
    time.sleep(1)
    found = mailboxes.find(client, "INBOX", "Message-ID", message_id)
    client.logout()
    return len(found)


def records():
    client = mailboxes.login(server)
    kind, _ = client.select('"%s"' % RECORDS, True)
    found = []
    if kind == "OK":
        _, told = client.uid("SEARCH", "UNDELETED")
        found = told[0].split()
    client.logout()
    return found


def forget(message_id, folder=SENT):
    """As if no copy had been filed."""
    client = mailboxes.login(server)
    for uid in mailboxes.find(client, folder, "Message-ID", message_id):
        client.select('"%s"' % folder)
        client.uid("STORE", str(uid), "+FLAGS.SILENT", r"(\Deleted)")
        client.expunge()
    client.logout()


def is_not_sent_again(tool, arguments, state):
    again = server.mcp().tool(tool, **arguments)
    assert again["state"] == state, again
    assert "nothing was sent now" in again["note"], again
    return again


@case("sent, but not filed, and asked for again: it is sent once")
def _():
    arguments = message(folder="//")
    first = server.mcp().tool(SEND, **arguments)
    assert first["state"] == "sent_not_filed", first
    for _ in range(2):
        again = is_not_sent_again(SEND, arguments, "sent_not_filed")
        assert again["message_id"] == first["message_id"]
    assert arrivals(first["message_id"]) == 1


@case("the same request_id by several at once: it is sent once")
def _():
    arguments = message()
    with concurrent.futures.ThreadPoolExecutor(4) as pool:
        told = [f.result() for f in [
            pool.submit(server.mcp().tool, SEND, **arguments)
            for _ in range(4)]]
    states = sorted(answer["state"] for answer in told)
    assert "sent" in states and set(states) <= {"sent", "unknown"}, states
    assert len({answer["message_id"] for answer in told}) == 1, told
    assert arrivals(told[0]["message_id"]) == 1


@case("a claim of which nobody knows what came: nothing is sent")
def _():
    arguments = message()
    first = server.mcp().tool(SEND, **arguments)
    forget(first["message_id"])
    again = is_not_sent_again(SEND, arguments, "unknown")
    assert again["message_id"] == first["message_id"]
    assert "Ask the user" in again["note"]
    assert arrivals(first["message_id"]) == 1
    # Another request_id is another message.
    other = server.mcp().tool(SEND, **{**arguments, "request_id": "r" +
                                       secrets.token_hex(8)})
    assert other["state"] == "sent", other


@case("what was not sent may be asked for again with the same request_id")
def _():
    arguments = message()
    before = len(records())
    error = server.mcp().tool_error(SEND, **{**arguments,
                                             "to": "busy1@postern.test"})
    assert error["code"] == "unavailable", error
    assert len(records()) == before
    sent = server.mcp().tool(SEND, **arguments)
    assert sent["state"] == "sent", sent
    assert len(records()) == before + 1
    assert arrivals(sent["message_id"]) == 1


@case("without a request_id nothing is noted")
def _():
    before = records()
    arguments = message()
    del arguments["request_id"]
    assert server.mcp().tool(SEND, **arguments)["state"] == "sent"
    assert records() == before


@case("answers and forwarded messages with a request_id are sent once")
def _():
    address, _ = mailboxes.other()
    uid = server.deliver("INBOX", (
        "From: %s\nTo: %s\nSubject: original\nMessage-ID: <%s@x.example>\n\n"
        "x\n" % (address, server.username, secrets.token_hex(8))))
    for tool, more in (("reply_mail_message", {}),
                       ("forward_mail_message", {"to": address})):
        arguments = {"uid": uid, "text_body": "y\n", **more,
                     "request_id": "r" + secrets.token_hex(8)}
        first = server.mcp().tool(tool, **arguments)
        assert first["state"] == "sent", first
        forget(first["message_id"])
        is_not_sent_again(tool, arguments, "unknown")
        assert arrivals(first["message_id"]) == 1


@case("a draft with a request_id is sent once, whoever put it back")
def _():
    arguments = message()
    request = arguments.pop("request_id")
    draft = server.mcp().tool("create_draft_mail_message", **arguments)
    client = mailboxes.login(server)
    client.select('"%s"' % draft["folder"], True)
    raw = mailboxes.raw(client, draft["uid"])
    client.logout()
    told = {"request_id": request, "folder": draft["folder"]}
    first = server.mcp().tool("send_draft_mail_message", uid=draft["uid"],
                              **told)
    assert first["state"] == "sent", first
    forget(first["message_id"])
    uid = server.deliver(draft["folder"], raw, r"(\Draft)")
    is_not_sent_again("send_draft_mail_message", {"uid": uid, **told},
                      "unknown")
    assert arrivals(first["message_id"]) == 1
    forget(first["message_id"], draft["folder"])


if __name__ == "__main__":
    case.run()
