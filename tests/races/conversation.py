#!/usr/bin/env python3
"""One conversation, each request of which another host answers than the one
before (tests/servers/hosts), is as with one host."""
import base64
import hashlib
import os
import secrets
import sys
import urllib.parse

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)),
                                "..", "e2e"))
import asking                                                   # noqa: E402
import mailboxes                                                # noqa: E402
import postern                                                  # noqa: E402

server = postern.Server()
FOLDER = server.folder("Two Hosts")
case = postern.Cases()
REDIRECT = "http://127.0.0.1:9/callback"
whole_fetch, asked = postern.fetch, []


def fetch(*arguments):
    """As ever, but with a note of who answered."""
    response = whole_fetch(*arguments)
    asked.append(response.header("X-Host"))
    return response


postern.fetch = fetch


def took_turns():
    """Whether no two requests in a row were answered by one host."""
    turns, asked[:] = list(asked), []
    assert len(turns) > 1 and set(turns) == {"one", "two"}, turns
    for before, after in zip(turns, turns[1:]):
        assert before != after, turns


@case("item 62: two hosts: sign in, redeem, refresh, work, and revoke")
def _():
    client_id = server.register(REDIRECT)["client_id"]
    verifier = secrets.token_urlsafe(48)
    challenge = base64.urlsafe_b64encode(hashlib.sha256(
        verifier.encode()).digest()).rstrip(b"=").decode()
    response = server.authorize(client_id, REDIRECT, challenge)
    told = dict(urllib.parse.parse_qsl(urllib.parse.urlsplit(
        response.header("Location")).query))
    form = {"grant_type": "authorization_code", "code": told["code"],
            "redirect_uri": REDIRECT, "code_verifier": verifier,
            "client_id": client_id}
    token = server.base_url + "/oauth/token"
    first = postern.fetch("POST", token, None, form).json()
    again = postern.fetch("POST", token, None, {
        "grant_type": "refresh_token", "client_id": client_id,
        "refresh_token": first["refresh_token"]}).json()
    for access in (first, again, first, again):
        mcp = postern.Mcp(server, access["access_token"])
        assert mcp.tool("list_accounts")["accounts"]
    gone = postern.fetch("POST", server.base_url + "/oauth/revoke", None, {
        "token": again["refresh_token"], "client_id": client_id})
    assert gone.status == 200, gone
    for access in (first, again, first, again):
        response = postern.Mcp(server, access["access_token"]).post(
            {"jsonrpc": "2.0", "id": 1, "method": "tools/call",
             "params": {"name": "list_mail_messages", "arguments": {}}})
        assert response.status == 401, response
    took_turns()


@case("item 62: two hosts: list, read on, change, take back")
def _():
    for number in range(7):
        server.deliver(FOLDER, "From: a@postern.test\r\nSubject: n %d\r\n"
                               "\r\ntext %d\r\n" % (number, number))
    for modern in (False, True):
        mcp = server.mcp(modern)
        asked.clear()
        seen, cursor = [], {}
        while True:
            told = mcp.tool("list_mail_messages", folder=FOLDER, per_page=2,
                            **cursor)
            seen += [m["uid"] for m in told["messages"]]
            if "next_cursor" not in told:
                break
            cursor = {"cursor": told["next_cursor"]}
        assert len(seen) == len(set(seen)) == 7, seen
        since = mcp.tool("list_mail_changes", folder=FOLDER)
        done = mcp.tool("update_mail_message_flags", folder=FOLDER,
                        uids=seen[:3], add=["\\Flagged"])
        flagged = mcp.tool("search_mail_messages", folder=FOLDER,
                           flagged=True)
        assert len(flagged["messages"]) == 3, flagged
        mcp.tool("undo_mail_change", undo=done["undo"])
        flagged = mcp.tool("search_mail_messages", folder=FOLDER,
                           flagged=True)
        assert flagged["messages"] == [], flagged
        assert since["since"], since
        mcp.tool("list_mail_changes", folder=FOLDER, since=since["since"])
        took_turns()


@case("item 62: two hosts: what was sent on one is not sent again on the "
      "other")
def _():
    address, _ = mailboxes.other()
    mcp = server.mcp()
    asked.clear()
    wish = {"to": address, "subject": "two " + secrets.token_hex(8),
            "text_body": "x\n", "request_id": "h" + secrets.token_hex(8)}
    told = [mcp.tool("send_mail_message", **wish) for _ in range(4)]
    assert told[0]["state"] == "sent", told
    assert len({t["message_id"] for t in told}) == 1, told
    for again in told[1:]:
        assert "nothing was sent now" in again["note"], again
    took_turns()


@case("item 62: two hosts: a link made by one is answered by the other")
def _():
    content = os.urandom(3000)
    uid = server.deliver(FOLDER, b"".join([
        b"From: a@postern.test\r\nMIME-Version: 1.0\r\n"
        b"Content-Type: application/octet-stream\r\n"
        b"Content-Disposition: attachment; filename=a.bin\r\n"
        b"Content-Transfer-Encoding: base64\r\n\r\n",
        base64.encodebytes(content)]))
    mcp = server.mcp()
    asked.clear()
    link = mcp.tool("get_mail_attachment", folder=FOLDER, uid=uid)["url"]
    for _ in range(2):
        response = postern.fetch("GET", link)
        assert response.status == 200 and response.body == content, response
    took_turns()


@case("item 62: two hosts: one asks the user, the other takes the yes, once")
def _():
    mcp = asking.client(server, "send")
    mcp.tools()
    for _ in range(2):
        wish = asking.message()
        asked.clear()
        question = asking.call(mcp, "send_mail_message", wish)
        answered = asking.call(mcp, "send_mail_message", wish,
                               question["requestState"], asking.YES)
        assert set(asked) == {"one", "two"}, asked
        for _ in range(2):
            assert "used already" in asking.refused(
                mcp, "send_mail_message", wish, question["requestState"])
        told = answered["structuredContent"]
        assert told["state"] == "sent", told
        assert asking.arrivals(server, told["message_id"]) == 1


case.run()
